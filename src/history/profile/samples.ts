/**
 * The profiling files of a run, ours or the original's, as samples.
 *
 * @module
 */
import { recordOf, textOf } from "../../events/event_values.ts";
import { openRegularFile } from "../../internal/small_file.ts";

/** What is measured: percent of one CPU, MiB, number of processes. */
export const COUNTERS = ["cpu", "memory", "pids"] as const;

/** One of {@linkcode COUNTERS}. */
export type ProfileCounter = typeof COUNTERS[number];

/** A task, as the name of its files tells it. */
export interface MeasuredTask {
  /** Number of the task in its run, from 0. */
  readonly number: number;
  /** Uuid of the task. */
  readonly uuid: string;
}

/** One measurement. */
export interface Sample {
  /** The same object for all samples of a task. */
  readonly task: MeasuredTask;
  /** Name of the task, where it is told. */
  readonly name: string | undefined;
  /** What was measured. */
  readonly counter: ProfileCounter;
  /** When, in seconds since 1970. */
  readonly time: number;
  /** In the unit of the counter. */
  readonly value: number;
}

/** How much of a directory that others may fill is read. */
const MOST = { files: 20_000, bytes: 64 << 20, samples: 300_000 };

/** Reads the samples of the tasks with these uuids, in their order; other runs may share the files. */
export function readSamples(dir: string, uuids: ReadonlySet<string>): Sample[] {
  const tasks = new Map<string, MeasuredTask>();
  const samples: Sample[] = [];
  let left = MOST.bytes;
  for (const name of listNames(dir)) {
    const [, middle = "", counter] = /^(.*)-(cpu|memory|pids)\.json$/.exec(name) ?? [];
    const named = counter === undefined ? undefined : taskOf(middle, uuids);
    if (named === undefined) continue;
    const task = tasks.get(middle) ?? named;
    tasks.set(middle, task);
    const text = readAtMost(`${dir}/${name}`, left);
    left -= text.length;
    for (const record of text.split(/[\x1e\n]+/)) {
      if (samples.length >= MOST.samples) return samples;
      const sample = sampleOf(record, { task, counter: counter as ProfileCounter });
      if (sample !== undefined) samples.push(sample);
    }
  }
  return samples;
}

function listNames(dir: string): string[] {
  const names: string[] = [];
  try {
    if (!Deno.lstatSync(dir).isDirectory) return names;
    for (const { name } of Deno.readDirSync(dir)) {
      if (names.push(name) === MOST.files) break;
    }
  } catch {
    // Most runs are not measured.
  }
  return names.sort((a, b) => parseInt(a) - parseInt(b));
}

/** `N-UUID` is ours, the original has more words around it, and the number behind. */
function taskOf(middle: string, uuids: ReadonlySet<string>): MeasuredTask | undefined {
  const number = Number(/^\d{1,9}(?=-)/.exec(middle)?.[0] ?? /-(\d{1,9})$/.exec(middle)?.[1] ?? 0);
  const ours = middle.slice(middle.indexOf("-") + 1);
  const found = middle.match(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g) ?? [];
  const uuid = [ours, middle, ...found].find((uuid) => uuids.has(uuid));
  return uuid === undefined ? undefined : { number, uuid };
}

function readAtMost(path: string, limit: number): string {
  try {
    using file = openRegularFile(path);
    const bytes = new Uint8Array(Math.max(0, Math.min(file.statSync().size, limit)));
    const count = file.readSync(bytes) ?? 0;
    return new TextDecoder().decode(bytes.subarray(0, count));
  } catch {
    return "";
  }
}

/** Records are RFC 7464: each begins with RS and ends with LF; a killed writer leaves half of one. */
function sampleOf(record: string, of: Pick<Sample, "task" | "counter">): Sample | undefined {
  if (record.trim() === "") return undefined;
  try {
    const { timestamp, value, task_name } = recordOf(JSON.parse(record));
    return typeof timestamp === "number" && typeof value === "number"
      ? { ...of, name: textOf(task_name), time: timestamp, value }
      : undefined;
  } catch {
    return undefined;
  }
}
