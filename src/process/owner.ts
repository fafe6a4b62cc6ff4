/**
 * Turns an artifact directory into one that belongs to one live process, and clears what dead ones left.
 *
 * The mark of ownership is the run's scratch directory `.run`, renamed into place in one step. Its
 * owner is recognised by pid, start time and boot, so that a recycled pid is no owner.
 *
 * @module
 */
import { ConfigError } from "../errors.ts";
import { removeQuietly } from "../internal/atomic_write.ts";
import { terminate } from "./terminate.ts";
import { isAlive, readProcess } from "./tree.ts";

/** Name of the scratch directory in an artifact directory. */
export const SCRATCH_NAME = ".run";

/** Who runs a run. */
export interface Owner {
  /** Pid of the runner's process. */
  readonly pid: number;
  /** Its start time in clock ticks since boot. */
  readonly startTime: string;
  /** Id of the boot it runs in. */
  readonly boot: string;
  /** `NAME=VALUE` in the environment of the run's processes alone. */
  readonly marker: string;
}

/** What a crashed run left to be cleared, besides its scratch directory. */
interface Remains {
  /** Path of a file or a whole directory. */
  readonly path: string;
}

/** The ownership of one artifact directory, until disposed. */
export class Ownership implements Disposable {
  /** The scratch directory. */
  readonly scratchDir: string;
  #released = false;

  /**
   * Wraps a scratch directory that is ours; use {@linkcode acquire}.
   *
   * @param scratchDir the directory
   */
  constructor(scratchDir: string) {
    this.scratchDir = scratchDir;
  }

  /**
   * Notes a path outside the scratch directory that must not outlive the run, before it is made.
   *
   * @param path a file or directory of the run alone
   */
  noteRemains(path: string): void {
    const line = JSON.stringify({ path } satisfies Remains) + "\n";
    Deno.writeTextFileSync(`${this.scratchDir}/remains`, line, { append: true, mode: 0o600 });
  }

  /** Removes the scratch directory. */
  [Symbol.dispose](): void {
    if (this.#released) return;
    this.#released = true;
    removeTree(this.scratchDir);
  }
}

/**
 * Makes an artifact directory ours.
 *
 * @param artifactDir exists
 * @param marker `NAME=VALUE` in the environment of the run's processes
 * @returns the ownership
 * @throws {ConfigError} when a live run owns it
 */
export async function acquire(artifactDir: string, marker: string): Promise<Ownership> {
  const aside = Deno.makeTempDirSync({ dir: artifactDir, prefix: `${SCRATCH_NAME}-` });
  Deno.chmodSync(aside, 0o700);
  const owner: Owner = { pid: Deno.pid, startTime: startTimeOf(Deno.pid), boot: bootId(), marker };
  Deno.writeTextFileSync(`${aside}/owner`, JSON.stringify(owner) + "\n", {
    createNew: true,
    mode: 0o600,
  });
  const scratchDir = `${artifactDir}/${SCRATCH_NAME}`;
  try {
    while (!moveInPlace(aside, scratchDir)) {
      const current = readOwner(artifactDir);
      if (current !== undefined && isOwnerAlive(current)) throw inUse(artifactDir, current.pid);
      await clearDead(artifactDir);
    }
  } catch (error) {
    removeTree(aside);
    throw error;
  }
  return new Ownership(scratchDir);
}

/**
 * Reads who owns an artifact directory.
 *
 * @param artifactDir any artifact directory
 * @returns the owner, alive or not, or undefined when nobody does
 */
export function readOwner(artifactDir: string): Owner | undefined {
  try {
    return JSON.parse(Deno.readTextFileSync(`${artifactDir}/${SCRATCH_NAME}/owner`));
  } catch {
    return undefined;
  }
}

/** Whether the process that owns a run lives. */
export function isOwnerAlive(owner: Owner): boolean {
  return owner.boot === bootId() && isAlive(owner.pid, owner.startTime);
}

/**
 * Clears what a killed run left: processes, files outside its scratch directory, the directory.
 *
 * @param artifactDir the artifact directory of a run whose owner is dead
 * @returns whether there was anything
 */
export async function clearDead(artifactDir: string): Promise<boolean> {
  const grave = `${artifactDir}/${SCRATCH_NAME}-dead-${crypto.randomUUID()}`;
  const owner = readOwner(artifactDir);
  try {
    // Only one of several clearers wins this rename.
    Deno.renameSync(`${artifactDir}/${SCRATCH_NAME}`, grave);
  } catch {
    return false;
  }
  if (owner !== undefined && owner.boot === bootId()) {
    await terminate({ roots: [], marker: owner.marker }, { graceMs: 200 });
  }
  for (const { path } of readRemains(grave)) removeTree(path);
  removeTree(grave);
  return true;
}

/** Start time of a process, empty when there is none. */
export function startTimeOf(pid: number): string {
  return readProcess(pid)?.startTime ?? "";
}

/** Id of the running boot: start times of another boot mean nothing. */
export function bootId(): string {
  try {
    return Deno.readTextFileSync("/proc/sys/kernel/random/boot_id").trim();
  } catch {
    return "";
  }
}

/** Removes a file or a directory with all in it; it need not exist. Links are not followed. */
export function removeTree(path: string): void {
  try {
    Deno.removeSync(path, { recursive: true });
  } catch {
    removeQuietly(path);
  }
}

function moveInPlace(aside: string, scratchDir: string): boolean {
  try {
    Deno.renameSync(aside, scratchDir);
    return true;
  } catch (error) {
    // A directory with files in it is never replaced by a rename: somebody owns it.
    if (isDirectory(scratchDir)) return false;
    throw error;
  }
}

function isDirectory(path: string): boolean {
  try {
    return Deno.lstatSync(path).isDirectory;
  } catch {
    return false;
  }
}

function readRemains(scratchDir: string): Remains[] {
  try {
    return Deno.readTextFileSync(`${scratchDir}/remains`).split("\n").filter(Boolean)
      .map((line) => JSON.parse(line));
  } catch {
    return [];
  }
}

function inUse(artifactDir: string, pid: number): ConfigError {
  const ident = artifactDir.slice(artifactDir.lastIndexOf("/") + 1);
  return new ConfigError(
    "config.ident_in_use",
    `Cannot use ident "${ident}": its run is alive (pid ${pid})`,
    {
      hint: "Choose another ident, or stop that run first",
    },
  );
}
