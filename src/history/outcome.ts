/**
 * Turns the events of a run into what came of it: results, failures, slow tasks, warnings.
 *
 * All that was said of failures is kept as it is, for `show -j`; a page is made of `run_results.ts`,
 * which is bounded. Both read an event by `task_result.ts`.
 *
 * @module
 */
import { type RunStats, statsOf } from "../artifacts/stats.ts";
import { dataOf, textOf } from "../events/event_values.ts";
import type { JobEvent } from "../events/status_event.ts";
import { momentOf, plainText } from "./event_text.ts";
import { type FailedTask, hostOf, taskOf, unrescued } from "./failed_task.ts";
import {
  beginOf,
  resultOf,
  stateOf,
  type TaskResult,
  told,
  type ToldResult,
} from "./task_result.ts";

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

/** Folds events, one by one. */
export class OutcomeFold {
  readonly #results: TaskResult[] = [];
  readonly #told: ToldResult[] = [];
  readonly #spans = new Map<string, Span>();
  readonly #warnings = new Set<string>();
  readonly #deprecations = new Set<string>();
  /** Host and task that have begun and not ended. */
  readonly #open = new Map<string, { task: string; path: string | undefined; host: string }>();
  #stats: RunStats | undefined;
  #began: number | undefined;
  #ended: number | undefined;
  #ansible: string | undefined;

  /** Takes the next event. */
  add(event: JobEvent): void {
    const time = momentOf(event.created);
    if (!Number.isNaN(time)) {
      this.#began ??= time;
      this.#ended = time;
    }
    this.#stats = statsOf(event) ?? this.#stats;
    this.#addMessage(event);
    const data = dataOf(event);
    const host = hostOf(event);
    const key = `${host}\n${String(data["task_uuid"])}`;
    if (stateOf(event) === "started") {
      this.#open.set(key, { task: taskOf(event), path: textOf(data["task_path"]), host });
    }
    const result = resultOf(event);
    if (result === undefined) return;
    this.#open.delete(key);
    this.#results.push(result);
    if (/^(failed|ignored|unreachable)$/.test(result.state)) this.#told.push(told(result, event));
    this.#addSpan(event, result);
  }

  #addMessage(event: JobEvent): void {
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

  #addSpan(event: JobEvent, { task, path, host, state }: TaskResult): void {
    const end = momentOf(event.created);
    if (state === "skipped" || Number.isNaN(end)) return;
    const key = String(dataOf(event)["task_uuid"]);
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

  /** What came of the events so far. */
  finish(): Outcome {
    const fatal = new Set(
      unrescued(this.#told.filter(isFatal).map(asFailure), this.#stats)
        .map(({ counter }) => counter),
    );
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
      stats: this.#stats,
      unfinished: this.#stats === undefined ? this.#unfinished() : undefined,
      began: this.#began,
      ended: this.#ended,
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
export async function foldEvents(events: AsyncIterable<JobEvent>): Promise<Outcome> {
  const fold = new OutcomeFold();
  for await (const event of events) {
    // What a job wrote in the place of an event.
    if (typeof event === "object" && event !== null) fold.add(event);
  }
  return fold.finish();
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
