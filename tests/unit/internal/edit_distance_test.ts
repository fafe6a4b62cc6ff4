import { editDistance } from "../../../src/internal/edit_distance.ts";
import { assertEquals } from "../../testing/assert.ts";

for (
  const [from, to, edits] of [
    ["", "", 0],
    ["", "abc", 3],
    ["abc", "", 3],
    ["idle_timout", "idle_timeout", 1],
    ["job", "jbo", 1],
    ["kitten", "sitting", 3],
    ["ca", "abc", 3],
  ] as const
) {
  Deno.test(`editDistance from "${from}" to "${to}" is ${edits}`, () => {
    assertEquals(editDistance(from, to), edits);
  });
}
