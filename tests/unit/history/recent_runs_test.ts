/**
 * Which runs a list has, and in which order.
 */
import { recentRuns, type RunFilter } from "../../../src/history/recent_runs.ts";
import { assertEquals } from "../../testing/assert.ts";
import { RecordedRuns } from "../../testing/recorded_runs.ts";

const HOUR = 3_600_000;

/** A filter, and what is left of old (2 days), good (3 hours, successful), new (now). */
const ROWS: readonly (readonly [RunFilter, string])[] = [
  [{}, "old good new"],
  [{ last: 2 }, "good new"],
  [{ last: 9 }, "old good new"],
  [{ failed: true }, "old new"],
  [{ failed: true, last: 1 }, "new"],
  [{ running: true }, ""],
  [{ since: Date.now() - 4 * HOUR }, "good new"],
  [{ host: "web1" }, "old good new"],
  [{ host: "web" }, ""],
  [{ playbook: "deploy.yml" }, "old good new"],
  [{ playbook: "site.yml" }, ""],
];

Deno.test("a filter leaves the runs that it asks for, oldest first", () => {
  using runs = new RecordedRuns();
  runs.add("ours", "new");
  runs.add("original", "old");
  const good = runs.add("ours", "good");
  Deno.writeTextFileSync(`${good}/rc`, "0");
  Deno.writeTextFileSync(`${good}/status`, "successful");
  Deno.mkdirSync(`${runs.root}/no run`);
  runs.age("old", 48 * HOUR);
  runs.age("good", 3 * HOUR);
  for (const [filter, expected] of ROWS) {
    const found = recentRuns(runs.root, filter).map(({ ident }) => ident);
    assertEquals(found.join(" "), expected, JSON.stringify(filter));
  }
});

Deno.test("a root that is not there has no runs", () => {
  assertEquals(recentRuns("/nonexistent/artifacts"), []);
});
