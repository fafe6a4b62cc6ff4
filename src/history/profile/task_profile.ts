/**
 * What the tasks of a run took, by its samples.
 *
 * @module
 */
// deno-lint-ignore-file camelcase -- the names of `profile -j`
import { COUNTERS, type MeasuredTask, type Sample } from "./samples.ts";

/** The figures of one measure in one task. */
export interface MeasuredValues {
  /** Largest value. */
  readonly max: number;
  /** Mean of the values. */
  readonly mean: number;
  /** Time (seconds since 1970) and value, in their order. */
  readonly values: readonly (readonly [time: number, value: number])[];
}

/** What a task took, as `ansible-runner profile -j` prints it. */
export interface TaskProfile {
  /** Number of the task in its run, from 0. */
  readonly number: number;
  /** Name of the task. */
  readonly task: string;
  /** Uuid of the task. */
  readonly task_uuid: string;
  /** Percent of one CPU; null without values. */
  readonly cpu: MeasuredValues | null;
  /** MiB. */
  readonly memory: MeasuredValues | null;
  /** Number of processes. */
  readonly pids: MeasuredValues | null;
}

/** Sums samples up for each task, in the order of the tasks. */
export function profileTasks(samples: readonly Sample[]): TaskProfile[] {
  return Array.from(Map.groupBy(samples, ({ task }) => task), profileOf)
    .sort((a, b) => a.number - b.number);
}

function profileOf([task, samples]: [MeasuredTask, readonly Sample[]]): TaskProfile {
  const name = samples.find(({ name }) => name !== undefined)?.name ?? "";
  const [cpu = null, memory = null, pids = null] = COUNTERS.map((counter) =>
    measured(samples.filter((sample) => sample.counter === counter))
  );
  return { number: task.number, task: name, task_uuid: task.uuid, cpu, memory, pids };
}

function measured(samples: readonly Sample[]): MeasuredValues | null {
  if (samples.length === 0) return null;
  const sum = samples.reduce((all, { value }) => all + value, 0);
  const max = samples.reduce((most, { value }) => Math.max(most, value), -Infinity);
  return {
    max,
    mean: Math.round(sum / samples.length * 100) / 100,
    values: samples.map(({ time, value }) => [time, value] as const),
  };
}

const BARS = "▁▂▃▄▅▆▇█";

/** Draws values as a line of bars, the largest of each part of the time. */
export function sparkline(values: readonly number[], width: number): string {
  const columns = Math.min(width, values.length);
  const most = values.reduce((a, b) => Math.max(a, b), 0);
  return Array.from({ length: columns }, (_, at) => {
    const part = values.slice(
      Math.floor(at * values.length / columns),
      Math.floor((at + 1) * values.length / columns),
    );
    const value = part.reduce((a, b) => Math.max(a, b), 0);
    return BARS[most === 0 ? 0 : Math.round(value / most * (BARS.length - 1))] ?? "";
  }).join("");
}
