/**
 * The table of hosts and tasks.
 */
import { Budget } from "../../../../src/report/html/budget.ts";
import { renderMatrix } from "../../../../src/report/html/matrix.ts";
import { assertEquals, assertStringIncludes } from "../../../testing/assert.ts";
import { reportedRun } from "../../../testing/reported_run.ts";

function matrix(...[rows]: Parameters<typeof reportedRun>): string {
  return renderMatrix(reportedRun(rows), { prefix: "r0", budget: new Budget(1_000_000) });
}

Deno.test("a cell has its state, by colour and by sign; what did not run has none", () => {
  const html = matrix([
    { host: "a", task: "one" },
    { host: "b", task: "one", event: "failed" },
    { host: "a", task: "two", event: "skipped" },
  ]);
  assertStringIncludes(
    html,
    '<td class="ok">✓</td><td class="failed" title="b: one: failed">✕</td>',
  );
  assertStringIncludes(html, '<td class="skipped">–</td><td></td>');
});

Deno.test("names are shown as they are", () => {
  const html = matrix([{ host: '"><script>', task: "<script>" }]);
  assertEquals(html.includes("<script"), false);
});

Deno.test("of a large run, neighbours of one state are one cell", () => {
  const rows = Array.from({ length: 400 * 16 }, (_, at) => ({
    host: `h${at % 400}`,
    task: `t${Math.floor(at / 400)}`,
    event: at === 7 ? "failed" as const : "ok" as const,
  }));
  const html = matrix(rows);
  assertStringIncludes(
    html,
    '<td colspan="7" class="ok"></td><td class="failed"></td><td colspan="392"',
  );
  assertEquals(html.length < 40_000 + 400 * 60, true);
});
