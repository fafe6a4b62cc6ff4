/**
 * What `show`, `diff` and `report` tell of a run is one thing.
 */
import { openPastLog } from "../../../src/artifacts/events/event_log.ts";
import { OutcomeFold } from "../../../src/history/outcome.ts";
import { foldAll } from "../../../src/history/run_fold.ts";
import { ResultCollector } from "../../../src/history/run_results.ts";
import { assertEquals } from "../../testing/assert.ts";
import { RECORDED_RUNS, RecordedRuns } from "../../testing/recorded_runs.ts";

for (const run of RECORDED_RUNS) {
  Deno.test(`${run}: whatever is kept, the same failed, and the same was rescued`, async () => {
    using runs = new RecordedRuns();
    const log = openPastLog(runs.add(run));
    const all = await foldAll(log.read(), new OutcomeFold());
    const page = await foldAll(log.read(), new ResultCollector());
    const failed = (list: typeof page.failed | typeof all.failed): string[] =>
      list.map(({ counter, host, message }) => `${counter} ${host}: ${message}`);
    assertEquals(failed(page.failed), failed(all.failed));
    const rescued = page.tasks.flatMap(({ name, results }) =>
      [...results.values()].filter(({ state }) => state === "rescued")
        .map(({ host }) => `${name}: ${host}`)
    );
    assertEquals(rescued, all.rescued.map(({ task, host }) => `${task}: ${host}`));
    assertEquals([page.start, page.end], [all.began, all.ended]);
    assertEquals(page.stats, all.stats);
  });
}
