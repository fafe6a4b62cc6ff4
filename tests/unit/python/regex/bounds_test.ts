import { readBounds } from "../../../../src/python/regex/bounds.ts";
import { RegexReader } from "../../../../src/python/regex/reader.ts";
import { assertEquals, assertThrows } from "../../../testing/assert.ts";

for (
  const [text, bounds] of [
    ["*", { min: 0, max: Infinity }],
    ["+", { min: 1, max: Infinity }],
    ["?", { min: 0, max: 1 }],
    ["{3}", { min: 3, max: 3 }],
    ["{,3}", { min: 0, max: 3 }],
    ["{2,}", { min: 2, max: Infinity }],
    ["{,}", { min: 0, max: Infinity }],
    ["{}", undefined],
    ["{a}", undefined],
    ["{1,2", undefined],
  ] as const
) {
  Deno.test(`readBounds reads ${text}`, () => {
    const reader = new RegexReader(text);
    assertEquals(readBounds(reader, reader.next()), bounds);
    // What is no repetition is text: it is read again.
    if (bounds === undefined) assertEquals(reader.position, 1);
  });
}

Deno.test("readBounds refuses what Python refuses", () => {
  for (const [text, problem] of [["{3,2}", "wrong order"], ["{4294967295}", "too long"]] as const) {
    const reader = new RegexReader(text);
    assertThrows(() => readBounds(reader, reader.next()), problem);
  }
});
