/**
 * What still goes into a report.
 */
import { Budget, byteLength } from "../../../../src/report/html/budget.ts";
import { assert, assertEquals } from "../../../testing/assert.ts";

Deno.test("what does not fit closes it for all that follows", () => {
  const budget = new Budget(10);
  assert(budget.take("12345"));
  assert(!budget.take("123456"));
  assert(!budget.take("1"));
  assert(budget.isSpent);
});

Deno.test("bytes are counted, not letters", () => {
  assertEquals([byteLength("abc"), byteLength("ä€😀")], [3, 9]);
});
