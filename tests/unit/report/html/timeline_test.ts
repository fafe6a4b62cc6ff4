/**
 * Lanes of bars.
 */
import { Budget } from "../../../../src/report/html/budget.ts";
import { Bars, renderTimeline } from "../../../../src/report/html/timeline.ts";
import { assert, assertEquals, assertStringIncludes } from "../../../testing/assert.ts";
import { BEGIN, reportedRun } from "../../../testing/reported_run.ts";

const AXIS = { start: 0, end: 1000 };

Deno.test("a bar lies where its time is, and is never too narrow to be seen", () => {
  const bars = new Bars(AXIS);
  bars.add("ok", { start: 100, end: 300 });
  bars.add("failed", { start: 500, end: 500 });
  bars.add("ok", { start: NaN, end: 600 });
  assertEquals(
    bars.render(),
    '<path class="ok" d="M100 0h199.2v10h-199.2z"/><path class="failed" d="M500 0h1.6v10h-1.6z"/>',
  );
});

Deno.test("bars that would lie on each other are drawn once", () => {
  const bars = new Bars(AXIS);
  for (let at = 0; at < 10_000; at++) bars.add("ok", { start: 5 + at / 1e5, end: 5 + at / 1e5 });
  assert(bars.render().length < 100);
});

Deno.test("there is a lane for each task and each host, and charts on the same axis", () => {
  const memory = { task: { number: 0, uuid: "u" }, name: "t", counter: "memory" } as const;
  const html = renderTimeline(
    reportedRun([{ host: "a" }, { host: "b" }], {
      profile: [
        { ...memory, time: (BEGIN + 1000) / 1000, value: 12 },
        { ...memory, time: (BEGIN + 1500) / 1000, value: 48.6 },
        { ...memory, time: (BEGIN + 99_000) / 1000, value: 900 },
      ],
    }),
    { prefix: "r0", budget: new Budget(100_000) },
  );
  assertEquals(html.match(/class="who"/g)?.length, 4);
  assertStringIncludes(html, ">49 MiB<");
  assertStringIncludes(html, 'd="M500 40L500 ');
});

Deno.test("a run without times has no timeline", () => {
  assertEquals(renderTimeline(reportedRun([]), { prefix: "", budget: new Budget(100) }), "");
});
