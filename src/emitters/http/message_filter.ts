/**
 * The filter of a receiver: which messages it gets.
 *
 * @module
 */
import { FAILURE_EVENTS } from "../../events/failure_events.ts";
import type { EmitterMessage } from "../emitter.ts";
import { eventNameOf } from "../event_name.ts";
import type { MessageFilter } from "./http_settings.ts";

/**
 * Makes what tells whether a receiver wants a message.
 *
 * @returns undefined when it wants all, so that no event need be parsed
 */
export function acceptsOf(
  { events, hosts, only = "all" }: MessageFilter,
): ((message: EmitterMessage) => boolean) | undefined {
  if (events === undefined && hosts === undefined && only === "all") return undefined;
  const isNamed = (name: string): boolean =>
    (only !== "failures" || FAILURE_EVENTS.includes(name)) &&
    (events === undefined || events.includes(name));
  return ({ kind, json }) => {
    if (kind === "status") return true;
    if (only === "status") return false;
    // Most are refused by their name, without parsing what may be long.
    const name = eventNameOf(json);
    if (name !== undefined && !isNamed(name)) return false;
    const { event, event_data: data } = JSON.parse(json);
    if (!isNamed(event)) return false;
    const host: unknown = data?.host;
    return hosts === undefined || typeof host !== "string" || hosts.includes(host);
  };
}
