/**
 * A choice among the texts of events; parsed is only what may be chosen.
 *
 * @module
 */
import { parseEvent } from "../artifacts/events/event_log.ts";
import { dataOf } from "../events/event_values.ts";
import type { JobEvent } from "../events/status_event.ts";
import { quoteAscii } from "../python/json_write.ts";

/** Which events are wanted; all that is given must hold. */
export interface EventFilter {
  /** Counter of one event, or name of a kind such as `runner_on_ok`. */
  readonly event?: string | undefined;
  /** Only events of this host. */
  readonly host?: string | undefined;
  /** Only events of tasks whose name has this in it. */
  readonly task?: string | undefined;
  /** Only failures and unreachable hosts, less those that were ignored. */
  readonly failed?: boolean | undefined;
  /** Only events after the one with this counter. */
  readonly sinceCounter?: number | undefined;
}

const FAILURES =
  /^(runner_on_failed|runner_on_unreachable|runner_item_on_failed|runner_on_async_failed)$/;

/** Makes what tells whether an event's JSON text is wanted. */
export function eventFilter(filter: EventFilter): (text: string) => boolean {
  const { event, host, failed } = filter;
  const isPlain = Object.values(filter).every((value) => value === undefined || value === false);
  if (isPlain) return () => true;
  const words = [
    ...(host === undefined ? [] : [quoteAscii(host)]),
    ...(failed === true ? ["runner_"] : []),
    ...(event === undefined || /^\d+$/.test(event) ? [] : [event]),
  ];
  return (text) => {
    if (!words.every((word) => text.includes(word))) return false;
    const parsed = parseEvent(text);
    return parsed !== undefined && isWantedEvent(parsed, filter);
  };
}

function isWantedEvent(event: JobEvent, filter: EventFilter): boolean {
  const { host, task, failed, sinceCounter } = filter;
  const data = dataOf(event);
  if (sinceCounter !== undefined && !(event.counter > sinceCounter)) return false;
  if (filter.event !== undefined && filter.event !== String(event.counter)) {
    if (filter.event !== event.event) return false;
  }
  if (host !== undefined && data["host"] !== host) return false;
  if (task !== undefined && !(typeof data["task"] === "string" && data["task"].includes(task))) {
    return false;
  }
  return failed !== true || FAILURES.test(event.event) && data["ignore_errors"] !== true;
}
