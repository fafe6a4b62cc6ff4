import { assertEquals, assertMatch } from "../../testing/assert.ts";
import { EventRecord } from "../../../src/events/event_json.ts";

const BODY = {
  key: "1.1",
  uuid: "0b",
  json: new TextEncoder().encode('{"event": "runner_on_ok", "n": 12345678901234567890, "f": 1.0}'),
};

function record(stdout: string, body: typeof BODY | undefined = BODY): EventRecord {
  return new EventRecord({ counter: 3, stdout, startLine: 1, endLine: 2, body }, {
    ident: "me",
    zone: "",
  });
}

Deno.test("EventRecord puts our six fields in front of the body's own text", () => {
  assertEquals(
    record("a").text(),
    '{"uuid": "0b", "counter": 3, "stdout": "a", "start_line": 1, "end_line": 2, "runner_ident": "me", ' +
      '"event": "runner_on_ok", "n": 12345678901234567890, "f": 1.0}',
  );
});

Deno.test("EventRecord writes ASCII as Python does", () => {
  const text = record('\x1b[0m"é\u2028😀\x7f\ud800\t\\').text();
  assertMatch(text, /"stdout": "\\u001b\[0m\\"\\u00e9\\u2028\\ud83d\\ude00\\u007f\\ud800\\t\\\\"/);
  // deno-lint-ignore no-control-regex -- ASCII is what is asked
  assertMatch(text, /^[\x20-\x7e]*$/);
});

Deno.test("EventRecord gives plain text the fields of a verbose event in the original's order", () => {
  const event = { counter: 1, stdout: "x", startLine: 0, endLine: 1, body: undefined };
  const plain = new EventRecord(event, { ident: "me", zone: "" });
  assertEquals(Object.keys(plain.parsed()), [
    "event",
    "uuid",
    "counter",
    "stdout",
    "start_line",
    "end_line",
    "runner_ident",
    "created",
  ]);
  assertMatch(plain.parsed().created, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}$/);
  assertEquals(plain.isNamed("verbose"), true);
  const zoned = new EventRecord(event, { ident: "me", zone: "+00:00" });
  assertMatch(zoned.parsed().created, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+00:00$/);
});

Deno.test("EventRecord.encodeInto writes what text gives, into a buffer that grows", () => {
  const event = record("é".repeat(100));
  for (const size of [1, 10_000]) {
    const { buffer, length } = event.encodeInto(new Uint8Array(size));
    assertEquals(new TextDecoder().decode(buffer.subarray(0, length)), event.text());
  }
});

Deno.test("EventRecord.isNamed looks at the whole name", () => {
  assertEquals(record("").isNamed("runner_on_ok"), true);
  assertEquals(record("").isNamed("runner_on"), false);
});
