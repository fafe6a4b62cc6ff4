import { pythonJson, quoteAscii } from "../../../src/python/json_write.ts";
import { pyFloat } from "../../../src/python/values.ts";
import { assertEquals } from "../../testing/assert.ts";

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
