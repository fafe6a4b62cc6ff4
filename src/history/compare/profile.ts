/**
 * Turns the profiling files of a run, ours or the original's, into figures per task.
 *
 * @module
 */
// deno-lint-ignore-file camelcase -- the names of `profile -j`
import { recordOf } from "../../events/event_values.ts";
import { readSmallFile } from "../../internal/small_file.ts";

/** What is measured: percent of one CPU, MiB, number of processes. */
export const MEASURES = ["cpu", "memory", "pids"] as const;

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

/** A task that is measured four times a second for days, in bytes. */
const LONGEST = 1 << 27;

/** Reads the figures of a directory, in the order of the tasks; those of other runs are left out. */
export function readProfile(dir: string, isOfRun: (taskUuid: string) => boolean): TaskProfile[] {
  const found = new Map<string, { number: number; uuid: string; names: string[] }>();
  for (const name of namesIn(dir)) {
    const [, number, uuid] = /^(\d{1,9})-(.+)-(?:cpu|memory|pids)\.json$/.exec(name) ?? [];
    if (uuid === undefined || !isOfRun(uuid)) continue;
    const key = `${number}-${uuid}`;
    const entry = found.get(key) ?? { number: Number(number), uuid, names: [] };
    entry.names.push(name);
    found.set(key, entry);
  }
  return Array.from(
    found,
    ([key, { number, uuid }]) => profileOf(`${dir}/${key}`, { number, uuid }),
  )
    .sort((a, b) => a.number - b.number);
}

function profileOf(
  path: string,
  { number, uuid }: { readonly number: number; readonly uuid: string },
): TaskProfile {
  let task = "";
  const [cpu = null, memory = null, pids = null] = MEASURES.map((measure) => {
    const records = readRecords(`${path}-${measure}.json`);
    const name = records[0]?.["task_name"];
    if (typeof name === "string") task = name;
    return measured(records);
  });
  return { number, task, task_uuid: uuid, cpu, memory, pids };
}

/** Records are RFC 7464: each begins with RS and ends with LF; a killed writer leaves half of one. */
function readRecords(path: string): Readonly<Record<string, unknown>>[] {
  const text = readSmallFile(path, { limit: LONGEST }) ?? "";
  return text.split("\x1e").flatMap((record) => {
    try {
      return record.trim() === "" ? [] : [recordOf(JSON.parse(record))];
    } catch {
      return [];
    }
  });
}

function measured(records: readonly Readonly<Record<string, unknown>>[]): MeasuredValues | null {
  const values = records.flatMap(({ timestamp, value }) =>
    typeof timestamp === "number" && typeof value === "number" ? [[timestamp, value] as const] : []
  );
  if (values.length === 0) return null;
  const sum = values.reduce((all, [, value]) => all + value, 0);
  const max = values.reduce((most, [, value]) => Math.max(most, value), -Infinity);
  return { max, mean: Math.round(sum / values.length * 100) / 100, values };
}

function namesIn(dir: string): string[] {
  try {
    return Array.from(Deno.readDirSync(dir)).filter(({ isFile }) => isFile)
      .map(({ name }) => name);
  } catch {
    return [];
  }
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
