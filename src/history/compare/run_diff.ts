/**
 * What is different between two runs: states of hosts in tasks, hosts, tasks, times, inputs.
 *
 * @module
 */
import { join } from "../../python/shlex.ts";
import type { Outcome, TaskTime } from "../outcome.ts";
import type { TaskResult, TaskState } from "../task_result.ts";

/** A task that ended otherwise on a host; null: it has no result there. */
export interface ChangedState {
  /** Name of the host. */
  readonly host: string;
  /** Name of the task. */
  readonly task: string;
  /** `file:line` of the task. */
  readonly path?: string;
  /** State in the first run. */
  readonly a: TaskState | null;
  /** State in the second run. */
  readonly b: TaskState | null;
}

/** A task that took longer, beyond noise. */
export interface SlowerTask {
  /** Name of the task. */
  readonly task: string;
  /** Seconds in the first run. */
  readonly a: number;
  /** Seconds in the second run. */
  readonly b: number;
}

/** An input that is different. */
export interface ChangedInput {
  /** `command`, `cwd`, `extra vars` (names alone) or `ansible`. */
  readonly what: string;
  /** In the first run. */
  readonly a: string;
  /** In the second run. */
  readonly b: string;
}

/** What is different between two runs, as `ansible-runner diff -j` prints it. */
export interface RunDiff {
  /** Name of the first run. */
  readonly a: string;
  /** Name of the second run. */
  readonly b: string;
  /** Results that are different, and failures that have no result in the other run. */
  readonly changed: readonly ChangedState[];
  /** Hosts of one run alone. */
  readonly hosts: { readonly appeared: readonly string[]; readonly vanished: readonly string[] };
  /** Tasks of one run alone. */
  readonly tasks: { readonly appeared: readonly string[]; readonly vanished: readonly string[] };
  /** Tasks that took half as long again, and a second, longer in b. */
  readonly slower: readonly SlowerTask[];
  /** Inputs that are different. */
  readonly inputs: readonly ChangedInput[];
}

/** A run that is compared. */
export interface ComparedRun {
  readonly ident: string;
  readonly outcome: Outcome;
  readonly command: readonly string[];
  readonly cwd: string | null;
}

/** Compares two runs. */
export function diffRuns(a: ComparedRun, b: ComparedRun): RunDiff {
  return {
    a: a.ident,
    b: b.ident,
    changed: changedStates(a.outcome.results, b.outcome.results),
    hosts: namesOfOne(a.outcome.results, { b: b.outcome.results, name: ({ host }) => host }),
    tasks: namesOfOne(a.outcome.results, { b: b.outcome.results, name: ({ task }) => task }),
    slower: slowerTasks(a.outcome.times, b.outcome.times),
    inputs: changedInputs(a, b),
  };
}

function changedStates(a: readonly TaskResult[], b: readonly TaskResult[]): ChangedState[] {
  const [before, after] = [keyed(a), keyed(b)];
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((key) => {
    const [one, other] = [before.get(key), after.get(key)];
    const known = one ?? other;
    if (known === undefined || one?.state === other?.state) return [];
    const isFailure = /^(failed|unreachable)$/.test(known.state);
    if ((one === undefined || other === undefined) && !isFailure) return [];
    const { host, task, path } = known;
    const states = { a: one?.state ?? null, b: other?.state ?? null };
    return [{ host, task, ...(path === undefined ? {} : { path }), ...states }];
  });
}

/** A task has another uuid in each run: it is known by its names, and which time it came. */
function keyed(results: readonly TaskResult[]): Map<string, TaskResult> {
  const times = new Map<string, number>();
  const found = new Map<string, TaskResult>();
  for (const result of results) {
    const name = JSON.stringify([result.play, result.task, result.host]);
    const time = (times.get(name) ?? 0) + 1;
    times.set(name, time);
    found.set(`${name}${time}`, result);
  }
  return found;
}

function namesOfOne(
  a: readonly TaskResult[],
  { b, name }: { readonly b: readonly TaskResult[]; readonly name: (result: TaskResult) => string },
): { appeared: string[]; vanished: string[] } {
  const [before, after] = [new Set(a.map(name)), new Set(b.map(name))];
  return { appeared: [...after.difference(before)], vanished: [...before.difference(after)] };
}

function slowerTasks(a: readonly TaskTime[], b: readonly TaskTime[]): SlowerTask[] {
  const before = Map.groupBy(a, ({ task }) => task);
  return [...Map.groupBy(b, ({ task }) => task)].flatMap(([task, times]) => {
    const former = before.get(task);
    if (former === undefined) return [];
    const [one, other] = [sum(former), sum(times)];
    return other > one * 1.5 && other - one > 1 ? [{ task, a: one, b: other }] : [];
  }).sort((one, other) => other.b - other.a - (one.b - one.a));
}

function sum(times: readonly TaskTime[]): number {
  return Math.round(times.reduce((all, { seconds }) => all + seconds, 0) * 1000) / 1000;
}

function changedInputs(a: ComparedRun, b: ComparedRun): ChangedInput[] {
  const rows = [
    ["command", join(a.command), join(b.command)],
    ["cwd", a.cwd ?? "", b.cwd ?? ""],
    ["extra vars", extraVarNames(a.command), extraVarNames(b.command)],
    ["ansible", a.outcome.ansible ?? "", b.outcome.ansible ?? ""],
  ] as const;
  return rows.filter(([what, one, other]) =>
    // A version that one of them does not tell is no difference.
    one !== other && !(what === "ansible" && (one === "" || other === ""))
  ).map(([what, one, other]) => ({ what, a: one, b: other }));
}

/** Names of the extra vars on a command line; values may be secrets. */
export function extraVarNames(words: readonly string[]): string {
  return words.flatMap((word, at) => {
    if (word !== "-e" && word !== "--extra-vars") return [];
    const value = words[at + 1] ?? "";
    if (value.startsWith("@")) return [value];
    const names = keysOf(value);
    if (names !== undefined) return names;
    return [...value.matchAll(/(?:^|\s)(\w+)=/g)].map(([, name]) => name ?? "");
  }).sort().join(", ");
}

function keysOf(json: string): string[] | undefined {
  try {
    const data: unknown = JSON.parse(json);
    return typeof data === "object" && data !== null ? Object.keys(data) : undefined;
  } catch {
    return undefined;
  }
}
