/**
 * The processes that belong to a run, from /proc, recycled pids told apart by their start time.
 *
 * @module
 */
import { isConfined, listConfined, readProc } from "./proc_access.ts";

/** One live process. */
export interface ProcessEntry {
  /** Process id. */
  readonly pid: number;
  /** Parent's process id. */
  readonly ppid: number;
  /** Session id. */
  readonly session: number;
  /** Start time in clock ticks since boot: with the pid it names a process for good. */
  readonly startTime: string;
  /** Whether it has ended and waits for its parent. */
  readonly zombie: boolean;
}

/**
 * Reads one process.
 *
 * @returns the process, or undefined when there is none
 */
export function readProcess(pid: number): ProcessEntry | undefined {
  if (isConfined()) return listProcesses().find((entry) => entry.pid === pid);
  try {
    return parseStat(readProc(`/proc/${pid}/stat`));
  } catch {
    return undefined;
  }
}

function parseStat(stat: string): ProcessEntry {
  // The name in parentheses may hold spaces and parentheses itself.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return {
    pid: Number.parseInt(stat),
    ppid: Number(fields[1]),
    session: Number(fields[3]),
    startTime: fields[19] ?? "",
    zombie: fields[0] === "Z" || fields[0] === "X",
  };
}

/** Whether the process with this id and start time lives (a zombie does not). */
export function isAlive(pid: number, startTime: string): boolean {
  const entry = readProcess(pid);
  return entry !== undefined && !entry.zombie && entry.startTime === startTime;
}

/** All processes, in no order. */
export function listProcesses(): ProcessEntry[] {
  if (isConfined()) return listConfined().map((text) => parseStat(text.slice(1)));
  const entries: ProcessEntry[] = [];
  for (const { name } of Deno.readDirSync("/proc")) {
    const pid = Number(name);
    if (!Number.isInteger(pid)) continue;
    const entry = readProcess(pid);
    if (entry !== undefined) entries.push(entry);
  }
  return entries;
}

/** How the processes of a run are recognised. */
export interface RunProcesses {
  /** The processes whose descendants belong to the run (themselves included). */
  readonly roots: readonly number[];
  /** `NAME=VALUE` that only processes of this run have in their environment. */
  readonly marker?: string | undefined;
}

/**
 * The live processes of a run: its roots and their descendants, and whoever carries its marker
 * (with their descendants).
 *
 * @returns live processes, zombies left out, never ourselves
 */
export function findRunProcesses(run: RunProcesses): ProcessEntry[] {
  const marked = isConfined() ? markedProcesses(run.marker) : undefined;
  const all = listProcesses();
  const children = new Map<number, ProcessEntry[]>();
  const byPid = new Map<number, ProcessEntry>();
  for (const entry of all) {
    byPid.set(entry.pid, entry);
    const siblings = children.get(entry.ppid);
    if (siblings === undefined) children.set(entry.ppid, [entry]);
    else siblings.push(entry);
  }
  const found = new Map<number, ProcessEntry>();
  const visit = (entry: ProcessEntry): void => {
    if (found.has(entry.pid) || entry.pid === Deno.pid) return;
    found.set(entry.pid, entry);
    for (const child of children.get(entry.pid) ?? []) visit(child);
  };
  for (const pid of run.roots) {
    const root = byPid.get(pid);
    if (root !== undefined) visit(root);
  }
  if (run.marker !== undefined) {
    for (const entry of all) {
      if (found.has(entry.pid)) continue;
      if (marked?.has(entry.pid) ?? hasMarker(entry.pid, run.marker)) visit(entry);
    }
  }
  return [...found.values()].filter((entry) => !entry.zombie);
}

function markedProcesses(marker: string | undefined): ReadonlySet<number> {
  const texts = listConfined(marker).filter((text) => text.startsWith("1"));
  return new Set(texts.map((text) => Number.parseInt(text.slice(1))));
}

function hasMarker(pid: number, marker: string): boolean {
  try {
    const environment = Deno.readTextFileSync(`/proc/${pid}/environ`);
    return environment.startsWith(marker + "\0") || environment.includes("\0" + marker + "\0");
  } catch {
    // Another user's process, or gone: not ours to judge.
    return false;
  }
}
