/**
 * What came of a host in a task, by its event: which state, how long, what was said.
 *
 * @module
 */
import { dataOf, recordOf, textOf } from "../events/event_values.ts";
import type { JobEvent } from "../events/status_event.ts";
import { failureMessage, hostOf, taskOf } from "./failed_task.ts";
import { momentOf, stateFromOutput } from "./event_text.ts";

/** How a task ended on a host. */
export type TaskState =
  | "ok"
  | "changed"
  | "skipped"
  | "failed"
  | "unreachable"
  | "ignored"
  | "rescued";

/** What came of a task on a host; `started` is all that is known of one that did not end. */
export type ResultState = TaskState | "started";

/** How a task ended on a host. */
export interface TaskResult {
  /** Name of the host. */
  readonly host: string;
  /** Name of the task, or its module. */
  readonly task: string;
  /** Name of the play; absent in a module run. */
  readonly play?: string;
  /** `file:line` of the task. */
  readonly path?: string;
  /** How it ended. */
  readonly state: TaskState;
  /** How long it took, in seconds; null when Ansible did not say. */
  readonly seconds: number | null;
  /** Counter of the event. */
  readonly counter: number;
}

/** A result with what Ansible and the module said. */
export interface ToldResult extends TaskResult {
  /** What Ansible says about it, in one line. */
  readonly message: string;
  /** Exit code of the module's program. */
  readonly rc?: number;
  /** What the module's program printed. */
  readonly stdout?: string;
  /** What it complained of. */
  readonly stderr?: string;
}

/** Takes the result out of an event; undefined for any other event. */
export function resultOf(event: JobEvent): TaskResult | undefined {
  const state = stateOf(event);
  if (state === undefined || state === "started") return undefined;
  const data = dataOf(event);
  const play = textOf(data["play"]);
  const path = textOf(data["task_path"]);
  return {
    host: hostOf(event),
    task: taskOf(event),
    ...(play === undefined ? {} : { play }),
    ...(path === undefined ? {} : { path }),
    state,
    seconds: typeof data["duration"] === "number" ? data["duration"] : null,
    counter: event.counter,
  };
}

const STATES: Readonly<Record<string, ResultState>> = {
  runner_on_start: "started",
  runner_on_ok: "ok",
  runner_on_skipped: "skipped",
  runner_on_failed: "failed",
  runner_on_unreachable: "unreachable",
};

/** What an event says of a host in a task, before any rescue; undefined for any other event. */
export function stateOf(event: JobEvent): ResultState | undefined {
  const state = Object.hasOwn(STATES, event.event) ? STATES[event.event] : undefined;
  const data = dataOf(event);
  if (state === "failed" && data["ignore_errors"] === true) return "ignored";
  if (state !== "ok") return state;
  const changed = recordOf(data["res"])["changed"];
  // Without event data the output still says so.
  if (changed === undefined) return stateFromOutput(textOf(event.stdout) ?? "").state;
  return changed === true ? "changed" : "ok";
}

/** Adds what was said to a result. */
export function told(result: TaskResult, event: JobEvent): ToldResult {
  const res = recordOf(dataOf(event)["res"]);
  const items = Array.isArray(res["results"]) ? res["results"].map(recordOf) : [];
  const said = items.find((item) => item["failed"] === true) ?? res;
  const stdout = textOf(said["stdout"]) ?? textOf(said["module_stdout"]);
  const stderr = textOf(said["stderr"]) ?? textOf(said["module_stderr"]);
  return {
    ...result,
    message: failureMessage(event),
    ...(typeof said["rc"] === "number" ? { rc: said["rc"] } : {}),
    ...(stdout === undefined ? {} : { stdout }),
    ...(stderr === undefined ? {} : { stderr }),
  };
}

/** When a task began on a host, in milliseconds since 1970; NaN when nothing says so. */
export function beginOf(event: JobEvent): number {
  const seconds = dataOf(event)["duration"];
  return momentOf(event.created) - (typeof seconds === "number" ? seconds * 1000 : 0);
}
