import type { EmitterMessage } from "../../../../src/emitters/emitter.ts";
import type { Span } from "../../../../src/emitters/otel/otlp.ts";
import { RunMetrics } from "../../../../src/emitters/otel/run_metrics.ts";
import { RunSpans } from "../../../../src/emitters/otel/run_spans.ts";
import { traceContextOf } from "../../../../src/emitters/otel/trace_context.ts";
import { assert, assertEquals } from "../../../testing/assert.ts";

const CONTEXT = traceContextOf({}, () => true);
let counter = 0;

function event(name: string, data: Record<string, unknown> = {}, more = {}): EmitterMessage {
  const second = String(++counter % 60).padStart(2, "0");
  return {
    kind: "event",
    id: `a/${counter}`,
    json: JSON.stringify({
      uuid: `u${counter}`,
      created: `2026-11-25T10:00:${second}.000250`,
      ...more,
      event: name,
      event_data: data,
    }).replace('"event":', '"event": '),
  };
}

function status(word: string): EmitterMessage {
  return { kind: "status", id: `a/${word}`, json: JSON.stringify({ status: word }) };
}

function spansOf(messages: readonly EmitterMessage[]): Span[] {
  counter = 0;
  const spans = new RunSpans(CONTEXT, { ident: "a", program: "ansible-playbook" });
  return messages.flatMap((message) => [...spans.fold(message)]);
}

/** Name and the names above it. */
function pathsOf(spans: readonly Span[]): string[] {
  const byId = new Map(spans.map((span) => [span.spanId, span]));
  const path = (span: Span): string => {
    const parent = byId.get(span.parentSpanId ?? "");
    return parent === undefined ? span.name : `${path(parent)} > ${span.name}`;
  };
  return spans.map(path);
}

function attribute(span: Span | undefined, key: string): unknown {
  const found = span?.attributes.find((each) => each.key === key);
  return found === undefined ? undefined : Object.values(found.value)[0];
}

const TASK = { task_uuid: "t1", task: "Copy", task_path: "/p/site.yml:7", task_action: "copy" };

Deno.test("RunSpans tells of a run as run, play, task and hosts, each when it ends", () => {
  const messages = [
    status("starting"),
    event("playbook_on_start", { playbook: "/p/site.yml" }),
    event("playbook_on_play_start", { name: "Web", pattern: "all" }),
    event("playbook_on_task_start", { ...TASK, name: "Copy" }),
    event("runner_on_start", { ...TASK, host: "h1" }),
    event("runner_on_start", { ...TASK, host: "h2" }),
    event("runner_item_on_failed", { ...TASK, host: "h2", res: { msg: "item", item: "x" } }),
    event("runner_on_ok", { ...TASK, host: "h1", res: { changed: true } }),
    event("runner_on_failed", { ...TASK, host: "h2", res: { msg: "no good", rc: 3 } }),
    event("playbook_on_stats", { ok: { h1: 1 }, failures: { h2: 1 } }),
    status("failed"),
  ];
  const spans = spansOf(messages);
  const run = "ansible-playbook site.yml";
  assertEquals(pathsOf(spans), [
    `${run} > Web > Copy > h1`,
    `${run} > Web > Copy > h2`,
    `${run} > Web > Copy`,
    `${run} > Web`,
    run,
  ]);
  const [ok, failed, task, play, root] = spans;
  assertEquals(ok?.status, undefined);
  assertEquals(attribute(ok, "ansible.task.host.status"), "changed");
  assertEquals(
    ok?.startTimeUnixNano,
    String(
      BigInt(Date.UTC(2026, 10, 25, 10, 0, 4)) * 1_000_000n + 250_000n,
    ),
  );
  assertEquals(failed?.status, { code: 2, message: "no good" });
  assertEquals(failed?.events?.map(({ attributes }) => Object.values(attributes[1]?.value ?? {})), [
    ["item"],
    ["no good"],
  ]);
  assertEquals([attribute(failed, "ansible.task.rc"), attribute(failed, "error.type")], [
    "3",
    "failed",
  ]);
  assertEquals([attribute(task, "code.file.path"), attribute(task, "code.line.number")], [
    "/p/site.yml",
    "7",
  ]);
  assertEquals([task?.status?.code, play?.status?.code, root?.status?.code], [2, 2, 2]);
  assertEquals(attribute(root, "cicd.pipeline.result"), "failure");
  assertEquals(attribute(root, "ansible.run.hosts.failed"), "1");
  assertEquals([root?.kind, root?.parentSpanId], [2, undefined]);
  for (const span of spans) assert(BigInt(span.endTimeUnixNano) >= BigInt(span.startTimeUnixNano));
});

