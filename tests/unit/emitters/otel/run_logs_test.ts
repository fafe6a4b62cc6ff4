import { RunLogs } from "../../../../src/emitters/otel/run_logs.ts";
import { hostSpanId } from "../../../../src/emitters/otel/run_spans.ts";
import { traceContextOf } from "../../../../src/emitters/otel/trace_context.ts";
import { assertEquals } from "../../../testing/assert.ts";

Deno.test("RunLogs tells of status, failures and warnings, with the span that each belongs to", () => {
  const context = traceContextOf({}, () => true);
  const logs = new RunLogs(context, { ident: "a" });
  const status = (word: string) =>
    logs.fold({ kind: "status", id: "a/x", json: JSON.stringify({ status: word }) });
  const event = (json: string) => logs.fold({ kind: "event", id: "a/1", json });
  const lines = [
    ...status("running"),
    ...event('{"event": "runner_on_ok", "event_data": {"host": "h"}}'),
    ...event(
      '{"event": "runner_on_failed", "uuid": "u1", "event_data": {"host": "h", "task": "t", "res": {"msg": "m"}}}',
    ),
    ...event(
      '{"event": "runner_on_unreachable", "uuid": "u2", "event_data": {"host": "h", "ignore_errors": true}}',
    ),
    ...event('{"event": "warning", "stdout": "[WARNING]: old\\n"}'),
    ...status("failed"),
  ];
  assertEquals(
    lines.map(({ severityText, body, spanId }) => [severityText, Object.values(body)[0], spanId]),
    [
      ["INFO", "run a: running", context.rootSpanId],
      ["ERROR", "h failed: t: m", hostSpanId(context, "u1")],
      ["WARN", "h unreachable: ?: ", hostSpanId(context, "u2")],
      ["WARN", "[WARNING]: old", context.rootSpanId],
      ["ERROR", "run a: failed", context.rootSpanId],
    ],
  );
});
