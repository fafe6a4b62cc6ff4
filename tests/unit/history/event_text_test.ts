/**
 * What the texts of an event mean.
 */
import { momentOf, plainText, stateFromOutput } from "../../../src/history/event_text.ts";
import { assertEquals } from "../../testing/assert.ts";

const TIMES: readonly (readonly [unknown, number])[] = [
  ["2026-11-25T10:00:00.123456", Date.UTC(2026, 10, 25, 10, 0, 0, 123)],
  ["2026-11-25T10:00:00Z", Date.UTC(2026, 10, 25, 10)],
  ["2026-11-25T11:00:00+01:00", Date.UTC(2026, 10, 25, 10)],
  ["soon", NaN],
  [null, NaN],
  [12, NaN],
];

for (const [text, expected] of TIMES) {
  Deno.test(`the time ${JSON.stringify(text)}`, () => assertEquals(momentOf(text), expected));
}

const LINES: readonly (readonly [string, string, string])[] = [
  ["\x1b[0;33mchanged: [web1]\x1b[0m", "web1", "changed"],
  ["ok: [web1 -> db1]", "web1", "ok"],
  ["changed: [web1] => (item=x)", "web1", "changed"],
  ["fatal: [web1]: FAILED! => {}", "web1", "ok"],
  ["web1 | CHANGED => {", "web1", "changed"],
  ["web1 | SUCCESS => {", "web1", "ok"],
  ["nothing of the kind", "", "ok"],
];

for (const [line, host, state] of LINES) {
  Deno.test(`the line ${JSON.stringify(line)}`, () => {
    assertEquals(stateFromOutput(line), { host, state: state as "ok" });
  });
}

Deno.test("plain text has no sequences of a terminal and plain line ends", () => {
  assertEquals(plainText("\x1b[1;31ma\x1b[0m\r\n\x1b]0;title\x07b\x1b[Kc"), "a\nbc");
});
