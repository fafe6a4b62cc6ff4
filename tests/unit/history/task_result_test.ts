import { resultOf, stateOf } from "../../../src/history/task_result.ts";
import type { JobEvent } from "../../../src/events/status_event.ts";
import { assertEquals } from "../../testing/assert.ts";

interface Row {
  readonly event: string;
  readonly stdout?: string;
  readonly event_data?: Readonly<Record<string, unknown>>;
  readonly says: readonly [state: string | undefined, host: string | undefined];
}

const ROWS: readonly Row[] = [
  {
    event: "runner_on_ok",
    event_data: { host: "a", res: { changed: true } },
    says: ["changed", "a"],
  },
  { event: "runner_on_ok", event_data: { host: "a", res: { changed: false } }, says: ["ok", "a"] },
  {
    event: "runner_on_failed",
    event_data: { host: "a", ignore_errors: true },
    says: ["ignored", "a"],
  },
  {
    event: "runner_on_failed",
    stdout: "\x1b[0;31mfatal: [a -> b]: FAILED!",
    says: ["failed", "a"],
  },
  { event: "runner_on_unreachable", stdout: "a | UNREACHABLE! => {", says: ["unreachable", "a"] },
  { event: "runner_on_ok", stdout: "\x1b[0;33mchanged: [a]\x1b[0m", says: ["changed", "a"] },
  { event: "runner_on_ok", stdout: "a | CHANGED => {", says: ["changed", "a"] },
  { event: "runner_on_start", event_data: { host: "a" }, says: ["started", undefined] },
  { event: "toString", event_data: { host: "a" }, says: [undefined, undefined] },
];

for (const { says, ...row } of ROWS) {
  Deno.test(`stateOf reads ${JSON.stringify(row)}`, () => {
    const event = { counter: 1, ...row } as unknown as JobEvent;
    assertEquals([stateOf(event), resultOf(event)?.host], says);
  });
}
