import { lineOf } from "../../../../src/emitters/monitoring/syslog_emitter.ts";
import { assertEquals } from "../../../testing/assert.ts";

Deno.test("lineOf tells of failures, whatever a job made of their data", () => {
  const lineOfEvent = (json: string) => lineOf({ kind: "event", id: "a/1", json });
  for (
    const [data, line] of [
      ['{"host": "h", "task": "t"}', "<27>run a: h failed: t"],
      ['{"host": {}, "task": ["x"]}', "<27>run a: ? failed: ?"],
      ["null", "<27>run a: ? failed: ?"],
      ['{"host": "h", "task": "t", "ignore_errors": true}', undefined],
    ] as const
  ) {
    const json = `{"event": "runner_on_failed", "runner_ident": "a", "event_data": ${data}}`;
    assertEquals(lineOfEvent(json), line);
  }
  assertEquals(lineOfEvent('{"event": "runner_on_ok"}'), undefined);
  const status = (json: string) => lineOf({ kind: "status", id: "a/x", json });
  assertEquals(
    status('{"status": "canceled", "runner_ident": "a"}'),
    "<29>run a: canceled",
  );
  assertEquals(status("null"), undefined);
});
