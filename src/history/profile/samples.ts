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
export interface SampleLimits {
  /** Files of the run. */
  readonly files: number;
  /** Bytes of one of them. */
  readonly fileBytes: number;
  /** Bytes of all. */
  readonly bytes: number;
  readonly samples: number;
}

/** What a page can show. */
const FOR_PAGES: SampleLimits = {
  files: 20_000,
  fileBytes: 64 << 20,
  bytes: 64 << 20,
  samples: 300_000,
};

/** How samples are read. */
export interface ReadOptions {
  /** How much of them. @default {what a page can show, 7 hours of one run} */
  readonly most?: SampleLimits;
  /** Told when there is more. */
  readonly onCut?: () => void;
}

/** Reads the samples of the tasks with these uuids, in their order; other runs may share the files. */
export function readSamples(
  dir: string,
  uuids: ReadonlySet<string>,
  { most = FOR_PAGES, onCut = () => {} }: ReadOptions = {},
): Sample[] {
  const samples: Sample[] = [];
  const files = filesOf(dir, uuids);
  let isCut = files.length > most.files;
  let left = most.bytes;
  for (const { name, ...of } of files.slice(0, most.files)) {
    const { text, isWhole } = readAtMost(`${dir}/${name}`, Math.min(left, most.fileBytes));
    left -= text.length;
    isCut ||= !isWhole;
    for (const record of text.split(/[\x1e\n]+/)) {
      const sample = sampleOf(record, of);
      if (sample === undefined) continue;
      if (samples.length < most.samples) samples.push(sample);
      else isCut = true;
    }
    if (samples.length >= most.samples && isCut) break;
  }
  if (isCut) onCut();
  return samples;
}

interface ProfilingFile {
  readonly name: string;
  readonly task: MeasuredTask;
  readonly counter: ProfileCounter;
}

/** The files of these tasks, in the order of the tasks. */
function filesOf(dir: string, uuids: ReadonlySet<string>): ProfilingFile[] {
  const tasks = new Map<string, MeasuredTask>();
  return namesIn(dir).flatMap((name) => {
    const [, middle = "", counter] = /^(.*)-(cpu|memory|pids)\.json$/.exec(name) ?? [];
    const task = counter === undefined ? undefined : tasks.get(middle) ?? taskOf(middle, uuids);
    if (task === undefined) return [];
    tasks.set(middle, task);
    return [{ name, task, counter: counter as ProfileCounter }];
  }).sort((a, b) => a.task.number - b.task.number);
}

function namesIn(dir: string): string[] {
  try {
    if (!Deno.lstatSync(dir).isDirectory) return [];
    return Array.from(Deno.readDirSync(dir), ({ name }) => name);
  } catch {
    // Most runs are not measured.
    return [];
  }
}

/** `N-UUID` is ours, the original has more words around it, and the number behind. */
function taskOf(middle: string, uuids: ReadonlySet<string>): MeasuredTask | undefined {
  const number = Number(/^\d{1,9}(?=-)/.exec(middle)?.[0] ?? /-(\d{1,9})$/.exec(middle)?.[1] ?? 0);
  const ours = middle.slice(middle.indexOf("-") + 1);
  const found = middle.match(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g) ?? [];
  const uuid = [ours, middle, ...found].find((uuid) => uuids.has(uuid));
  return uuid === undefined ? undefined : { number, uuid };
}

function readAtMost(
  path: string,
  limit: number,
): { readonly text: string; readonly isWhole: boolean } {
  try {
    using file = openRegularFile(path);
    const { size } = file.statSync();
    const bytes = new Uint8Array(Math.max(0, Math.min(size, limit)));
    const count = file.readSync(bytes) ?? 0;
    return { text: new TextDecoder().decode(bytes.subarray(0, count)), isWhole: size <= limit };
  } catch {
    return { text: "", isWhole: true };
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
