/**
 * Turns the setting `event_level` into which events the artifacts keep.
 *
 * @module
 */
import type { EventRecord } from "../events/event_json.ts";

/** Which events the artifacts keep. */
export type EventLevel = "all" | "no_verbose" | "failures";

/** What `failures` keeps: what went wrong, and the statistics at the end. */
const FAILURES = [
  "runner_on_failed",
  "runner_on_unreachable",
  "runner_on_async_failed",
  "runner_item_on_failed",
  "error",
  "playbook_on_no_hosts_remaining",
  "playbook_on_stats",
];

/**
 * Tells whether the artifacts keep an event.
 *
 * @param record the event
 * @param level the setting
 * @returns whether they do
 */
export function isKept(record: EventRecord, level: EventLevel): boolean {
  switch (level) {
    case "all":
      return true;
    case "no_verbose":
      return !record.isNamed("verbose");
    case "failures":
      return FAILURES.some((name) => record.isNamed(name));
  }
}
