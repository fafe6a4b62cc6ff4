import { parseJson } from "../../../src/python/json_read.ts";
import { pythonText } from "../../../src/python/values.ts";
import { assertEquals, assertThrows } from "../../testing/assert.ts";

for (
  const [text, printed] of [
    ["1", "1"],
    ["1.0", "1.0"],
    ["-0", "0"],
    ["-0.0", "-0.0"],
    ["1e3", "1000.0"],
    ["12345678901234567890", "12345678901234567890"],
    ["NaN", "nan"],
    ["-Infinity", "-inf"],
    ["1e400", "inf"],
  ] as const
) {
  Deno.test(`parseJson reads ${text} as Python does`, () => {
    assertEquals(pythonText(parseJson(text)), printed);
  });
}

Deno.test("parseJson leaves the names of constants in strings alone", () => {
  const text = String.raw`{"NaN": "Infinity", "a\"b": ["-Infinity \\", NaN]}`;
  assertEquals(parseJson(text), { NaN: "Infinity", 'a"b': ["-Infinity \\", NaN] });
});

Deno.test("parseJson refuses what is no JSON", () => {
  for (const text of ["", "{", "[NaN", "nan", "[1.0,]"]) assertThrows(() => parseJson(text));
});
