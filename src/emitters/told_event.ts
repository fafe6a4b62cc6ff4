/**
 * What traces, metrics, logs and syslog read of a message; nothing in it is believed to be there.
 *
 * @module
 */
import { recordOf, textOf } from "../events/event_values.ts";
import type { EmitterMessage } from "./emitter.ts";
import { eventNameOf } from "./event_name.ts";

/** An event, as far as it matters here. */
export interface ToldEvent {
  readonly name: string;
  readonly uuid: string;
  /** The run's ident, where it is said. */
  readonly ident: string | undefined;
  /** When it was made, in milliseconds since 1970. */
  readonly time: number;
  readonly stdout: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** How a task ended on a host, by the event that says so. */
export const HOST_STATES: Readonly<Record<string, string>> = {
  runner_on_ok: "ok",
  runner_on_skipped: "skipped",
  runner_on_failed: "failed",
  runner_on_async_failed: "failed",
  runner_on_unreachable: "unreachable",
};

/** How a run ended, in the words of the semantic conventions of CI and CD. */
export const RESULTS: Readonly<Record<string, string>> = {
  successful: "success",
  failed: "failure",
  timeout: "timeout",
  canceled: "cancellation",
  // A worker's end, as `process` tells it.
  error: "error",
};

/** Whether a status ends a run; a worker elsewhere may send any word, such as `constructor`. */
export function isEnd(status: string): boolean {
  return Object.hasOwn(RESULTS, status);
}

/** Longest text of a failure, in characters. */
const MOST_TEXT = 4000;

/**
 * Reads an event.
 *
 * @param names of the events that matter
 * @returns undefined for another one
 */
export function readEvent(
  message: EmitterMessage,
  names: ReadonlySet<string>,
): ToldEvent | undefined {
  if (message.kind !== "event" || !names.has(eventNameOf(message.json) ?? "")) return undefined;
  const event = recordOf(parsed(message));
  const name = textOf(event["event"]) ?? "";
  if (!names.has(name)) return undefined;
  return {
    name,
    uuid: textOf(event["uuid"]) ?? "",
    ident: textOf(event["runner_ident"]),
    time: timeOf(event["created"]) ?? Date.now(),
    stdout: textOf(event["stdout"]) ?? "",
    data: recordOf(event["event_data"]),
  };
}

/** The word of a change of status; undefined for an event. */
export function statusOf(message: EmitterMessage): string | undefined {
  return readStatus(message)?.status;
}

/** Reads a change of status; undefined for an event. */
export function readStatus(
  message: EmitterMessage,
): { readonly status: string; readonly ident: string | undefined } | undefined {
  if (message.kind !== "status") return undefined;
  const said = recordOf(parsed(message));
  const status = textOf(said["status"]);
  return status === undefined ? undefined : { status, ident: textOf(said["runner_ident"]) };
}

/** What Ansible says about a failure. */
export function failureText({ data, stdout }: ToldEvent): string {
  const res = recordOf(data["res"]);
  const { censored, msg, stderr, module_stderr: moduleStderr } = res;
  const said = textOf(censored) ?? textOf(msg) ??
    (msg === undefined || msg === null ? undefined : JSON.stringify(msg)) ?? textOf(stderr) ??
    textOf(moduleStderr) ?? stdout;
  return said.trim().slice(0, MOST_TEXT);
}

/** A time of an event, UTC where it has no zone, in milliseconds with a fraction. */
export function timeOf(value: unknown): number | undefined {
  const [, seconds, fraction = "", zone = "Z"] =
    /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,6})\d*)?(Z|[+-]\d\d:\d\d)?$/.exec(
      textOf(value) ?? "",
    ) ?? [];
  const ms = Date.parse(`${seconds}${zone}`);
  // What a job made up must fit into 64 bits of nanoseconds.
  return ms >= 0 && ms < 1e13 ? ms + Number(fraction.padEnd(6, "0")) / 1000 : undefined;
}

/** The last message and what it says: traces, metrics and logs read each one after the other. */
let last: { readonly message: EmitterMessage; readonly value: unknown } | undefined;

function parsed(message: EmitterMessage): unknown {
  // By identity: a message's fields do not change.
  if (last?.message === message) return last.value;
  let value: unknown;
  try {
    value = JSON.parse(message.json);
  } catch {
    value = undefined;
  }
  last = { message: message, value };
  return value;
}
