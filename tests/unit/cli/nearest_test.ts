import { nearest } from "../../../src/cli/nearest.ts";
import { editDistance } from "../../../src/internal/edit_distance.ts";
import { assertEquals } from "../../testing/assert.ts";

const DISTANCES: readonly (readonly [string, string, number])[] = [
  ["", "", 0],
  ["", "abc", 3],
  ["abc", "", 3],
  ["run", "run", 0],
  ["rnu", "run", 1],
  ["quite", "quiet", 1],
  ["inventry", "inventory", 1],
  ["kitten", "sitting", 3],
];
for (const [from, to, distance] of DISTANCES) {
  Deno.test(`editDistance counts ${distance} from "${from}" to "${to}"`, () => {
    assertEquals(editDistance(from, to), distance);
  });
}

const WORDS = ["run", "start", "stop", "status", "is-alive"];
const NEAR: readonly (readonly [string, string | undefined])[] = [
  ["strat", "start"],
  ["stpo", "stop"],
  ["statsu", "status"],
  ["ru", "run"],
  ["bogus", undefined],
  ["", undefined],
];
for (const [word, expected] of NEAR) {
  Deno.test(`nearest to "${word}" is ${expected}`, () => {
    assertEquals(nearest(word, WORDS), expected);
  });
}
