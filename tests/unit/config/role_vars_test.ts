import { readRoleVars } from "../../../src/config/role_vars.ts";
import { ConfigError } from "../../../src/errors.ts";
import { exactJson } from "../../../src/python/values.ts";
import { assert, assertEquals, assertRejects } from "../../testing/assert.ts";
import { askPython, missingPython } from "../../testing/python3.ts";
import { testOrSkip } from "../../testing/skip.ts";

/** Text and what it is read as. Each costs a start of Python: rows that may be one are one. */
const VARS: readonly (readonly [string, string])[] = [
  ["", "{}"],
  ["  ", "{}"],
  [
    [
      "a=1 b=True c=[1,2] d=text",
      "a=2\tone=1\n last=3",
      `e="q" f='x' g='\\ud800\\x41'`,
      "h= i=None",
      "j=1.0 k=12345678901234567890 l=1e3 m=-0.0 n=[12345678901234567890]",
      "o=yes p=true q=1,2 r=(1,) s=01 t=1_0",
      "u=b'x' v={1,2} w={'k':{None:1}}",
      "x=it's y='x",
      "z=/tmp/x aa=10.0.0.1 ab=1j ac=... ad={(1,2):3}",
      "ae=b=c",
      `__proto__=1 af=${"[".repeat(5000)} ag=é`,
    ].join(" "),
    "{" + [
      `"a":2,"b":true,"c":[1,2],"d":"text"`,
      `"one":1,"last":3`,
      `"e":"q","f":"x","g":"\\ud800A"`,
      `"h":"","i":null`,
      `"j":1.0,"k":12345678901234567890,"l":1000.0,"m":-0.0,"n":[12345678901234567890]`,
      `"o":"yes","p":"true","q":[1,2],"r":[1],"s":"01","t":10`,
      `"u":"x","v":[1,2],"w":{"k":{"null":1}}`,
      `"x":"it's","y":"'x"`,
      `"z":"/tmp/x","aa":"10.0.0.1","ab":"1j","ac":"...","ad":"{(1,2):3}"`,
      `"ae":"b=c"`,
      `"__proto__":1,"af":"${"[".repeat(5000)}","ag":"é"`,
    ].join(",") + "}",
  ],
  [
    `a="x y" b=2 c=[1, 2] d={'c': 3} e=(4, 5)`,
    `{"a":"x y","b":2,"c":[1,2],"d":{"c":3},"e":[4,5]}`,
  ],
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
result = {}
for item in data.split():
    key, value = item.split("=")
    try: result[key] = ast.literal_eval(value)
    except Exception: result[key] = value`;
    const texts = [
      "a=1 b=True c=[1,2] d=text",
      "e=1\u00a0f=2\u3000g=3\u2028h=4\x1ci=5\x85j=6",
      "k=it's l='x",
      `m="x n=y"`,
      "o=1\ufeffp",
      "q=1\u200br",
    ];
    const text = texts.join(" ");
    assertEquals(await readRoleVars(text), await askPython(code, text, ["ast"]));
  },
);
