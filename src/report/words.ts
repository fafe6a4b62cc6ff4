/**
 * The words of a report for numbers and states.
 *
 * @module
 */
import { plainText } from "../history/event_text.ts";
import { cutText } from "../history/result_text.ts";
import type { HostResult, RunResults, TaskResults } from "../history/run_results.ts";
import type { ResultState } from "../history/task_result.ts";

/** States in the order of how much they matter. */
export const STATES_BY_WEIGHT: readonly ResultState[] = [
  "failed",
  "unreachable",
  "rescued",
  "ignored",
  "started",
  "changed",
  "ok",
  "skipped",
];

/** What people read of a state. */
export const STATE_WORDS: Readonly<Record<ResultState, string>> = {
  failed: "failed",
  unreachable: "unreachable",
  rescued: "rescued",
  ignored: "ignored",
  started: "unfinished",
  changed: "changed",
  ok: "ok",
  skipped: "skipped",
};

/** Signs beside the colours: not everybody sees those. */
export const STATE_SIGNS: Readonly<Record<ResultState, string>> = {
  failed: "✕",
  unreachable: "?",
  rescued: "↺",
  ignored: "!",
  started: "…",
  changed: "±",
  ok: "✓",
  skipped: "–",
};

/** Whether a state is a failure of the run. */
export function isFailure(state: ResultState): boolean {
  return state === "failed" || state === "unreachable";
}

/** How often each state came, those that matter most first. */
export function countStates(results: Iterable<HostResult>): [ResultState, number][] {
  const counts = new Map<ResultState, number>();
  for (const { state } of results) counts.set(state, (counts.get(state) ?? 0) + 1);
  return STATES_BY_WEIGHT.flatMap((state) => {
    const count = counts.get(state);
    return count === undefined ? [] : [[state, count] as [ResultState, number]];
  });
}

/** The worst that came of a task; a task without results is skipped. */
export function worstState({ results }: TaskResults): ResultState {
  return countStates(results.values())[0]?.[0] ?? "skipped";
}

/** Writes a duration: `120 ms`, `1.2 s`, `3 min 5 s`, `2 h 1 min`; empty when nobody knows it. */
export function duration(ms: number): string {
  if (Number.isNaN(ms) || ms < 0) return "";
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  if (ms < 59_950) return `${(ms / 1000).toFixed(ms < 9_950 ? 1 : 0)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  return `${Math.floor(seconds / 3600)} h ${Math.floor(seconds / 60) % 60} min`;
}

/** Writes a time: `2026-11-25 10:00:00 UTC`; empty when nobody knows it. */
export function moment(ms: number): string {
  const date = new Date(ms);
  if (Number.isNaN(date.getTime())) return "";
  return `${date.toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

/** Writes a number of things: `1 host`, `1,200 hosts`. */
export function count(number: number, noun: string): string {
  return `${number.toLocaleString("en-US")} ${noun}${number === 1 ? "" : "s"}`;
}

/** A failed task on a host, with all that is known. */
export interface Failure {
  readonly task: TaskResults;
  readonly result: HostResult;
}

/** Lists what failed and was neither ignored nor rescued, in the order of the tasks. */
export function failuresOf({ tasks }: RunResults): Failure[] {
  return tasks.flatMap((task) =>
    [...task.results.values()].filter(({ state }) => isFailure(state)).map((result) => ({
      task,
      result,
    }))
  );
}

/** The last part of a path is what people look for; `file:line` comes apart. */
export function placeOf(
  path: string,
): { readonly file: string; readonly line: string } | undefined {
  const [, file, line] = /^(.+):(\d+)$/.exec(path) ?? [];
  return file === undefined || line === undefined ? undefined : { file, line };
}

/** Why a task failed, in one line: what its program complained of, where Ansible only has a code. */
export function whyOf({ message, texts }: HostResult): string {
  if (!/^(non-zero return code|MODULE FAILURE)/i.test(message)) return message;
  const complaint = texts.findLast(({ kind }) => kind === "stderr") ??
    texts.findLast(({ kind }) => kind === "stdout");
  const last = plainText(complaint?.text ?? "").trimEnd().split("\n").at(-1)?.trim() ?? "";
  return last === "" ? message : `${message}: ${cutText(last, 500)}`;
}
