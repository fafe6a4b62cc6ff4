/**
 * Which events a filter lets through.
 */
import { type EventFilter, eventFilter } from "../../../src/history/event_filter.ts";
import { assertEquals } from "../../testing/assert.ts";

const EVENTS = [
  '{"counter": 1, "event": "playbook_on_start", "event_data": {}}',
  '{"counter": 2, "event": "runner_on_ok", "event_data": {"host": "a", "task": "Copy files"}}',
  '{"counter": 3, "event": "runner_on_failed", "event_data": {"host": "a", "task": "Restart"}}',
  '{"counter": 4, "event": "runner_on_failed", "event_data": {"host": "b\\u00e9", "ignore_errors": true}}',
  "{half",
  "[]",
];

const ROWS: readonly (readonly [EventFilter, readonly number[]])[] = [
  [{ failed: true }, [3]],
  [{ host: "a" }, [2, 3]],
  [{ host: "bé" }, [4]],
  [{ task: "files" }, [2]],
  [{ event: "2" }, [2]],
  [{ event: "runner_on_failed" }, [3, 4]],
  [{ sinceCounter: 2 }, [3, 4]],
  [{ host: "a", failed: true, sinceCounter: 3 }, []],
];

for (const [filter, counters] of ROWS) {
  Deno.test(`${JSON.stringify(filter)} lets ${counters.join(", ") || "nothing"} through`, () => {
    const found = EVENTS.filter(eventFilter(filter)).map((text) => JSON.parse(text).counter);
    assertEquals(found, [...counters]);
  });
}

Deno.test("no filter lets all through as it is", () => {
  assertEquals(EVENTS.filter(eventFilter({ failed: false })), EVENTS);
});
