import {
  BoundedSearch,
  SEARCH_MS,
  SlowPatternError,
} from "../../../../src/process/prompts/bounded_search.ts";
import { assert, assertEquals, assertThrows } from "../../../testing/assert.ts";
import { isLong } from "../../../testing/samples.ts";
import { threadMs } from "../../../testing/slack.ts";

for (
  const [title, pattern, text, from, expected] of [
    ["a cheap one", /name:/, "a name: b name:", 0, 2],
    ["a cheap one from a place on", /name:/, "a name: b name:", 3, 10],
    ["one whose cost grows with the square", /b+:/, `${"a".repeat(5000)}bb:`, 0, 5000],
    ["one whose cost is not known", /(a|b)+:/, "xx abab:", 0, 3],
    ["none where the letters are missing", /name.*x.*y/, "nam xy", 0, undefined],
  ] as const
) {
  Deno.test(`BoundedSearch finds ${title}`, () => {
    assertEquals(new BoundedSearch(pattern).find(text, from)?.index, expected);
  });
}

Deno.test("BoundedSearch gives up after a time, and can be asked again", () => {
  assertEquals(SEARCH_MS, 1000);
  // The long tests wait for as long as searches may take unless told otherwise.
  const search = new BoundedSearch(/(a+)+[$]/, isLong ? {} : { searchMs: 60 });
  const start = performance.now();
  const error = assertThrows(() => search.find("a".repeat(60) + "!", 0));
  assert(error instanceof SlowPatternError);
  assert(performance.now() - start > (isLong ? 900 : 40));
  assertEquals(search.find("aaa$", 0)?.[0], "aaa$");
});

Deno.test("BoundedSearch takes no time for a text without the letters that are needed", () => {
  const search = new BoundedSearch(/name(a+)+[$]/);
  const start = threadMs();
  assertEquals(search.find("a".repeat(60) + "!", 0), null);
  assert(threadMs() - start < 500);
});
