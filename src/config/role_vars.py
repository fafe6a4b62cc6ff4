# Reads the text of --role-vars on stdin: KEY=VALUE words, values as Python literals or else as text.
import ast
import json
import re
import sys

# Blanks end a word, but neither in quotes nor in brackets.
WORD = re.compile(
    r"""(?:[^\s"'\[\](){}]|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'"""
    r"""|\[[^\]]*\]|\{[^}]*\}|\([^)]*\)|\S)+""",
    re.DOTALL,
)


def plain(value):
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, (set, frozenset)):
        return sorted(value, key=repr)
    raise TypeError("no JSON")


def read(text):
    try:
        return json.loads(json.dumps(ast.literal_eval(text), default=plain))
    except Exception:
        return text


def is_assignment(word):
    return word.find("=") > 0


text = sys.stdin.buffer.read().decode("utf-8")
# Contract: words end at any blank, also inside quotes. Only where that leaves a word without "=",
# which the original refuses, quotes and brackets hold a value together.
words = text.split()
if not all(map(is_assignment, words)):
    words = WORD.findall(text)
wrong = [word for word in words if not is_assignment(word)]
if wrong:
    answer = {"wrong": wrong[0]}
else:
    pairs = [word.split("=", 1) for word in words]
    answer = {"variables": {key: read(value) for key, value in pairs}}
sys.stdout.write(json.dumps(answer))
