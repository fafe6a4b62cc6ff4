/**
 * Turns profiling files, ours or the original's, into samples of a run.
 *
 * @module
 */
import { recordOf } from "../events/event_values.ts";
import { openRegularFile } from "../internal/small_file.ts";

/** What is measured. */
export type ProfileCounter = "cpu" | "memory" | "pids";

/** One measurement. */
export interface Sample {
  readonly counter: ProfileCounter;
  /** When, in milliseconds since 1970. */
  readonly time: number;
  /** Percent of a processor, MiB, or number of processes. */
  readonly value: number;
}

/** How much of a directory that others may fill is read. */
const MOST = { files: 20_000, fileBytes: 4 << 20, bytes: 64 << 20, samples: 300_000 };

/** Reads the samples of the tasks with these uuids, whose files other runs may share. */
export function readProfile(dir: string, uuids: ReadonlySet<string>): Sample[] {
  const samples: Sample[] = [];
  let left = MOST.bytes;
  for (const name of listNames(dir)) {
    const [, middle = "", counter] = /^(.*)-(cpu|memory|pids)\.json$/.exec(name) ?? [];
    if (counter === undefined || !namesTask(middle, uuids)) continue;
    const text = readIfSmall(`${dir}/${name}`, Math.min(left, MOST.fileBytes));
    left -= text.length;
    for (const record of text.split(/[\x1e\n]+/)) {
      if (samples.length >= MOST.samples) return samples;
      const sample = sampleOf(record, counter as ProfileCounter);
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

/** `N-UUID` is ours, the original has more words around it. */
function namesTask(middle: string, uuids: ReadonlySet<string>): boolean {
  const ours = middle.slice(middle.indexOf("-") + 1);
  if (uuids.has(ours) || uuids.has(middle)) return true;
  const found = middle.match(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g) ?? [];
  return found.some((uuid) => uuids.has(uuid));
}

function readIfSmall(path: string, limit: number): string {
  try {
    using file = openRegularFile(path);
    const bytes = new Uint8Array(Math.max(0, Math.min(file.statSync().size, limit)));
    const count = file.readSync(bytes) ?? 0;
    return new TextDecoder().decode(bytes.subarray(0, count));
  } catch {
    return "";
  }
}

function sampleOf(record: string, counter: ProfileCounter): Sample | undefined {
  if (record.trim() === "") return undefined;
  try {
    const { timestamp, value } = recordOf(JSON.parse(record));
    return typeof timestamp === "number" && typeof value === "number"
      ? { counter, time: timestamp * 1000, value }
      : undefined;
  } catch {
    // The last record of a killed run.
    return undefined;
  }
}
