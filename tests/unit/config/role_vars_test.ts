import { readRoleVars } from "../../../src/config/role_vars.ts";
import { ConfigError } from "../../../src/errors.ts";
import { exactJson } from "../../../src/python/values.ts";
import { assert, assertEquals, assertRejects } from "../../testing/assert.ts";
import { askPython, missingPython } from "../../testing/python3.ts";
import { testOrSkip } from "../../testing/skip.ts";

const VARS: readonly (readonly [string, string])[] = [
  ["", "{}"],
  ["  ", "{}"],
  ["a=1 b=True c=[1,2] d=text", `{"a":1,"b":true,"c":[1,2],"d":"text"}`],
  ["a=1\tb=2\n c=3", `{"a":1,"b":2,"c":3}`],
  [`e="q" f='x' g='\\ud800\\x41'`, `{"e":"q","f":"x","g":"\\ud800A"}`],
  ["a= b=None", `{"a":"","b":null}`],
  [
    "a=1.0 b=12345678901234567890 c=1e3 d=-0.0 e=[12345678901234567890]",
    `{"a":1.0,"b":12345678901234567890,"c":1000.0,"d":-0.0,"e":[12345678901234567890]}`,
  ],
  [
    "a=yes b=true c=1,2 d=(1,) e=01 f=1_0",
    `{"a":"yes","b":"true","c":[1,2],"d":[1],"e":"01","f":10}`,
  ],
  ["a=b'x' b={1,2} c={'k':{None:1}}", `{"a":"x","b":[1,2],"c":{"k":{"null":1}}}`],
  ["a=it's b='x", `{"a":"it's","b":"'x"}`],
  ["a=1 a=2", `{"a":2}`],
  [
    "a=/tmp/x b=10.0.0.1 c=1j d=... e={(1,2):3}",
    `{"a":"/tmp/x","b":"10.0.0.1","c":"1j","d":"...","e":"{(1,2):3}"}`,
  ],
  ["a=b=c", `{"a":"b=c"}`],
  [`a="x y" b=2`, `{"a":"x y","b":2}`],
  [`a=[1, 2] b={'c': 3} d=(4, 5)`, `{"a":[1,2],"b":{"c":3},"d":[4,5]}`],
  [`__proto__=1 b=2`, `{"__proto__":1,"b":2}`],
  [`a=${"[".repeat(5000)} b=é`, `{"a":"${"[".repeat(5000)}","b":"é"}`],
];

testOrSkip("readRoleVars reads a table of texts", missingPython("ast"), async () => {
  const read = await Promise.all(VARS.map(([text]) => readRoleVars(text)));
  for (const [index, [text, json]] of VARS.entries()) {
    assertEquals(exactJson(read[index]), json, text);
    assertEquals(JSON.stringify(read[index]), json, text);
  }
});

for (
  const [text, word] of [["a=1 b c=2", "b"], ["=1", "=1"], ["a='x y' b", "b"]] as const
) {
  testOrSkip(`readRoleVars refuses ${text}`, missingPython("ast"), async () => {
    const error = await assertRejects(() => readRoleVars(text));
    assert(error instanceof ConfigError);
    assertEquals(error.message, `Cannot read --role-vars: expected key=value, got "${word}"`);
  });
}

testOrSkip(
  "readRoleVars reads what the original reads as it does",
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
    assertEquals(await Promise.all(texts.map(readRoleVars)), await askPython(code, texts, ["ast"]));
  },
);
