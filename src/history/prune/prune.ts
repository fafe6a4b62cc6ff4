/**
 * Removes the artifacts of ended runs: the oldest first, never those of a live run, never what is
 * no run's.
 *
 * @module
 */
import { ARTIFACT, TRACES } from "../../run_layout.ts";
import { messageOf } from "../../errors.ts";
import { exists, mtimeOf } from "../../internal/file_system.ts";
import { hasLiveOwner, listDirectories } from "../../ownership/owner_record.ts";
import { forgetRecipe } from "../retry/recipe.ts";
import { isOriginalAlive } from "../wait.ts";

/** What is kept; a run goes when one of these says so. */
export interface PruneRules {
  /** So many of the newest. */
  readonly keep?: number | undefined;
  /** Runs that ended so long ago go, in milliseconds. */
  readonly olderThanMs?: number | undefined;
  /** The oldest go until all together are no larger, in bytes. */
  readonly largerThan?: number | undefined;
}

/** How it is done. */
export interface PruneOptions extends PruneRules {
  /** Tells what would go, and removes nothing. @default {false} */
  readonly dryRun?: boolean;
  /** A run that starts: it counts as the newest, and stays. */
  readonly current?: string;
}

/** A run that went, or would go. */
export interface PrunedRun {
  /** Its name. */
  readonly ident: string;
  /** When it ended, ISO 8601 in UTC. */
  readonly ended: string;
  /** What its artifacts take, in bytes. */
  readonly bytes: number;
  /** Why it could not be removed; null when it was. */
  readonly error: string | null;
}

interface EndedRun {
  readonly ident: string;
  readonly dir: string;
  readonly ended: number;
}

/** Removes runs of an artifact root; returns them, the oldest first. */
export function pruneRuns(artifactRoot: string, options: PruneOptions): PrunedRun[] {
  const { dryRun = false, current } = options;
  const runs = listDirectories(artifactRoot).filter((ident) => ident !== current)
    .map((ident) => ({ ident, dir: `${artifactRoot}/${ident}` }))
    .filter(({ dir }) => isEndedRun(dir))
    .flatMap((run): EndedRun[] => {
      const ended = endOf(run.dir);
      return ended === undefined ? [] : [{ ...run, ended }];
    })
    .sort((a, b) => a.ended - b.ended);
  return chosen(runs, options).map(({ ident, dir, ended, bytes = sizeOf(dir) }) => {
    const error = dryRun ? null : remove(dir);
    return { ident, ended: new Date(ended).toISOString(), bytes, error };
  });
}

function chosen(
  runs: readonly EndedRun[],
  { keep, olderThanMs, largerThan, current }: PruneOptions,
): (EndedRun & { readonly bytes?: number })[] {
  const kept = keep === undefined ? Infinity : Math.max(0, keep - (current === undefined ? 0 : 1));
  const oldest = olderThanMs === undefined ? -Infinity : Date.now() - olderThanMs;
  const sized = largerThan === undefined
    ? runs
    : runs.map((run) => ({ ...run, bytes: sizeOf(run.dir) }));
  let left = sized.reduce((all, run) => all + ("bytes" in run ? Number(run.bytes) : 0), 0);
  return sized.filter((run, at) => {
    const isOver = left > (largerThan ?? Infinity);
    const goes = runs.length - at > kept || run.ended < oldest || isOver;
    if (goes && "bytes" in run) left -= Number(run.bytes);
    return goes;
  });
}

/** A run has left two traces at least; a directory of notes has not. */
function isEndedRun(dir: string): boolean {
  if (TRACES.filter((name) => exists(`${dir}/${name}`)).length < 2) return false;
  if (hasLiveOwner(dir)) return false;
  return exists(`${dir}/${ARTIFACT.rc}`) || !isOriginalAlive(dir);
}

/** Undefined when another has just removed it. */
function endOf(dir: string): number | undefined {
  // A run that was killed has not all of them.
  return mtimeOf(`${dir}/${ARTIFACT.rc}`) ?? mtimeOf(`${dir}/${ARTIFACT.status}`) ?? mtimeOf(dir);
}

function sizeOf(dir: string): number {
  let bytes = 0;
  try {
    for (const { name, isDirectory } of Deno.readDirSync(dir)) {
      const path = `${dir}/${name}`;
      bytes += isDirectory ? sizeOf(path) : Deno.lstatSync(path).size;
    }
  } catch {
    // Another user's, or just removed.
  }
  return bytes;
}

function remove(dir: string): string | null {
  try {
    // It may have begun anew since it was looked at.
    if (hasLiveOwner(dir)) return "it runs again";
    forgetRecipe(dir);
    Deno.removeSync(dir, { recursive: true });
    return null;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    return messageOf(error);
  }
}
