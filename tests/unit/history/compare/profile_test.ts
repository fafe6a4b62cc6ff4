/**
 * Bars of values.
 */
import { sparkline } from "../../../../src/history/compare/profile.ts";
import { assertEquals } from "../../../testing/assert.ts";

Deno.test("a sparkline has the largest of each part", () => {
  assertEquals(sparkline([0, 1, 2, 3, 4, 5, 6, 7], 12), "▁▂▃▄▅▆▇█");
  assertEquals(sparkline([0, 0, 9, 0, 0, 0, 0, 9], 4), "▁█▁█");
  assertEquals(sparkline([0, 0], 4), "▁▁");
  assertEquals(sparkline([], 4), "");
});
