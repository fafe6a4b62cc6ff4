/**
 * Failures and tasks in HTML.
 */
import { Budget } from "../../../../src/report/html/budget.ts";
import { renderFailures, renderTasks } from "../../../../src/report/html/results.ts";
import { assert, assertEquals, assertStringIncludes } from "../../../testing/assert.ts";
import { reportedRun } from "../../../testing/reported_run.ts";

function part(bytes = 100_000): { prefix: string; budget: Budget } {
  return { prefix: "r0", budget: new Budget(bytes) };
}

Deno.test("failures are told in full; ignored ones are none", () => {
  const html = renderFailures(
    reportedRun([
      { event: "failed", ignored: true, task: "may fail" },
      {
        event: "failed",
        task: "<script>x",
        res: { msg: "non-zero", stderr: "\x1b[31mbad\x1b[0m" },
      },
      { event: "unreachable", host: "gone", task: "ping", res: { msg: "no route" } },
    ]),
    part(),
  );
  assertEquals(html.match(/<article/g)?.length, 2);
  assertStringIncludes(html, '<a href="#r0t1">&lt;script&gt;x</a>');
  assertStringIncludes(html, '<pre class="stderr"><span class="f1">bad</span></pre>');
  assert(!html.includes("may fail"));
});

Deno.test("hosts of which the same is to be said are said together, failed ones first", () => {
  const html = renderTasks(
    reportedRun([
      { host: "a", res: { stdout: "same" } },
      { host: "b", res: { stdout: "same" } },
      { host: "c", event: "failed", res: { msg: "no" } },
    ]),
    part(),
  );
  assertEquals(html.match(/same/g)?.length, 1);
  assertStringIncludes(html, "</span> a, b <");
  assert(html.indexOf(">failed</span> c") < html.indexOf("> a, b"));
});

Deno.test("what has no room left is noted, its task stays", () => {
  const html = renderTasks(
    reportedRun([{ task: "long", res: { stdout: "x".repeat(500) } }]),
    part(99),
  );
  assertStringIncludes(html, "<b>long</b>");
  assertStringIncludes(html, "left out");
  assert(!html.includes("xxx"));
});

Deno.test("lines of a difference are coloured and escaped", () => {
  const run = reportedRun([{}]);
  const result = run.results.tasks[0]?.results.get("web1");
  assert(result !== undefined);
  run.results.tasks[0]?.results.set("web1", {
    ...result,
    texts: [{ kind: "diff", text: "--- before\n+<b>\n-old\n same", cut: 3 }],
  });
  const html = renderTasks(run, part());
  assertStringIncludes(
    html,
    '<span class="file">--- before</span>\n<span class="add">+&lt;b&gt;</span>',
  );
  assertStringIncludes(html, '<span class="del">-old</span>\n same');
  assertStringIncludes(html, "3 more characters cut");
});
