/**
 * Turns what killed runs left (processes, files, scratch directories) into nothing.
 *
 * @module
 */
import { SCRATCH } from "../artifacts/layout.ts";
import { bootId } from "./identity.ts";
import {
  GRAVE_PREFIX,
  isDirectory,
  isOwnerAlive,
  listDirectories,
  type Owner,
  readOwnerFile,
  removeTree,
  SCRATCH_NAME,
} from "./owner_record.ts";
import { terminate } from "../process/terminate.ts";

/** How long a scratch directory without owner may be one that is just being made, in milliseconds. */
const FRESH_MS = 10_000;

/** What a crashed run left to be cleared, besides its scratch directory. */
interface Remains {
  /** Path of a file or a whole directory. */
  readonly path: string;
}

/**
 * Notes a path that must not outlive a run.
 *
 * @param scratchDir the run's scratch directory
 * @param path a file or directory of the run alone, outside the scratch directory
 */
export function noteRemains(scratchDir: string, path: string): void {
  const line = JSON.stringify({ path } satisfies Remains) + "\n";
  Deno.writeTextFileSync(`${scratchDir}/${SCRATCH.remains}`, line, { append: true, mode: 0o600 });
}

/** Told of a dead run when its processes are gone and its scratch directory is still there. */
export type Settle = (artifactDir: string, owner: Owner | undefined) => void;

/** Removes what a dead run noted, and must know its kind: an agent is more than its directory. */
export type ClearPath = (path: string) => void | Promise<void>;

/** Who does what with a dead run. */
export interface ClearOptions {
  /** Writes down how the run ended. */
  readonly settle?: Settle | undefined;
  /** Removes a path. @default {removes the file or directory} */
  readonly clear?: ClearPath | undefined;
}

/**
 * Clears what a killed run left: processes, files outside its scratch directory, the directory.
 *
 * @param artifactDir the artifact directory of a run whose owner is dead
 * @param options who writes down how it ended and removes what it noted
 * @returns whether there was anything
 */
export async function clearDead(
  artifactDir: string,
  options: ClearOptions = {},
): Promise<boolean> {
  const grave = `${artifactDir}/${GRAVE_PREFIX}${crypto.randomUUID()}`;
  try {
    // Only one of several clearers wins this rename.
    Deno.renameSync(`${artifactDir}/${SCRATCH_NAME}`, grave);
  } catch {
    return false;
  }
  await emptyGrave(artifactDir, { grave, ...options });
  return true;
}

/** How much of an artifact root is looked at. */
export interface SweepOptions extends ClearOptions {
  /** Look for what died while it was made or cleared, too. @default {false} */
  readonly deep?: boolean;
}

/**
 * Clears all runs of an artifact root whose owners are dead.
 *
 * @param artifactRoot directory of all artifact directories; need not exist
 * @param options how thoroughly
 * @returns idents of the runs that were cleared
 */
export async function sweepDead(
  artifactRoot: string,
  options: SweepOptions = {},
): Promise<string[]> {
  const cleared: string[] = [];
  for (const ident of listDirectories(artifactRoot)) {
    const dir = `${artifactRoot}/${ident}`;
    const isDead = isDirectory(`${dir}/${SCRATCH_NAME}`) && !isOwned(`${dir}/${SCRATCH_NAME}`);
    if (isDead && await clearDead(dir, options)) cleared.push(ident);
    if (options.deep === true) await clearGraves(dir, options);
  }
  return cleared;
}

/** Scratch directories that somebody died over while making or removing them. */
async function clearGraves(artifactDir: string, options: ClearOptions): Promise<void> {
  for (const name of listDirectories(artifactDir)) {
    const grave = `${artifactDir}/${name}`;
    if (!name.startsWith(`${SCRATCH_NAME}-`) || isOwned(grave)) continue;
    const isOfAnother = isDirectory(`${artifactDir}/${SCRATCH_NAME}`);
    const settle = isOfAnother ? undefined : options.settle;
    await emptyGrave(artifactDir, { grave, ...options, settle });
  }
}

/** Whether a live process made this scratch directory, or may be making it right now. */
function isOwned(scratchDir: string): boolean {
  const owner = readOwnerFile(`${scratchDir}/${SCRATCH.owner}`);
  if (owner !== undefined) return isOwnerAlive(owner);
  try {
    const { mtime } = Deno.lstatSync(scratchDir);
    return Date.now() - (mtime?.getTime() ?? 0) < FRESH_MS;
  } catch {
    return true;
  }
}

async function emptyGrave(
  artifactDir: string,
  { grave, settle, clear = removeTree }: ClearOptions & { grave: string },
): Promise<void> {
  const owner = readOwnerFile(`${grave}/${SCRATCH.owner}`);
  if (owner !== undefined && owner.boot === bootId()) {
    await terminate({ roots: [], marker: owner.marker }, { graceMs: 200 });
  }
  for (const { path } of readRemains(grave)) await clear(path);
  settle?.(artifactDir, owner);
  removeTree(grave);
}

function readRemains(scratchDir: string): Remains[] {
  try {
    return Deno.readTextFileSync(`${scratchDir}/${SCRATCH.remains}`).split("\n").filter(Boolean)
      .map((line) => JSON.parse(line));
  } catch {
    return [];
  }
}
