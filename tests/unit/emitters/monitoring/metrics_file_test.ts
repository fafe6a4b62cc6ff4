import { MetricsFile } from "../../../../src/emitters/monitoring/metrics_file.ts";
import { assert, assertEquals } from "../../../testing/assert.ts";

/** Lines of the file after some messages, as JSON. */
async function linesAfter(
  statuses: readonly string[],
  events: readonly string[],
): Promise<string[]> {
  const path = Deno.makeTempFileSync();
  try {
    const file = new MetricsFile({ path, ident: "a", waiting: () => [], warn: () => {} });
    for (const json of events) await file.send({ kind: "event", json, id: "a/1" });
    for (const json of statuses) await file.send({ kind: "status", json, id: "a/x" });
    file.close();
    return Deno.readTextFileSync(path).split("\n");
  } finally {
    Deno.removeSync(path);
  }
}

Deno.test("MetricsFile knows a worker's error as a status", async () => {
  const lines = await linesAfter(['{"status": "error"}'], []);
  assert(lines.includes('ansible_runner_run_status{status="error"} 1'));
  assertEquals(lines.filter((line) => line.startsWith("ansible_runner_run_status")).length, 7);
});

Deno.test("MetricsFile counts so many names of events apart, and no long ones", async () => {
  const names = ["n".repeat(101), ...Array.from({ length: 300 }, (_, n) => `n${n}`), "n0"];
  const lines = await linesAfter([], names.map((name) => `{"event": "${name}"}`));
  const told = lines.filter((line) => line.startsWith("ansible_runner_run_events{"));
  assertEquals(told.length, 200);
  assert(told.includes('ansible_runner_run_events{event="n0"} 2'));
  assert(told.includes('ansible_runner_run_events{event="other"} 102'));
});

Deno.test("MetricsFile counts hosts by numbers alone", async () => {
  const lines = await linesAfter([], [
    '{"event": "playbook_on_stats", "event_data": {"ok": {"a": 1, "b": "2"}, "dark": null}}',
    '{"event": "playbook_on_stats", "event_data": {"ok": {"a": 1, "b": "2"}, "dark": 7}}',
  ]);
  assert(lines.includes('ansible_runner_run_hosts{state="ok"} 1'));
  assert(lines.includes('ansible_runner_run_hosts{state="unreachable"} 0'));
});
