/**
 * Turns the owner record of a run's scratch directory into a process that lives or does not.
 *
 * An owner is recognised by pid, start time and boot, so that a recycled pid is no owner.
 *
 * @module
 */
import { removeQuietly } from "../internal/atomic_write.ts";
import { isAlive, readProcess } from "./tree.ts";

/** Name of the scratch directory in an artifact directory. */
export const SCRATCH_NAME = ".run";

/** Start of the name under which a scratch directory waits for its removal. */
export const GRAVE_PREFIX: string = `${SCRATCH_NAME}-dead-`;

/** A process, named for good: a pid alone is used again. */
export interface ProcessIdentity {
  /** Its pid. */
  readonly pid: number;
  /** Its start time in clock ticks since boot. */
  readonly startTime: string;
  /** Id of the boot it runs in. */
  readonly boot: string;
}

/** Who runs a run. */
export interface Owner extends ProcessIdentity {
  /** `NAME=VALUE` in the environment of the run's processes alone. */
  readonly marker: string;
}

/**
 * Reads who owns an artifact directory.
 *
 * @param artifactDir any artifact directory
 * @returns the owner, alive or not, or undefined when nobody does
 */
export function readOwner(artifactDir: string): Owner | undefined {
  return readOwnerFile(`${artifactDir}/${SCRATCH_NAME}/owner`);
}

/** Whether the process that owns a run lives. */
export function isOwnerAlive(owner: ProcessIdentity): boolean {
  return owner.boot === bootId() && isAlive(owner.pid, owner.startTime);
}

/** Reads an owner record, see {@linkcode readOwner}. */
export function readOwnerFile(path: string): Owner | undefined {
  try {
    const owner = JSON.parse(Deno.readTextFileSync(path));
    return typeof owner?.pid === "number" && typeof owner.marker === "string" ? owner : undefined;
  } catch {
    return undefined;
  }
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

/**
 * Lists directories; links to directories are none.
 *
 * @param path need not exist
 * @returns their names
 */
export function listDirectories(path: string): string[] {
  try {
    return Array.from(Deno.readDirSync(path)).filter((entry) => entry.isDirectory)
      .map((entry) => entry.name);
  } catch {
    return [];
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

/** Whether this is a directory, not a link to one. */
export function isDirectory(path: string): boolean {
  try {
    return Deno.lstatSync(path).isDirectory;
  } catch {
    return false;
  }
}
