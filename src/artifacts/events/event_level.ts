/**
 * Which events the artifacts keep, by the setting `event_level`.
 *
 * @module
 */
import type { ToldEvent } from "../../events/event_json.ts";
import { FAILURE_EVENTS } from "../../events/failure_events.ts";

/** Which events the artifacts keep. */
export type EventLevel = "all" | "no_verbose" | "failures";

/** Tells whether the artifacts keep an event. */
export function isKept(record: Pick<ToldEvent, "isNamed">, level: EventLevel): boolean {
  switch (level) {
    case "all":
      return true;
    case "no_verbose":
      return !record.isNamed("verbose");
    case "failures":
      return FAILURE_EVENTS.some((name) => record.isNamed(name));
  }
}
