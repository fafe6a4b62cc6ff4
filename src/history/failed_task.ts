/**
 * What failed, by its events: host, task, message.
 *
 * @module
 */
import type { RunStats } from "../artifacts/stats.ts";
import { dataOf, recordOf, textOf } from "../events/event_values.ts";
import type { JobEvent } from "../events/status_event.ts";
import { stateFromOutput } from "./event_text.ts";

/** A task that failed on a host, or could not reach it. */
export interface FailedTask {
  /** Name of the host; empty when the run kept no data of its events. */
  readonly host: string;
  /** Name of the task, or its module. */
  readonly task: string;
  /** What Ansible says about it, in one line. */
  readonly message: string;
  /** Whether the host could not be reached. */
  readonly unreachable: boolean;
  /** Counter of the event. */
  readonly counter: number;
}

/** Whether an event's text may be one of a failure; asked before it is parsed. */
export function mayBeFailure(text: string): boolean {
  return text.includes("runner_on_failed") || text.includes("runner_on_unreachable");
}

/** Takes the failure out of an event; undefined for any other event, and for ignored failures. */
export function failureOf(event: JobEvent | undefined): FailedTask | undefined {
  const unreachable = event?.event === "runner_on_unreachable";
  if (event === undefined || !unreachable && event.event !== "runner_on_failed") return undefined;
  const data = dataOf(event);
  if (data["ignore_errors"] === true) return undefined;
  return {
    host: hostOf(event),
    task: taskOf(event),
    message: failureMessage(event),
    unreachable,
    counter: event.counter,
  };
}

/**
 * Leaves of the failures those that a rescue section did not mend: of each host, the last ones, as
 * many as the statistics count.
 *
 * @param failures in the order of the run
 * @param stats those of the run, if it came to them
 */
export function unrescued(
  failures: readonly FailedTask[],
  stats: RunStats | undefined,
): FailedTask[] {
  if (stats === undefined || Object.keys(stats.processed).length === 0) return [...failures];
  const left = new Map(Object.entries(stats.failures));
  return failures.toReversed().filter(({ host, unreachable }) => {
    if (unreachable) return true;
    const count = left.get(host) ?? 0;
    left.set(host, count - 1);
    return count > 0;
  }).reverse();
}

/** The host of an event; without event data, the output still has it. */
export function hostOf(event: JobEvent): string {
  return textOf(dataOf(event)["host"]) ?? stateFromOutput(textOf(event.stdout) ?? "").host;
}

/** The name of an event's task, or its module. */
export function taskOf(event: JobEvent): string {
  const data = dataOf(event);
  return textOf(data["task"]) ?? textOf(data["task_action"]) ?? "";
}

/** What Ansible says about a result, in one line. */
export function failureMessage(event: JobEvent): string {
  const res = recordOf(dataOf(event)["res"]);
  const items = Array.isArray(res["results"]) ? res["results"].map(recordOf) : [];
  const failed = items.find((item) => item["failed"] === true);
  const text = textOf(res["censored"]) ?? textOf(failed?.["msg"]) ?? saidBy(res) ??
    textOf(event.stdout)?.split("\n")[0] ?? "";
  return text.trim().replaceAll(/\s+/g, " ");
}

function saidBy(res: Readonly<Record<string, unknown>>): string | undefined {
  const msg = res["msg"];
  return textOf(msg) ?? (msg === undefined ? undefined : JSON.stringify(msg)) ??
    textOf(res["stderr"]) ?? textOf(res["module_stderr"]);
}
