import fc from "fast-check";
import {
  exactJson,
  kindOf,
  PyDate,
  PyFloat,
  pyFloat,
  pyInt,
  pythonText,
} from "../../../src/python/values.ts";
import { parseJson } from "../../../src/python/json_read.ts";
import { assertEquals, assertThrows } from "../../testing/assert.ts";
import { askPython, missingPython } from "../../testing/python3.ts";
import { testOrSkip } from "../../testing/skip.ts";

const ROWS: readonly (readonly [unknown, string])[] = [
  [null, "None"],
  [undefined, "None"],
  [true, "True"],
  [false, "False"],
  ["", ""],
  ["it's", "it's"],
  [0, "0"],
  [-0, "0"],
  [1, "1"],
  [-17, "-17"],
  [1.5, "1.5"],
  [9007199254740991, "9007199254740991"],
  [1e21, "1000000000000000000000"],
  [12345678901234567890n, "12345678901234567890"],
  [new PyFloat(1), "1.0"],
  [new PyFloat(-0), "-0.0"],
  [new PyFloat(1e15), "1000000000000000.0"],
  [new PyFloat(1e16), "1e+16"],
  [new PyFloat(1.5e300), "1.5e+300"],
  [0.0001, "0.0001"],
  [0.00001, "1e-05"],
  [1.25e-7, "1.25e-07"],
  [123456.789, "123456.789"],
  [Infinity, "inf"],
  [-Infinity, "-inf"],
  [NaN, "nan"],
  [new PyDate("2020-01-01"), "2020-01-01"],
  [new TextEncoder().encode("hello"), "b'hello'"],
  [new Uint8Array([0, 9, 10, 13, 39, 92, 127, 255]), `b"\\x00\\t\\n\\r'\\\\\\x7f\\xff"`],
  [new Uint8Array([34, 39]), `b'"\\''`],
];

for (const [value, text] of ROWS) {
  Deno.test(`pythonText prints ${text || "an empty text"} for ${Deno.inspect(value)}`, () => {
    assertEquals(pythonText(value), text);
  });
}

Deno.test("pythonText refuses lists and mappings", () => {
  assertThrows(() => pythonText([1]), "Cannot print a list as text");
  assertThrows(() => pythonText({}), "Cannot print a mapping as text");
  assertThrows(() => pythonText(new Set()), "Cannot print a set as text");
});

Deno.test("kindOf names what a file may hold", () => {
  const values = [
    null,
    [],
    {},
    "",
    1,
    1n,
    new PyFloat(1),
    true,
    new PyDate(""),
    new Uint8Array(),
    new Set(),
  ];
  assertEquals(values.map(kindOf), [
    "null",
    "a list",
    "a mapping",
    "a string",
    "a number",
    "a number",
    "a number",
    "a boolean",
    "a date",
    "binary data",
    "a set",
  ]);
});

Deno.test("exactJson keeps floats and big integers", () => {
  const value = [
    pyFloat(1),
    pyInt(2n ** 70n),
    1.5,
    new PyDate("2020-01-01"),
    NaN,
    new Set(["a"]),
    "é",
  ];
  assertEquals(
    exactJson({ v: value }),
    `{"v":[1.0,1180591620717411303424,1.5,"2020-01-01","nan",["a"],"é"]}`,
  );
  assertEquals(exactJson(undefined), "null");
});

Deno.test("exactJson undoes parseJson", () => {
  for (const text of ['{"a":[1,1.0,-0.0,1e+16,12345678901234567890,"x",null,true]}', "1.0", "-7"]) {
    assertEquals(exactJson(parseJson(text)), text);
  }
});

testOrSkip("pythonText prints floats and bytes as python3 does", missingPython(), async () => {
  const doubles = fc.sample(fc.double({ noDefaultInfinity: true }), 3000).map((value) => value * 1);
  const powers = Array.from({ length: 60 }, (_, index) => 10 ** (index - 30));
  const floats = [...doubles, ...powers, 1 / 3, 2 ** 53, 5e-324, Number.MAX_VALUE];
  const sent = floats.map((value) => Object.is(value, -0) ? "-0.0" : String(value));
  const printed = await askPython("result = [str(float(t)) for t in data]", sent);
  assertEquals(floats.map((value) => pythonText(pyFloat(value))), printed);
  const bytes = fc.sample(fc.uint8Array({ maxLength: 12 }), 500);
  const bytesPrinted = await askPython(
    "result = [str(bytes(b)) for b in data]",
    bytes.map((b) => [...b]),
  );
  assertEquals(bytes.map(pythonText), bytesPrinted);
});
