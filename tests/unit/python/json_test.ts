import { parseJson, pythonJson, quoteAscii } from "../../../src/python/json.ts";
import { pyFloat, pythonText } from "../../../src/python/values.ts";
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

Deno.test("quoteAscii escapes all but ASCII, beyond the first plane by surrogates", () => {
  assertEquals(quoteAscii('a"\\\n\x7fé🎉'), String.raw`"a\"\\\n\u007f\u00e9\ud83c\udf89"`);
});

Deno.test("pythonJson separates as Python's json.dumps does", () => {
  const value = { a: [1, "é", null, true], b: { c: pyFloat(1) }, d: undefined, e: 2n ** 70n };
  assertEquals(
    pythonJson(value),
    '{"a": [1, "é", null, true], "b": {"c": 1.0}, "e": 1180591620717411303424}',
  );
  assertEquals([pythonJson({}), pythonJson([])], ["{}", "[]"]);
});
