/**
 * The kept events of a run as callers go through them: all, some, or those of a host.
 *
 * @module
 */
import type { JobEvent } from "../../events/status_event.ts";
import { quoteAscii } from "../../python/json_write.ts";
import type { EventLog, EventsOptions } from "./event_log.ts";

/** Events to go through, all of them or some. */
export interface RunEvents extends AsyncIterable<JobEvent> {
  /** Chooses events. */
  (options: EventsOptions): AsyncIterable<JobEvent>;
}

/** All events, or those that a call chooses; each reader starts anew. */
export function runEvents(log: EventLog): RunEvents {
  const choose = (options: EventsOptions): AsyncIterable<JobEvent> => ({
    [Symbol.asyncIterator]: () => log.read(options),
  });
  return Object.assign(choose, { [Symbol.asyncIterator]: () => log.read() });
}

/** The events of one host. */
export async function* hostEvents(
  log: EventLog,
  host: string,
): AsyncGenerator<JobEvent, void, undefined> {
  const quoted = quoteAscii(host);
  for await (const event of log.read({ accepts: (text) => text.includes(quoted) })) {
    const data = event.event_data;
    if (data !== undefined && "host" in data && data.host === host) yield event;
  }
}