Deno.test("RunSpans leaves ignored failures well, and ends what never came back", () => {
  const spans = spansOf([
    event("playbook_on_play_start", { name: "Web" }),
    event("playbook_on_task_start", TASK),
    event("runner_on_failed", { ...TASK, host: "h1", ignore_errors: true, res: { msg: "m" } }),
    event("playbook_on_task_start", { ...TASK, task_uuid: "t2", task: "Wait" }),
    event("runner_on_start", { ...TASK, task_uuid: "t2", host: "h2" }),
    status("timeout"),
  ]);
  assertEquals(pathsOf(spans).map((path) => path.replace("ansible-playbook > ", "")), [
    "Web > Copy > h1",
    "Web > Copy",
    "Web > Wait > h2",
    "Web > Wait",
    "Web",
    "ansible-playbook",
  ]);
  const [ignored, copy, lost] = spans;
  assertEquals([ignored?.status, copy?.status], [undefined, undefined]);
  assertEquals(ignored?.events?.length, 1);
  assertEquals(lost?.status, { code: 2, message: "The task did not end" });
  assertEquals(attribute(spans.at(-1), "cicd.pipeline.result"), "timeout");
});

Deno.test("RunSpans keeps a task open while hosts are at it, and has two for one that comes again", () => {
  const other = { ...TASK, task_uuid: "t2", task: "Next" };
  const spans = spansOf([
    event("playbook_on_task_start", TASK),
    event("runner_on_start", { ...TASK, host: "h1" }),
    event("playbook_on_task_start", other),
    event("runner_on_ok", { ...TASK, host: "h1" }),
    event("playbook_on_task_start", TASK),
    event("runner_on_ok", { ...TASK, host: "h2" }),
    status("successful"),
  ]);
  assertEquals(pathsOf(spans).map((path) => path.replace("ansible-playbook > ", "")), [
    "Copy > h1",
    "Copy",
    "Next",
    "Copy > h2",
    "Copy",
    "ansible-playbook",
  ]);
  assertEquals(new Set(spans.map(({ spanId }) => spanId)).size, spans.length);
});

Deno.test("RunSpans believes nothing that a job makes up", () => {
  const odd = (json: string): EmitterMessage => ({ kind: "event", id: "a/1", json });
  const spans = spansOf([
    odd("{"),
    odd('{"event": "runner_on_ok"}'),
    odd('{"event": "runner_on_failed", "event_data": [], "uuid": 1, "created": "x"}'),
    odd(
      '{"event": "runner_on_failed", "event_data": {"host": {}, "res": "x", "start": "9999-99-99T00:00:00"}}',
    ),
    odd('{"event": "playbook_on_task_start", "event_data": {"task_uuid": 5, "task_path": ":1"}}'),
    odd('{"event": "playbook_on_stats", "event_data": {"ok": null, "failures": [1]}}'),
    status("successful"),
  ]);
  assertEquals(spans.length, 5);
  for (const span of spans) assertEquals(span.traceId, CONTEXT.traceId);
});

Deno.test("RunSpans holds so many tasks, and no more", () => {
  const spans = new RunSpans(CONTEXT, { ident: "a", program: "ansible" });
  const ended = Array.from({ length: 1100 }, (_, n) => {
    const data = { task_uuid: `t${n}`, task: `T${n}`, host: "h" };
    const opened = spans.fold(event("playbook_on_task_start", data));
    spans.fold(event("runner_on_start", data));
    return opened.length;
  });
  assertEquals(ended.filter((count) => count === 2).length, 100);
});

Deno.test("what a worker made up, words of JavaScript's own and objects for numbers, is no end and no count", () => {
  const strange = JSON.parse('{"toString": 1, "valueOf": 1}');
  const messages = [
    status("constructor"),
    status("__proto__"),
    event("playbook_on_stats", { ok: { web1: strange, web2: 1 } }),
    status("successful"),
  ];
  const spans = spansOf(messages);
  assertEquals(spans.length, 1);
  assertEquals(attribute(spans[0], "ansible.run.hosts.ok"), "1");
  const metrics = new RunMetrics({ isDelta: false });
  assertEquals(messages.map((message) => metrics.fold(message).length > 0), [
    false,
    false,
    false,
    true,
  ]);
});

Deno.test("RunSpans holds so many failed items of all hosts, and as many again when those have ended", () => {
  const HOSTS = 210;
  const batch = (task: string): EmitterMessage[] => {
    const of = (host: number): Record<string, unknown> => ({ task_uuid: task, host: `h${host}` });
    const hosts = Array.from({ length: HOSTS }, (_, host) => host);
    return [
      event("playbook_on_task_start", { ...TASK, task_uuid: task }),
      ...hosts.map((host) => event("runner_on_start", of(host))),
      ...hosts.flatMap((host) =>
        Array.from({ length: 11 }, () => event("runner_item_on_failed", { ...of(host), res: {} }))
      ),
      ...hosts.map((host) => event("runner_on_ok", of(host))),
    ];
  };
  const spans = spansOf([...batch("t1"), ...batch("t2")]);
  const counts = spans.filter(({ events }) => events !== undefined).map(({ events }) =>
    events?.length
  );
  assertEquals(counts, Array(400).fill(10));
});

Deno.test("RunSpans ends a run whose worker had an error", () => {
  const [root] = spansOf([status("starting"), status("error")]);
  assertEquals(attribute(root, "cicd.pipeline.result"), "error");
});
