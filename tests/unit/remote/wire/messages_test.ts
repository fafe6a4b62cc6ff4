import { readLine, zipLengthOf } from "../../../../src/remote/wire/messages.ts";
import { assertEquals } from "../../../testing/assert.ts";

const LINES: readonly [text: string, expected: ReturnType<typeof readLine>][] = [
  ['{"event": "x"}', { event: "x" }],
  ['{"n": NaN}', { n: NaN }],
  ["[1]", undefined],
  ["null", undefined],
  ["NaN", undefined],
  ["Traceback (most recent call last):", "broken"],
  ['{"event": "x"', "broken"],
  ["", "broken"],
];

Deno.test("a line of the wire is an object, another value, or broken", () => {
  const encoder = new TextEncoder();
  for (const [text, expected] of LINES) {
    assertEquals(readLine(encoder.encode(text)), expected, text);
  }
  const cut = encoder.encode('{"event": "ü"}').subarray(0, 12);
  assertEquals(readLine(cut), "broken", "cut within a character");
});

Deno.test("the length of a zip is a whole number of bytes", () => {
  for (const length of [0, 7, Number.MAX_SAFE_INTEGER]) {
    assertEquals(zipLengthOf({ zipfile: length }), length);
  }
  for (const length of [-1, 1.5, 2 ** 53, "7", null, undefined, NaN, true]) {
    assertEquals(zipLengthOf({ zipfile: length }), undefined, String(length));
  }
});
