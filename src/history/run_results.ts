/**
 * The tasks of a run and what came of them on each host, for a report.
 *
 * What is kept is bounded, whatever a job emits: so many results, and so much text.
 *
 * @module
 */
import type { RunStats } from "../artifacts/stats.ts";
import { dataOf, recordOf, textOf } from "../events/event_values.ts";
import type { JobEvent } from "../events/status_event.ts";
import { type FailedTask, failureMessage, hostOf } from "./failed_task.ts";
import { cutText, type ResultText, textsOf } from "./result_text.ts";
import { momentOf, plainText } from "./event_text.ts";
import { foldAll, type RunFacts, RunFold, type SeenResult } from "./run_fold.ts";
import type { ResultState } from "./task_result.ts";

/** A task on a host. */
export interface HostResult {
  /** Name of the host. */
  readonly host: string;
  /** What came of it. */
  state: ResultState;
  /** When it started there, in milliseconds since 1970; NaN when nobody says. */
  readonly start: number;
  /** When it ended; NaN while it goes on. */
  readonly end: number;
  /** What Ansible says about a failure, in one line; else empty. */
  readonly message: string;
  /** What it printed and returned. */
  readonly texts: readonly ResultText[];
}

/** A task and its results; one that comes to a host twice, such as a handler, is two. */
export interface TaskResults {
  /** Uuid of the task. */
  readonly uuid: string;
  /** Its name, or its module. */
  readonly name: string;
  /** Name of its play; empty in a module run. */
  readonly play: string;
  /** Its module, as the playbook names it. */
  readonly module: string;
  /** `file:line`, if that is known. */
  readonly path: string;
  /** When its first host started, in milliseconds since 1970; NaN when nobody says. */
  start: number;
  /** When its last host ended. */
  end: number;
  /** What came of it, by host. */
  readonly results: Map<string, HostResult>;
}

/** What a run did, as its events tell. */
export interface RunResults {
  /** The playbook; undefined before it began. */
  readonly playbook: string | undefined;
  /** When the first event was made, in milliseconds since 1970; NaN without events. */
  readonly start: number;
  /** When the last event was made. */
  readonly end: number;
  /** Number of events. */
  readonly events: number;
  /** The tasks, in the order of their start. */
  readonly tasks: readonly TaskResults[];
  /** Names of the hosts, in the order of their first results. */
  readonly hosts: readonly string[];
  /** The counts at the end, if the run came to them. */
  readonly stats: RunStats | undefined;
  /** What failed and was neither ignored nor rescued, in the order of the run. */
  readonly failed: readonly FailedTask[];
  /** Warnings and deprecations, each once. */
  readonly warnings: readonly string[];
  /** Results beyond the bound, which are only counted. */
  readonly uncounted: number;
}

/** How much is kept, whatever a run emits. */
const MOST = {
  results: 250_000,
  warnings: 200,
  /** Letters of one result. */
  text: 4_000,
  failureText: 40_000,
  /** Letters of all results. */
  texts: 8_000_000,
  failureTexts: 6_000_000,
  diffs: 3_000_000,
};

const WARNINGS = new Set(["warning", "deprecated", "system_warning", "error"]);

/** Reads the results of a run. */
export function readResults(events: AsyncIterable<JobEvent>): Promise<RunResults> {
  return foldAll(events, new ResultCollector());
}

/** A failure, and the result that a rescue may mend. */
interface Failure extends FailedTask {
  readonly result: HostResult;
}

/** Keeps what a report has room for. */
export class ResultCollector extends RunFold<RunResults, Failure> {
  /** A task that comes to a host again has an entry for each time. */
  readonly #byUuid = new Map<string, TaskResults[]>();
  readonly #tasks: TaskResults[] = [];
  readonly #hosts = new Set<string>();
  readonly #warnings = new Set<string>();
  readonly #diffs = new Map<string, string>();
  readonly #left = { texts: MOST.texts, failureTexts: MOST.failureTexts, diffs: MOST.diffs };
  #results = 0;
  #uncounted = 0;

  protected addOther(event: JobEvent): void {
    const name: string = event.event;
    if (name === "playbook_on_task_start" || name === "playbook_on_handler_task_start") {
      this.#taskOf(event, "");
    } else if (name === "runner_on_file_diff") this.#addDiff(event);
    else if (WARNINGS.has(name)) this.#addWarning(event);
  }

