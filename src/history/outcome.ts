/**
 * What came of a run: results, failures, slow tasks, warnings, all as they were told.
 *
 * @module
 */
import type { RunStats } from "../artifacts/stats.ts";
import { dataOf, textOf } from "../events/event_values.ts";
import type { JobEvent } from "../events/status_event.ts";
import { plainText } from "./event_text.ts";
import { type FailedTask, hostOf, taskOf } from "./failed_task.ts";
import { foldAll, type RunFacts, RunFold, type SeenResult } from "./run_fold.ts";
import { beginOf, resultOf, type TaskResult, told, type ToldResult } from "./task_result.ts";

/** How long a task took on all its hosts. */
export interface TaskTime {
  /** Name of the task, or its module. */
  readonly task: string;
  /** `file:line` of the task. */
  readonly path?: string;
  /** From its beginning on the first host to its end on the last one, in seconds. */
  readonly seconds: number;
  /** How many hosts it ran on. */
  readonly hosts: number;
}

/** Where a run stood when it was ended before its time. */
export interface Unfinished {
  /** The task that was going on. */
  readonly task: string;
  /** `file:line` of the task. */
  readonly path?: string;
  /** Hosts on which it was going on. */
  readonly hosts: readonly string[];
}

/** What came of a run. */
export interface Outcome {
  /** All results, in the order of the run. */
  readonly results: readonly TaskResult[];
  /** Failed and unreachable, not mended. */
  readonly failed: readonly ToldResult[];
  /** Failed, with `ignore_errors`. */
  readonly ignored: readonly ToldResult[];
  /** Failed, mended by a rescue section. */
  readonly rescued: readonly ToldResult[];
  /** Tasks by their times, the slowest first. */
  readonly times: readonly TaskTime[];
  /** Warnings of Ansible, each once. */
  readonly warnings: readonly string[];
  /** Deprecations, each once. */
  readonly deprecations: readonly string[];
  /** Counts per host; undefined when the run did not come to them. */
  readonly stats: RunStats | undefined;
  /** What was going on at the end; undefined when nothing was. */
  readonly unfinished: Unfinished | undefined;
  /** Time of the first event, in milliseconds since 1970; undefined when there is none. */
  readonly began: number | undefined;
  /** Time of the last event. */
  readonly ended: number | undefined;
  /** Version of ansible-core, when the output has it (`-vv`). */
  readonly ansible: string | undefined;
}

interface Span {
  readonly task: string;
  readonly path: string | undefined;
  begin: number;
  end: number;
  readonly hosts: Set<string>;
}

/** Keeps all that was said, whatever its size. */
export class OutcomeFold extends RunFold<Outcome, FailedTask> {
  readonly #results: TaskResult[] = [];
  readonly #told: ToldResult[] = [];
  readonly #spans = new Map<string, Span>();
  readonly #warnings = new Set<string>();
  readonly #deprecations = new Set<string>();
  /** Host and task that have begun and not ended. */
  readonly #open = new Map<string, { task: string; path: string | undefined; host: string }>();
  #ansible: string | undefined;

  protected addResult(event: JobEvent, { created, state }: SeenResult): FailedTask | undefined {
    const data = dataOf(event);
    const host = hostOf(event);
    const key = `${host}\n${textOf(data["task_uuid"]) ?? ""}`;
    const result = resultOf(event);
    if (result === undefined) {
      this.#open.set(key, { task: taskOf(event), path: textOf(data["task_path"]), host });
      return undefined;
    }
    this.#open.delete(key);
    this.#results.push(result);
    this.#addSpan(event, { result, end: created });
    if (!/^(failed|ignored|unreachable)$/.test(state)) return undefined;
    const shown = told(result, event);
    this.#told.push(shown);
    return isFatal(shown) ? asFailure(shown) : undefined;
  }

  protected addOther(event: JobEvent): void {
    const text = textOf(event.stdout);
    if (text === undefined) return;
    const { event: name } = event;
    if (name === "warning" || name === "system_warning") this.#warnings.add(plain(text));
    else if (name === "deprecated") this.#deprecations.add(plain(text));
    else if (name === "verbose") {
      this.#ansible ??= /^ansible(?:-playbook)? \[core ([\w.]+)/.exec(plain(text))?.[1];
      // What Ansible says before there is a callback.
      if (/^\[WARNING\]/.test(plain(text))) this.#warnings.add(plain(text));
      if (/^\[DEPRECATION WARNING\]/.test(plain(text))) this.#deprecations.add(plain(text));
    }
  }

  #addSpan(
    event: JobEvent,
    { result, end }: { readonly result: TaskResult; readonly end: number },
  ): void {
    const { task, path, host, state } = result;
    if (state === "skipped" || Number.isNaN(end)) return;
    const key = textOf(dataOf(event)["task_uuid"]) ?? "";
    const begin = beginOf(event);
    const span = this.#spans.get(key);
    if (span === undefined) {
      this.#spans.set(key, { task, path, begin, end, hosts: new Set([host]) });
      return;
    }
    span.begin = Math.min(span.begin, begin);
    span.end = Math.max(span.end, end);
    span.hosts.add(host);
  }

  protected tell({ failed, stats, began, ended }: RunFacts<FailedTask>): Outcome {
    const fatal = new Set(failed.map(({ counter }) => counter));
    const isRescued = ({ state, counter }: TaskResult): boolean =>
      state === "failed" && !fatal.has(counter);
    const asRescued = <Result extends TaskResult>(result: Result): Result =>
      isRescued(result) ? { ...result, state: "rescued" } : result;
    const results = this.#results.map(asRescued);
    const shown = this.#told.map(asRescued);
    return {
      results,
      failed: shown.filter(isFatal),
      ignored: shown.filter(({ state }) => state === "ignored"),
      rescued: shown.filter(({ state }) => state === "rescued"),
      times: Array.from(this.#spans.values(), timeOfSpan).sort((a, b) => b.seconds - a.seconds),
      warnings: [...this.#warnings],
      deprecations: [...this.#deprecations],
      stats,
      unfinished: stats === undefined ? this.#unfinished() : undefined,
      began,
      ended,
      ansible: this.#ansible,
    };
  }

  #unfinished(): Unfinished | undefined {
    const open = [...this.#open.values()];
    const last = open.at(-1);
    if (last === undefined) return undefined;
    const { task, path } = last;
    const hosts = open.filter((each) => each.task === task).map(({ host }) => host);
    return { task, ...(path === undefined ? {} : { path }), hosts };
  }
}

/** Folds all the events of a run. */
export function foldEvents(events: AsyncIterable<JobEvent>): Promise<Outcome> {
  return foldAll(events, new OutcomeFold());
}

function isFatal({ state }: TaskResult): boolean {
  return state === "failed" || state === "unreachable";
}

function asFailure({ host, task, message, state, counter }: ToldResult): FailedTask {
  return { host, task, message, unreachable: state === "unreachable", counter };
}

function timeOfSpan({ task, path, begin, end, hosts }: Span): TaskTime {
  const seconds = Math.max(0, Math.round(end - begin)) / 1000;
  return { task, ...(path === undefined ? {} : { path }), seconds, hosts: hosts.size };
}

/** Without colours, in one line. */
function plain(text: string): string {
  return plainText(text).replaceAll(/\s+/g, " ").trim();
}
