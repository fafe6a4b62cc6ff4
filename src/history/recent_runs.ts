/**
 * The runs of an artifact root, newest first, however many there are: only what is asked
 * for is opened.
 *
 * @module
 */
import { mtimeOf } from "../internal/file_system.ts";
import {
  artifactDirIn,
  isOwnerAlive,
  listDirectories,
  listOwners,
} from "../ownership/owner_record.ts";
import { summarize, type SummarizedRun } from "./summary.ts";

/** Which runs are wanted. */
export interface RunFilter {
  /** At most so many, the newest. */
  readonly last?: number | undefined;
  /** Only runs that failed, timed out or were canceled. */
  readonly failed?: boolean | undefined;
  /** Only runs that go on. */
  readonly running?: boolean | undefined;
  /** Only runs whose status is not older, in milliseconds since 1970. */
  readonly since?: number | undefined;
  /** Only runs in which this host had a part. */
  readonly host?: string | undefined;
  /** Only runs of this playbook: its path, or its file name. */
  readonly playbook?: string | undefined;
}

/** A directory that may be a run's. */
interface Candidate {
  readonly dir: string;
  readonly mtime: number;
}

/** Lists the wanted runs, oldest first, those that go on last. */
export function recentRuns(artifactRoot: string, filter: RunFilter = {}): SummarizedRun[] {
  const { last = Infinity } = filter;
  const live = liveDirectories(artifactRoot);
  const runs: SummarizedRun[] = [];
  for (const dir of live) addRun(runs, { dir, filter });
  if (filter.running !== true || last < Infinity) {
    for (const { dir, mtime } of newestFirst(artifactRoot)) {
      if (runs.length >= last) break;
      // A directory is as old as the last file that came into it, its status.
      if (filter.since !== undefined && mtime < filter.since) break;
      if (!live.has(dir)) addRun(runs, { dir, filter });
    }
  }
  const wanted = runs.toSorted((a, b) => order(a) - order(b) || a.since.localeCompare(b.since));
  return last < Infinity ? wanted.slice(-Math.max(0, last) || wanted.length) : wanted;
}

function addRun(
  runs: SummarizedRun[],
  { dir, filter }: { readonly dir: string; readonly filter: RunFilter },
): void {
  const run = summarize(dir);
  if (run !== undefined && isWanted(run, filter)) runs.push(run);
}

/** Tells whether a run is one of the wanted. */
export function isWanted(run: SummarizedRun, filter: RunFilter): boolean {
  const { failed, running, since, host, playbook } = filter;
  if (failed === true && !/^(failed|timeout|canceled)$/.test(run.status)) return false;
  if (running === true && run.status !== "running") return false;
  if (since !== undefined && Date.parse(run.since) < since) return false;
  if (host !== undefined && !hasHost(run, host)) return false;
  return playbook === undefined || run.playbook === playbook ||
    run.playbook?.endsWith(`/${playbook}`) === true;
}

function hasHost(run: SummarizedRun, host: string): boolean {
  return run.hostNames.includes(host) || run.failed.some((failure) => failure.host === host);
}

function order(run: SummarizedRun): number {
  return run.status === "running" ? 1 : 0;
}

/** To list the private records is to list the live runs, however many old ones there are. */
function liveDirectories(artifactRoot: string): ReadonlySet<string> {
  const dirs = listOwners(artifactRoot).filter((owner) => isOwnerAlive(owner))
    .map((owner) => artifactDirIn(owner, artifactRoot));
  return new Set(dirs.filter((dir) => dir !== undefined));
}

/** Directories of a root by their own times. */
function newestFirst(artifactRoot: string): Candidate[] {
  return listDirectories(artifactRoot).map((name) => `${artifactRoot}/${name}`)
    .map((dir) => ({ dir, mtime: mtimeOf(dir) ?? 0 }))
    .sort((a, b) => b.mtime - a.mtime);
}
