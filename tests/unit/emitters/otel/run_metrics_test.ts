import type { EmitterMessage } from "../../../../src/emitters/emitter.ts";
import { RunMetrics } from "../../../../src/emitters/otel/run_metrics.ts";
import { assertEquals } from "../../../testing/assert.ts";

function event(name: string, data: Record<string, unknown>): EmitterMessage {
  return {
    kind: "event",
    id: "a/1",
    json: `{"event": "${name}", "event_data": ${JSON.stringify(data)}}`,
  };
}

const END = { kind: "status", id: "a/x", json: '{"status": "successful"}' } as const;

function result(seconds: number, more: Record<string, unknown> = {}): EmitterMessage {
  const end = new Date(Date.UTC(2026, 0, 1) + seconds * 1000).toISOString().slice(0, -1);
  return event("runner_on_ok", {
    start: "2026-01-01T00:00:00.0",
    end,
    task_action: "copy",
    ...more,
  });
}

Deno.test("RunMetrics tells at the end of runs, hosts by state and how long tasks took", () => {
  const metrics = new RunMetrics({ isDelta: false });
  for (const seconds of [0.05, 0.1, 3, 4000]) assertEquals(metrics.fold(result(seconds)), []);
  metrics.fold(event("playbook_on_stats", { ok: { h1: 1, h2: 3 }, dark: { h3: 1 } }));
  const all = metrics.fold(END);
  assertEquals(all.map(({ name }) => name), [
    "ansible.runs",
    "ansible.run.duration",
    "ansible.run.hosts",
    "ansible.task.duration",
  ]);
  assertEquals(all[0]?.sum?.aggregationTemporality, 2);
  const states = all[2]?.gauge?.dataPoints.map(({ attributes, asInt }) =>
    `${Object.values(attributes[0]?.value ?? {})} ${asInt}`
  );
  assertEquals(states?.slice(0, 4), ["ok 2", "changed 0", "failed 0", "unreachable 1"]);
  const [point] = all[3]?.histogram?.dataPoints ?? [];
  assertEquals(point?.bucketCounts, ["2", "0", "0", "1", "0", "0", "0", "0", "0", "1"]);
  assertEquals([point?.count, point?.min, point?.max], ["4", 0.05, 4000]);
  assertEquals(point?.explicitBounds.length, 9);
});

Deno.test("RunMetrics counts times that are none nowhere, and so many modules apart", () => {
  const metrics = new RunMetrics({ isDelta: true });
  metrics.fold(event("runner_on_ok", { start: "x", end: "y", task_action: "copy" }));
  metrics.fold(result(-1));
  for (let n = 0; n < 600; n++) metrics.fold(result(1, { task_action: `m${n}` }));
  const all = metrics.fold(END);
  assertEquals(all.length, 3);
  assertEquals(all[0]?.sum?.aggregationTemporality, 1);
  const points = all[2]?.histogram?.dataPoints ?? [];
  assertEquals(points.length, 501);
  assertEquals(points.at(-1)?.count, "100");
});

Deno.test("RunMetrics takes a worker's error for the end of a run", () => {
  const metrics = new RunMetrics({ isDelta: false });
  const all = metrics.fold({ kind: "status", id: "a/error", json: '{"status": "error"}' });
  assertEquals(all[0]?.name, "ansible.runs");
});
