/**
 * What a run did, as its events tell: ours, the original's, without data, damaged, beyond bounds.
 */
import { readPastRun } from "../../../src/artifacts/past_run.ts";
import { readResults, ResultCollector, type RunResults } from "../../../src/history/run_results.ts";
import type { JobEvent } from "../../../src/events/status_event.ts";
import { assert, assertEquals } from "../../testing/assert.ts";
import { RECORDED_RUNS, RecordedRuns } from "../../testing/recorded_runs.ts";

const STATES = {
  "Say hello": "web1=ok web2=ok db1=ok gone=ok",
  "Check disk": "web1=ignored web2=skipped db1=skipped gone=skipped",
  Reach: "web1=ok web2=ok db1=ok gone=unreachable",
  Break: "web1=skipped web2=rescued db1=skipped",
  Repair: "web2=ok",
  Restart: "web1=skipped web2=skipped db1=failed",
  Loop: "web1=skipped web2=failed",
  Done: "web1=changed",
};

function statesOf({ tasks }: RunResults): Record<string, string> {
  return Object.fromEntries(tasks.map(({ name, results }) => [
    name,
    [...results.values()].map(({ host, state }) => `${host}=${state}`).join(" "),
  ]));
}

for (const run of RECORDED_RUNS) {
  Deno.test(`${run}: tasks, hosts, states, places, times`, async () => {
    using runs = new RecordedRuns();
    const found = await readResults(readPastRun(runs.add(run)).events.read());
    assertEquals(statesOf(found), STATES);
    assertEquals(found.hosts, ["web1", "web2", "db1", "gone"]);
    assertEquals(found.failed.map(({ host, task }) => `${host}: ${task}`), [
      "gone: Reach",
      "db1: Restart",
      "web2: Loop",
    ]);
    assertEquals(found.tasks[5]?.path, "/private/project/deploy.yml:23");
    const texts = found.tasks[5]?.results.get("db1")?.texts.map(({ kind }) => kind);
    assertEquals(texts?.slice(0, 4), ["command", "message", "stdout", "stderr"]);
    assert(found.tasks.every(({ start, end }) => start >= found.start && end <= found.end + 1000));
  });
}

interface Told {
  readonly event: string;
  readonly data?: Record<string, unknown>;
  readonly stdout?: string;
  readonly parent?: string;
  readonly uuid?: string;
}

function collect(events: readonly Told[]): RunResults {
  const collector = new ResultCollector();
  events.forEach(({ event, data = {}, stdout = "", parent, uuid = "u" }, at) =>
    collector.add(
      {
        event,
        event_data: data,
        stdout,
        uuid,
        counter: at + 1,
        created: "2026-11-25T10:00:00",
        ...(parent === undefined ? {} : { parent_uuid: parent }),
      } as unknown as JobEvent,
    )
  );
  return collector.finish();
}

Deno.test("without event data the output tells hosts, tasks and what failed", () => {
  const found = collect([
    { event: "playbook_on_task_start", uuid: "t1", stdout: "\r\nTASK [Say [it]] ****" },
    { event: "runner_on_ok", parent: "t1", stdout: "\x1b[0;33mchanged: [web1]\x1b[0m" },
    { event: "runner_on_failed", parent: "t1", stdout: "fatal: [web2]: FAILED! => {}" },
  ]);
  assertEquals(statesOf(found), { "Say [it]": "web1=changed web2=failed" });
  assertEquals(found.failed[0]?.host, "web2");
});

Deno.test("a handler that comes to a host twice is two tasks; batches of hosts are one", () => {
  const data = { task: "restart", task_uuid: "t", res: { changed: true } };
  const found = collect([
    { event: "playbook_on_task_start", data },
    { event: "runner_on_ok", data: { ...data, host: "a" } },
    { event: "playbook_on_task_start", data, uuid: "t_2" },
    { event: "runner_on_ok", data: { ...data, host: "b" } },
    { event: "runner_on_ok", data: { ...data, host: "a" } },
  ]);
  assertEquals(found.tasks.map(({ results }) => [...results.keys()].join(" ")), ["a b", "a"]);
});

Deno.test("what a canceled task has begun is known, and no failure", () => {
  const data = { task: "wait", task_uuid: "t", host: "a" };
  const found = collect([
    { event: "playbook_on_task_start", data },
    { event: "runner_on_start", data },
  ]);
  assertEquals(statesOf(found), { wait: "a=started" });
  assertEquals(found.failed, []);
});

Deno.test("a difference belongs to the result that follows it", () => {
  const data = { task: "copy", task_uuid: "t", host: "a" };
  const found = collect([
    { event: "runner_on_file_diff", data, stdout: "\x1b[31m--- before\x1b[0m\r\n+++ after" },
    { event: "runner_on_ok", data: { ...data, res: { changed: true } } },
  ]);
  assertEquals(found.tasks[0]?.results.get("a")?.texts, [
    { kind: "diff", text: "--- before\n+++ after", cut: 0 },
  ]);
});

Deno.test("warnings are told once", () => {
  const warning = { event: "warning", stdout: "\x1b[1;35m[WARNING]: old\x1b[0m" };
  assertEquals(collect([warning, warning]).warnings, ["[WARNING]: old"]);
});

Deno.test("what a job made up is no reason to fail", () => {
  const odd: unknown[] = [null, 1, "x", [], { event_data: null }, { event_data: [1], host: {} }];
  const found = collect(
    odd.map((data) => ({ event: "runner_on_ok", data: data as Record<string, unknown> })),
  );
  assertEquals(found.tasks, []);
});

Deno.test("so much text of a run is kept, whatever its tasks print", () => {
  const stdout = "x".repeat(100_000);
  const found = collect(Array.from({ length: 3_000 }, (_, at) => ({
    event: "runner_on_ok",
    data: { task: "t", task_uuid: `t${at}`, host: "a", res: { stdout } },
  })));
  const kept = found.tasks.flatMap(({ results }) => [...results.values()])
    .flatMap(({ texts }) => texts);
  assert(kept.reduce((sum, { text }) => sum + text.length, 0) <= 8_000_000);
  assert(kept.every(({ text, cut }) => text.length + cut === stdout.length));
});
