import fc from "fast-check";
import { parsePythonLiteral, parseRoleVars } from "../../../src/config/role_vars.ts";
import { exactJson } from "../../../src/python/values.ts";
import { ConfigError } from "../../../src/errors.ts";
import { assert, assertEquals, assertThrows } from "../../testing/assert.ts";
import { askPython, missingPython } from "../../testing/python3.ts";
import { encode } from "../../testing/python_values.ts";
import { testOrSkip } from "../../testing/skip.ts";

/** Texts that are literals, or nearly. */
const ROWS = [
  ..."None True False none true NoneX True.x 0 00 0_0 01 1 +1 -1 --1 +-1 1_000 1__0 1_ _1 -0 1_0_0"
    .split(" "),
  ..."0x1F 0XfF 0x_ff 0x 0o17 0O7 0o8 0b101 0B1 0b2 -0x10 12345678901234567890 -9007199254740993"
    .split(" "),
  ..."1.0 1. .5 . 1e5 1E+5 1e-5 1.5e300 1e400 1_0.5 1_.5 1._5 01.5 1e1_0 1e 1.e5 -0.0 -1.5 1j 1+2j"
    .split(" "),
  ..."'a' \"a\" 'a a' u'x' U\"x\" f'x' b'x' B'x' rb'x' Rb'x' bR'x' br'x' bu'x' ur'x' ''".split(" "),
  ..."() (1) (1,) (1,2) (1,2,) 1,2 1, ,1 (,) ((1)) -(1) -(-1) (1 [] [1] [1,] [,] [1,,2] [1 [[1],[2]]"
    .split(" "),
  ..."{} {1} {1,} {1,2} {1:2} {1:2,} {'a':1,'b':[2]} {1:2,3} {:} {1:} {**{}} {[1]:2} {(1,2)} {[1]} {{1}} {(1,[2])} {{}}"
    .split(" "),
  ..."set() set(1) set dict() [*[1]] x a.b 1+1 1-1 1*2 not~1 ~1 ... 10.0.0.1 1:30 yes /tmp/x http://x/y 50% a-b é 'é' b'é'"
    .split(" "),
  "1 2",
  " 1",
  "\t1 ",
  "1 # comment",
  "1#x",
  "'#' # x",
  "[1, # x\n 2]",
  "[1, # x]",
  "[\n1\n,\r\n2 ]",
  "1\n",
  "1,\n",
  "1\n2",
  "[1]\n\n",
  "'a' 'b'",
  "'a'\"b\"'''c'''",
  "b'a' b'b'",
  "'a' b'b'",
  "['a' 'b', 'c']",
  "'a'1",
  "'it\\'s'",
  '"a\'b\\"c"',
  "'\\n\\t\\r\\a\\b\\f\\v\\\\\\'\\\"\\q\\0\\7\\101\\1012\\377\\400\\777'",
  "b'\\n\\x41\\101\\u0041\\N{x}\\q\\\\'",
  "'\\x41\\xe9\\u00e9\\u6f22\\U0001F600'",
  "'\\x4'",
  "'\\xg'",
  "b'\\x4'",
  "'\\u12'",
  "'\\U00110000'",
  "'\\",
  "'a\\'",
  "'a\nb'",
  "'a\\\nb'",
  "'''a\nb'''",
  "'''a\r\nb\rc'''",
  '"""a"b""c"""',
  "'''a''",
  "''''a'''",
  "'''a\\''''",
  "r'a\\nb\\'c'",
  "r'a\\'",
  "rb'\\x41'",
  "'😀漢'",
  "{'a': (1, 2.0, None), 'b': {'c': [True, 'x', b'y']}, 3: -4}",
  "{None: 1, True: 2, 2.5: 3, 1.0e20: 4, 'k': 5}",
  "{'a': 1, 'a': 2}",
  "{1, 'a', None, 2.5, (1, 2)}",
  "{1, True, 2.0, 2}",
  "{1: 'a', True: 'b', 1.0: 'c'}",
  "[None, True, False]",
  "[None True]",
  "- 1",
  "-True",
  "-'a'",
  "-(1,)",
  "[-1, +2, - 3.5]",
  "( 1 , 2 )",
  "['a', ]",
  "1 if True else 2",
  "[x for x in (1,)]",
  "lambda: 1",
  "\0",
  "",
  " ",
  "#",
  "(".repeat(150) + "1" + ")".repeat(150),
  "[".repeat(250) + "]".repeat(250),
  "1".repeat(400),
  "1".repeat(4301),
];

/** Literals that JSON has no counterpart for are text to us; keys are those of json.dumps. */
const LITERAL_CODE = `
import warnings
warnings.simplefilter("ignore")
def key(k):
    if isinstance(k, (tuple, bytes)): raise ValueError("no JSON key")
    return list(json.loads(json.dumps({k: 0})))[0]
def encode(value):
    if isinstance(value, dict): return {"map": {key(k): encode(v) for k, v in value.items()}}
    if isinstance(value, (list, tuple)): return {"list": [encode(v) for v in value]}
    if isinstance(value, (set, frozenset)):
        return {"set": sorted(json.dumps(encode(v), ensure_ascii=False, separators=(",", ":")) for v in value)}
    if isinstance(value, (complex, type(...))): raise ValueError("no JSON")
    return [type(value).__name__, str(value)]
def load(text):
    try: return encode(ast.literal_eval(text))
    except Exception: return "text"
sys.set_int_max_str_digits(4300)
result = [load(text) for text in data]`;