  protected tell(
    { playbook, began, ended, events, stats, failed, rescued }: RunFacts<Failure>,
  ): RunResults {
    for (const { result } of rescued) result.state = "rescued";
    return {
      playbook,
      start: began ?? NaN,
      end: ended ?? NaN,
      events,
      tasks: this.#tasks,
      hosts: [...this.#hosts],
      stats,
      failed,
      warnings: [...this.#warnings],
      uncounted: this.#uncounted,
    };
  }

  protected addResult(event: JobEvent, { created, state }: SeenResult): Failure | undefined {
    const data = dataOf(event);
    const host = hostOf(event);
    if (host === "") return undefined;
    if (this.#results >= MOST.results) {
      if (state !== "started") this.#uncounted++;
      return undefined;
    }
    const task = this.#taskOf(event, host);
    if (!task.results.has(host)) this.#results++;
    const began = task.results.get(host)?.start ?? NaN;
    const start = firstNumber(momentOf(data["start"]), began, state === "started" ? created : NaN);
    const end = state === "started" ? NaN : firstNumber(momentOf(data["end"]), created);
    const isFailure = state === "failed" || state === "unreachable";
    const message = isFailure || state === "ignored" ? cutText(failureMessage(event), 2_000) : "";
    const texts = state === "started" ? [] : this.#textsOf(event, { host, task, state });
    const result = { host, state, start, end, message, texts };
    task.results.set(host, result);
    this.#hosts.add(host);
    widen(task, { start: firstNumber(start, created), end });
    if (!isFailure) return undefined;
    const { counter } = event;
    const unreachable = state === "unreachable";
    return { host, task: task.name, message, unreachable, counter, result };
  }

  #textsOf(
    event: JobEvent,
    { host, task, state }: { host: string; task: TaskResults; state: ResultState },
  ): ResultText[] {
    const isBad = /^(failed|unreachable|ignored)$/.test(state);
    const budget = isBad ? "failureTexts" : "texts";
    const limit = Math.min(this.#left[budget], isBad ? MOST.failureText : MOST.text);
    const data = isBad || /(^|\.)debug$/.test(task.module);
    const texts = textsOf(recordOf(dataOf(event)["res"]), { limit, data });
    if (isBad && texts.length === 0) {
      // Without event data the output has it all.
      const output = cutText(textOf(event.stdout) ?? "", limit);
      if (output !== "") texts.push({ kind: "stdout", text: output, cut: 0 });
    }
    for (const { text } of texts) this.#left[budget] -= text.length;
    const key = `${task.uuid} ${host}`;
    const diff = this.#diffs.get(key);
    if (diff === undefined) return texts;
    this.#diffs.delete(key);
    return [...texts, { kind: "diff", text: diff, cut: 0 }];
  }

  /** The output has it as Ansible shows it; it comes before the result. */
  #addDiff(event: JobEvent): void {
    const text = plainText(textOf(event.stdout) ?? "");
    const key = `${taskUuid(event)} ${textOf(dataOf(event)["host"]) ?? ""}`;
    const shown = cutText(text, Math.min(this.#left.diffs, MOST.failureText));
    if (shown.trim() === "") return;
    this.#left.diffs -= shown.length;
    const note = shown.length < text.length ? "\n(cut)" : "";
    this.#diffs.set(key, (this.#diffs.get(key) ?? "") + shown + note);
  }

  #addWarning(event: JobEvent): void {
    if (this.#warnings.size >= MOST.warnings) return;
    const text = plainText(textOf(event.stdout) ?? "").trim();
    if (text !== "") this.#warnings.add(cutText(text, MOST.text));
  }

  /** The entry of a task in which a host has no result yet. */
  #taskOf(event: JobEvent, host: string): TaskResults {
    const uuid = taskUuid(event);
    const entries = this.#byUuid.get(uuid) ?? [];
    this.#byUuid.set(uuid, entries);
    const open = entries.find(({ results }) =>
      (results.get(host)?.state ?? "started") === "started"
    );
    if (open !== undefined) return open;
    const data = dataOf(event);
    const task: TaskResults = {
      uuid,
      name: textOf(data["task"]) ?? textOf(data["name"]) ?? taskInOutput(event) ??
        textOf(data["task_action"]) ?? entries[0]?.name ?? "unnamed task",
      play: textOf(data["play"]) ?? entries[0]?.play ?? "",
      module: textOf(data["task_action"]) ?? "",
      path: textOf(data["task_path"]) ?? "",
      start: momentOf(event.created),
      end: NaN,
      results: new Map(),
    };
    entries.push(task);
    this.#tasks.push(task);
    return task;
  }
}

/** Without event data the event's parent is its task; of a task's start, the event is. */
function taskUuid(event: JobEvent): string {
  const isStart = event.event.endsWith("task_start");
  const uuid = textOf(dataOf(event)["task_uuid"]) ?? textOf(isStart ? event.uuid : undefined) ??
    textOf(event.parent_uuid) ?? "";
  // A task that comes again is `UUID_2`.
  return uuid.replace(/_\d+$/, "");
}

function taskInOutput(event: JobEvent): string | undefined {
  const text = plainText(textOf(event.stdout) ?? "");
  return /^(?:TASK|RUNNING HANDLER) \[(.*)\]/m.exec(text)?.[1];
}

function widen(task: TaskResults, { start, end }: { start: number; end: number }): void {
  if (!(start >= task.start)) task.start = start;
  if (!(end <= task.end) && !Number.isNaN(end)) task.end = end;
}

function firstNumber(...values: readonly number[]): number {
  return values.find((value) => !Number.isNaN(value)) ?? NaN;
}
