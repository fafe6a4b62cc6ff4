/**
 * Turns an artifact root into a list of its runs, live and past.
 *
 * @module
 */
import { readSmallFile } from "../../internal/small_file.ts";
import { describeEnd, type EndReason } from "../../end_reason.ts";
import {
  isOwnerAlive,
  listDirectories,
  type Owner,
  readOwner,
} from "../../ownership/owner_record.ts";

/** One run, as its artifacts tell. */
export interface RunEntry {
  /** Name of its artifact directory. */
  readonly ident: string;
  /** Its artifact directory. */
  readonly dir: string;
  /** Who runs it, while it is alive. */
  readonly owner: Owner | undefined;
  /** `running`, the word of its status file, or `unknown`. */
  readonly status: string;
  /** Text of its rc file, or undefined. */
  readonly rc: string | undefined;
  /** Since when it has this status, in milliseconds since 1970. */
  readonly since: number;
  /** Why it ended, or undefined when it exited by itself. */
  readonly reason: string | undefined;
}

/**
 * Lists the runs of an artifact root.
 *
 * @param artifactRoot directory of all artifact directories; need not exist
 * @returns the runs, in the order of their times, those alive last
 */
export function listRuns(artifactRoot: string): RunEntry[] {
  return listDirectories(artifactRoot)
    .map((ident) => readRun(`${artifactRoot}/${ident}`))
    .filter((run) => run !== undefined)
    .sort((a, b) => Number(isLive(a)) - Number(isLive(b)) || a.since - b.since);
}

/**
 * Reads one run.
 *
 * @param dir its artifact directory
 * @returns the run, or undefined when there is none
 */
export function readRun(dir: string): RunEntry | undefined {
  const ident = dir.slice(dir.lastIndexOf("/") + 1);
  const found = readOwner(dir);
  const owner = found !== undefined && isOwnerAlive(found) ? found : undefined;
  const started = timeOf(`${dir}/command`) ?? timeOf(`${dir}/job_events`);
  if (owner !== undefined) {
    const since = started ?? Date.now();
    return { ident, dir, owner, status: "running", rc: undefined, since, reason: undefined };
  }
  const rc = readSmallFile(`${dir}/rc`)?.trim();
  const ended = timeOf(`${dir}/rc`) ?? timeOf(`${dir}/status`) ?? started;
  if (ended === undefined) return undefined;
  const status = readSmallFile(`${dir}/status`)?.trim() ?? "unknown";
  return { ident, dir, owner, status, rc, since: ended, reason: readReason(`${dir}/reason`) };
}

function isLive(run: RunEntry): boolean {
  return run.owner !== undefined;
}

function readReason(path: string): string | undefined {
  try {
    return describeEnd(JSON.parse(readSmallFile(path) ?? "") as EndReason);
  } catch {
    return undefined;
  }
}

function timeOf(path: string): number | undefined {
  try {
    return Deno.lstatSync(path).mtime?.getTime();
  } catch {
    return undefined;
  }
}
