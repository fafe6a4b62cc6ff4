import fc from "fast-check";
import { splitLines } from "../../../src/python/splitlines.ts";
import { assert, assertEquals } from "../../testing/assert.ts";
import { askPython, missingPython } from "../../testing/python3.ts";
import { testOrSkip } from "../../testing/skip.ts";
import { anyCharacter } from "../../testing/any_character.ts";
import { samples } from "../../testing/samples.ts";
import { threadMs } from "../../testing/slack.ts";

const ROWS: readonly (readonly [string, readonly string[]])[] = [
  ["", []],
  ["a", ["a"]],
  ["\n", ["\n"]],
  ["a\n", ["a\n"]],
  ["a\nb", ["a\n", "b"]],
  ["a\n\nb\n", ["a\n", "\n", "b\n"]],
  ["a\r\nb\r\n", ["a\r\n", "b\r\n"]],
  ["a\rb", ["a\r", "b"]],
  ["a\n\rb", ["a\n", "\r", "b"]],
  ["a\r\r\nb", ["a\r", "\r\n", "b"]],
  ["a\vb\fc", ["a\v", "b\f", "c"]],
  ["a\x1cb\x1dc\x1ed\x1fe", ["a\x1c", "b\x1d", "c\x1e", "d\x1fe"]],
  ["a\x85b\u2028c\u2029d", ["a\x85", "b\u2028", "c\u2029", "d"]],
  ["a\x0eb\x00c\u200bd\u2027e", ["a\x0eb\x00c\u200bd\u2027e"]],
  ["\r", ["\r"]],
  ["😀\n😀", ["😀\n", "😀"]],
];

for (const [text, lines] of ROWS) {
  Deno.test(`splitLines reads ${JSON.stringify(text)}`, () =>
    assertEquals(splitLines(text), lines));
}

const text = fc.oneof(
  fc.string({ unit: fc.constantFrom(..."ab\n\r\v\f\x1c\x1d\x1e\x1f\x85\u2028\u2029é") }),
  fc.string({ unit: fc.constantFrom(..."ab\n") }),
  fc.string({ unit: anyCharacter() }),
);

Deno.test("splitLines loses nothing", () => {
  fc.assert(fc.property(text, (sample) => assertEquals(splitLines(sample).join(""), sample)));
});

Deno.test("splitLines takes linear time on a long unfinished line", () => {
  const long = "\r" + "x".repeat(4_000_000);
  const start = threadMs();
  assertEquals(splitLines(long).length, 2);
  assert(threadMs() - start < 1000);
});

testOrSkip("splitLines does what python3's str.splitlines does", missingPython(), async () => {
  const texts = [...ROWS.map(([row]) => row), ...fc.sample(text, samples(300))];
  const expected = await askPython("result = [t.splitlines(True) for t in data]", texts);
  assertEquals(texts.map(splitLines), expected);
});
