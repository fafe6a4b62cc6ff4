/**
 * What comes of the events of a run.
 */
import { openPastLog } from "../../../src/artifacts/events/event_log.ts";
import type { JobEvent } from "../../../src/events/status_event.ts";
import { foldEvents, OutcomeFold } from "../../../src/history/outcome.ts";
import { assertEquals } from "../../testing/assert.ts";
import { RECORDED_RUNS, RecordedRuns } from "../../testing/recorded_runs.ts";

for (const run of RECORDED_RUNS) {
  Deno.test(`${run}: states of all results, failures apart`, async () => {
    using runs = new RecordedRuns();
    const outcome = await foldEvents(openPastLog(runs.add(run)).read());
    const counts: Record<string, number> = {};
    for (const { state } of outcome.results) {
      const name = state === "changed" ? "ok" : state;
      counts[name] = (counts[name] ?? 0) + 1;
    }
    assertEquals(counts, {
      ok: 9,
      skipped: 8,
      ignored: 1,
      unreachable: 1,
      rescued: 1,
      failed: 2,
    });
    assertEquals(outcome.failed.map(({ host }) => host), ["gone", "db1", "web2"]);
    assertEquals(outcome.failed[1]?.stderr, "some error");
    assertEquals(outcome.rescued.map(({ task }) => task), ["Break"]);
    assertEquals(outcome.unfinished, undefined);
    const seconds = outcome.times.map((time) => time.seconds);
    assertEquals(seconds, seconds.toSorted((a, b) => b - a));
    assertEquals(outcome.times.length, 8);
  });
}

function message(event: string, stdout: string): JobEvent {
  return {
    event,
    stdout,
    counter: 1,
    uuid: "u",
    created: "2026-01-01T00:00:00.000000",
  } as JobEvent;
}

Deno.test("warnings and deprecations, each once, without colours; the version of -vv", () => {
  const fold = new OutcomeFold();
  fold.add(message("warning", "\x1b[1;35m[WARNING]: odd\r\nthing\x1b[0m"));
  fold.add(message("verbose", "[WARNING]: odd thing"));
  fold.add(message("deprecated", "[DEPRECATION WARNING]: old"));
  fold.add(message("verbose", "ansible-playbook [core 2.14.18]"));
  const { warnings, deprecations, ansible } = fold.finish();
  assertEquals(warnings, ["[WARNING]: odd thing"]);
  assertEquals(deprecations, ["[DEPRECATION WARNING]: old"]);
  assertEquals(ansible, "2.14.18");
});

Deno.test("what a job makes up is no reason to fail", async () => {
  async function* odd(): AsyncGenerator<JobEvent> {
    for (
      const text of ["1", "null", "[]", "{}", '{"event": "runner_on_failed", "event_data": 3}']
    ) {
      yield await JSON.parse(text);
    }
  }
  const outcome = await foldEvents(odd());
  assertEquals(outcome.failed.map(({ host, task }) => [host, task]), [["", ""]]);
});

Deno.test("a task's uuid that is no text is no reason to fail", () => {
  const fold = new OutcomeFold();
  const data = { host: "a", task: "t", task_uuid: { toString: 1 } };
  for (const event of ["runner_on_start", "runner_on_ok"]) {
    fold.add({ ...message(event, ""), event_data: data } as unknown as JobEvent);
  }
  assertEquals(fold.finish().results.map(({ host, task }) => [host, task]), [["a", "t"]]);
});
