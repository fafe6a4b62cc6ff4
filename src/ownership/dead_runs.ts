/**
 * Clears what killed runs left: processes, files, scratch directories.
 *
 * What is ended and removed stands in the private record of the run. What lies in its artifact
 * directory is removed there and believed nowhere.
 *
 * @module
 */
import { SCRATCH, SCRATCH_NAME } from "../run_layout.ts";
import { isDirectory } from "../internal/file_system.ts";
import { HeldDirectory } from "../internal/held_directory.ts";
import { baseName, parentOf } from "../internal/paths.ts";
import { removeTree } from "../internal/remove_tree.ts";
import { readSmallFile } from "../internal/small_file.ts";
import { bootId } from "./identity.ts";
import {
  artifactDirIn,
  GRAVE_PREFIX,
  isOwnerAlive,
  isSameDirectory,
  listDirectories,
  type Owner,
  readPrivateOwner,
  readPrivateRecord,
  readScratchOwner,
} from "./owner_record.ts";
import { ownUid, privatePlaces } from "./private_place.ts";
import { terminate } from "../process/terminate.ts";

/** How long a scratch directory without owner may be one that is just being made, in milliseconds. */
const FRESH_MS = 10_000;

/** Start of the names of records that are being made. */
export const NEW_PREFIX = "new-";

/** Start of the names of records that are being cleared. */
export const DEAD_PREFIX = "dead-";

/** What a crashed run left to be cleared, besides its scratch directory. */
interface Remains {
  /** Path of a file or a whole directory. */
  readonly path: string;
}

/**
 * Notes a path that must not outlive a run.
 *
 * @param path a file or directory of the run alone, outside its directories
 */
export function noteRemains(recordDir: string, path: string): void {
  const line = JSON.stringify({ path } satisfies Remains) + "\n";
  Deno.writeTextFileSync(`${recordDir}/${SCRATCH.remains}`, line, { append: true, mode: 0o600 });
}

/** Told of a dead run when its processes are gone; the path holds for the time of the call alone. */
export type Settle = (artifactDir: string) => void;

/** Removes what a dead run noted, and must know its kind: an agent is more than its directory. */
export type ClearPath = (path: string, owner: Owner) => void | Promise<void>;

/** Who does what with a dead run. */
export interface ClearOptions {
  /** Writes down how the run ended. */
  readonly settle?: Settle | undefined;
  /** Removes a path. @default {removes the file or directory} */
  readonly clear?: ClearPath | undefined;
}

/**
 * Clears what a killed run left: processes, files outside its scratch directory, its directories.
 *
 * @param options who writes down how it ended and removes what it noted
 * @returns whether we did, and no other that came to it at the same time
 */
export async function clearDead(owner: Owner, options: ClearOptions = {}): Promise<boolean> {
  const place = parentOf(owner.recordDir);
  const grave = `${place}/${DEAD_PREFIX}${crypto.randomUUID()}`;
  try {
    // Only one of several clearers wins this rename.
    Deno.renameSync(owner.recordDir, grave);
  } catch {
    return false;
  }
  await emptyGrave({ ...owner, recordDir: grave }, options);
  if (isSameDirectory(owner, owner.artifactDir)) settleIn(owner.artifactDir, options);
  return true;
}

async function emptyGrave(owner: Owner, options: ClearOptions): Promise<void> {
  const { clear = removeTree } = options;
  if (owner.boot === bootId()) {
    await terminate({ roots: [], marker: owner.marker }, { graceMs: 200 });
  }
  for (const path of readRemains(owner)) {
    try {
      await clear(path, owner);
    } catch {
      // What is gone or stuck keeps nothing else from being cleared.
    }
  }
  removeTree(owner.recordDir);
}

function readRemains(owner: Owner): string[] {
  const text = readSmallFile(`${owner.recordDir}/${SCRATCH.remains}`, { owner: owner.uid }) ?? "";
  return text.split("\n").flatMap((line) => {
    try {
      const { path } = JSON.parse(line);
      return typeof path === "string" ? [path] : [];
    } catch {
      // The last line of a runner that was killed while it wrote.
      return [];
    }
  });
}

/** Says how a run ended, and removes its scratch directory. */
function settleIn(artifactDir: string, { settle }: ClearOptions): void {
  try {
    using held = HeldDirectory.open(artifactDir);
    settle?.(held.now);
    removeScratch(held);
  } catch {
    // It was just replaced: not what we were asked to clear.
  }
}

/** Removes the scratch directory of a run that is over. */
export function removeScratch(artifactDir: HeldDirectory): void {
  removeTree(buryScratch(artifactDir));
}

/**
 * Takes the scratch directory of a run that is over out of the way.
 *
 * @returns what is still to be removed
 */
export function buryScratch(artifactDir: HeldDirectory): string {
  // In one step, so that nobody sees half a scratch directory and takes its owner for dead.
  const grave = artifactDir.at(`${GRAVE_PREFIX}${crypto.randomUUID()}`);
  try {
    Deno.renameSync(artifactDir.at(SCRATCH_NAME), grave);
  } catch {
    // Half of it seen is better than all of it left.
    return artifactDir.at(SCRATCH_NAME);
  }
  return grave;
}