testOrSkip(
  "parsePythonLiteral reads a table of texts as ast.literal_eval does",
  missingPython("ast"),
  async () => {
    await assertSame(ROWS);
  },
);

testOrSkip(
  "parsePythonLiteral reads random texts as ast.literal_eval does",
  missingPython("ast"),
  async () => {
    const unit = fc.constantFrom(
      ..."01_.eExo+-jab'\"\\n,:()[]{} #".split(""),
      ..."None|True|'a'|b'|[1]|{1:|1.5|'''|\\x41|, |(1,)".split("|"),
    );
    await assertSame(fc.sample(fc.string({ unit, maxLength: 8 }), 4000));
  },
);

const VARS: readonly (readonly [string, string])[] = [
  ["", "{}"],
  ["  ", "{}"],
  ["a=1 b=True c=[1,2] d=text", `{"a":1,"b":true,"c":[1,2],"d":"text"}`],
  ["a=1\tb=2\n c=3", `{"a":1,"b":2,"c":3}`],
  [`e="q" f='x'`, `{"e":"q","f":"x"}`],
  ["a= b=None", `{"a":"","b":null}`],
  ["a=1.0 b=12345678901234567890 c=1e3", `{"a":1.0,"b":12345678901234567890,"c":1000.0}`],
  ["a=yes b=true c=1,2 d=(1,)", `{"a":"yes","b":"true","c":[1,2],"d":[1]}`],
  ["a=b'x' b={1,2} c={'k':{None:1}}", `{"a":"x","b":[1,2],"c":{"k":{"null":1}}}`],
  ["a=it's b='x", `{"a":"it's","b":"'x"}`],
  ["a=1 a=2", `{"a":2}`],
  ["a=/tmp/x b=10.0.0.1 c=1j d=...", `{"a":"/tmp/x","b":"10.0.0.1","c":"1j","d":"..."}`],
  ["a=b=c", `{"a":"b=c"}`],
  [`a="x y" b=2`, `{"a":"x y","b":2}`],
  [`a=[1, 2] b={'c': 3} d=(4, 5)`, `{"a":[1,2],"b":{"c":3},"d":[4,5]}`],
  [`__proto__=1 b=2`, `{"__proto__":1,"b":2}`],
];

for (const [text, json] of VARS) {
  Deno.test(`parseRoleVars reads ${JSON.stringify(text)}`, () => {
    assertEquals(exactJson(parseRoleVars(text)), json);
    assertEquals(JSON.stringify(parseRoleVars(text)), json);
  });
}

for (
  const [text, word] of [["a", "a"], ["a=1 b c=2", "b"], ["=1", "=1"], ["a='x y' b", "b"]] as const
) {
  Deno.test(`parseRoleVars refuses ${text}`, () => {
    const error = assertThrows(() => parseRoleVars(text));
    assert(error instanceof ConfigError);
    assertEquals(error.message, `Cannot read --role-vars: expected key=value, got "${word}"`);
  });
}

testOrSkip(
  "parseRoleVars reads what the original reads as it does",
  missingPython("ast"),
  async () => {
    const code = `
def load(text):
    variables = {}
    for item in text.split():
        key, value = item.split("=")
        try: variables[key] = ast.literal_eval(value)
        except Exception: variables[key] = value
    return variables
result = [load(text) for text in data]`;
    const texts = [
      "a=1 b=True c=[1,2] d=text",
      "a=1\u00a0b=2\u3000c=3\u2028d=4\x1ce=5\x85f=6",
      "a=it's b='x",
      `a="x b=y"`,
      "a=1\ufeffb",
      "a=1\u200bb",
    ];
    assertEquals(texts.map(parseRoleVars), await askPython(code, texts, ["ast"]));
  },
);

async function assertSame(texts: readonly string[]): Promise<void> {
  const expected = await askPython(LITERAL_CODE, texts, ["ast"]) as unknown[];
  const differences = texts
    .map((text, index) => ({ text, ours: outcome(text), python: expected[index] }))
    .filter(({ ours, python }) => Deno.inspect(ours, SORTED) !== Deno.inspect(python, SORTED));
  assertEquals(differences, []);
}

const SORTED = { sorted: true, depth: 300, strAbbreviateSize: Infinity };

function outcome(text: string): unknown {
  try {
    return encodeSets(parsePythonLiteral(text));
  } catch (error) {
    assert(error instanceof SyntaxError, Deno.inspect(error));
    return "text";
  }
}

/** As `encode`, but with the elements of sets written out, since they may be tuples. */
function encodeSets(value: unknown): unknown {
  if (value instanceof Set) {
    return { set: [...value].map((item) => JSON.stringify(encodeSets(item))).sort() };
  }
  if (Array.isArray(value)) return { list: value.map(encodeSets) };
  if (
    typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype
  ) {
    return { map: Object.fromEntries(Object.entries(value).map(([k, v]) => [k, encodeSets(v)])) };
  }
  return encode(value);
}
