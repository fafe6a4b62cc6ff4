/**
 * Values in an event's data, whatever a job made of them.
 *
 * @module
 */
import type { JobEvent } from "./status_event.ts";

/** The data of an event. */
export function dataOf(event: JobEvent): Readonly<Record<string, unknown>> {
  return recordOf(event.event_data);
}

/** An object as it is; anything else as an empty one. */
export function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  const isRecord = typeof value === "object" && value !== null && !Array.isArray(value);
  return isRecord ? value as Record<string, unknown> : {};
}

/** A text as it is; undefined for anything else, and for an empty one. */
export function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** What the statistics call the states of hosts, and what people do. */
const STATE_WORDS = {
  ok: "ok",
  changed: "changed",
  failures: "failed",
  dark: "unreachable",
  skipped: "skipped",
  rescued: "rescued",
  ignored: "ignored",
} as const;

/** How many hosts were in each state, by the statistics at the end. */
export function hostsByState(data: Readonly<Record<string, unknown>>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(STATE_WORDS).map(([key, state]) => {
      const counts = Object.values(recordOf(data[key]));
      return [state, counts.filter((count) => typeof count === "number" && count > 0).length];
    }),
  );
}