/** How much of an artifact root is looked at. */
export interface SweepOptions extends ClearOptions {
  /**
   * Artifact directories to look into for what has no private record: all, or one ident. Looking into
   * all takes as long as there are many. @default {none}
   */
  readonly lookInto?: "all" | { readonly ident: string } | undefined;
}

/**
 * Clears all runs of an artifact root whose owners are dead, as far as they are our user's.
 *
 * @param artifactRoot directory of all artifact directories; need not exist
 * @returns idents of the runs that were cleared
 */
export async function sweepDead(
  artifactRoot: string,
  options: SweepOptions = {},
): Promise<string[]> {
  const uid = ownUid();
  const cleared = uid === undefined ? [] : await sweepRecords(uid, { artifactRoot, options });
  return [...cleared, ...sweepScratch(artifactRoot, options)];
}

interface RecordSweep {
  readonly artifactRoot: string;
  readonly options: ClearOptions;
}

async function sweepRecords(uid: number, sweep: RecordSweep): Promise<string[]> {
  const cleared: string[] = [];
  for (const place of privatePlaces(uid)) {
    for (const name of listDirectories(place)) {
      const recordDir = `${place}/${name}`;
      if (/^\d/.test(name)) {
        const dir = await clearRecord(readPrivateRecord(recordDir, uid), sweep);
        if (dir !== undefined) cleared.push(baseName(dir));
      } else if (name.startsWith(NEW_PREFIX) || name.startsWith(DEAD_PREFIX)) {
        await clearHalfMade(recordDir, { uid, options: sweep.options });
      }
    }
  }
  return cleared;
}

/** Clears a run that is dead. @returns its artifact directory, when it is in the artifact root */
async function clearRecord(
  owner: Owner | undefined,
  { artifactRoot, options }: RecordSweep,
): Promise<string | undefined> {
  if (owner === undefined || isOwnerAlive(owner)) return undefined;
  const dir = artifactDirIn(owner, artifactRoot);
  // One of another artifact root is cleared there, one whose directory is gone by anybody.
  if (dir === undefined && isSameDirectory(owner, owner.artifactDir)) return undefined;
  const isOurs = await clearDead({ ...owner, artifactDir: dir ?? owner.artifactDir }, options);
  return isOurs ? dir : undefined;
}

/** A record that somebody died over while making or clearing it. */
async function clearHalfMade(
  recordDir: string,
  { uid, options }: { readonly uid: number; readonly options: ClearOptions },
): Promise<void> {
  if (isFresh(recordDir)) return;
  const owner = readPrivateRecord(recordDir, uid);
  if (owner === undefined) removeTree(recordDir);
  else if (!isOwnerAlive(owner)) await emptyGrave(owner, options);
}

/** What lies in artifact directories and has no private record. */
function sweepScratch(artifactRoot: string, options: SweepOptions): string[] {
  const { lookInto = privatePlaces().length === 0 ? "all" : undefined } = options;
  if (lookInto === undefined) return [];
  const idents = lookInto === "all" ? listDirectories(artifactRoot) : [lookInto.ident];
  return idents.filter((ident) => {
    const dir = `${artifactRoot}/${ident}`;
    if (!isOurDirectory(dir)) return false;
    const isDead = isOurDirectory(`${dir}/${SCRATCH_NAME}`) && !isOwned(dir, SCRATCH_NAME);
    if (isDead) settleIn(dir, options);
    clearGraves(dir, options);
    return isDead;
  });
}

/** Scratch directories that somebody died over while making or removing them. */
function clearGraves(artifactDir: string, options: ClearOptions): void {
  for (const name of listDirectories(artifactDir)) {
    if (!name.startsWith(`${SCRATCH_NAME}-`) || isOwned(artifactDir, name)) continue;
    const isOfAnother = isDirectory(`${artifactDir}/${SCRATCH_NAME}`);
    try {
      using held = HeldDirectory.open(artifactDir);
      if (!isOfAnother) options.settle?.(held.now);
      removeTree(held.at(name));
    } catch {
      // It was just replaced: not what we were asked to clear.
    }
  }
}

/** Whether a live process made this scratch directory, or may be making it right now. */
function isOwned(artifactDir: string, scratch: string): boolean {
  const current = scratch === SCRATCH_NAME ? readPrivateOwner(artifactDir) : undefined;
  if (current !== undefined && isOwnerAlive(current)) return true;
  const owner = readScratchOwner(artifactDir, scratch);
  if (owner !== undefined) return isOwnerAlive(owner);
  return current === undefined && isFresh(`${artifactDir}/${scratch}`);
}

function isFresh(dir: string): boolean {
  try {
    const { mtime } = Deno.lstatSync(dir);
    return Date.now() - (mtime?.getTime() ?? 0) < FRESH_MS;
  } catch {
    return true;
  }
}

function isOurDirectory(path: string): boolean {
  try {
    const { isDirectory, uid } = Deno.lstatSync(path);
    return isDirectory && uid === (ownUid() ?? uid);
  } catch {
    return false;
  }
}
