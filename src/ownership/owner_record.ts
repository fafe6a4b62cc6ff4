/**
 * Turns the owner record of a run's scratch directory into a process that lives or does not.
 *
 * An owner is recognised by pid, start time and boot, so that a recycled pid is no owner.
 *
 * @module
 */
import { SCRATCH, SCRATCH_NAME } from "../artifacts/layout.ts";
import { removeQuietly } from "../internal/atomic_write.ts";
import { bootId, hostName, isVisible, type ProcessIdentity } from "./identity.ts";
import { isAlive } from "../process/process_tree.ts";

export { SCRATCH_NAME };

/** Start of the name under which a scratch directory waits for its removal. */
export const GRAVE_PREFIX: string = `${SCRATCH_NAME}-dead-`;

/** Who runs a run. */
export interface Owner extends ProcessIdentity, Locked {
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
  return readOwnerFile(`${artifactDir}/${SCRATCH_NAME}/${SCRATCH.owner}`);
}

/**
 * Tells whether the process that owns a run lives.
 *
 * Where its pid means nothing to us (another container, another host on a shared disk) the lock that
 * it holds on its record decides: nobody clears the run of a process that cannot be seen from here.
 *
 * @param owner the process
 * @returns whether it lives, or may
 */
export function isOwnerAlive(owner: ProcessIdentity & Locked): boolean {
  if (isVisible(owner)) return isAlive(owner.pid, owner.startTime);
  // Rebooted since: whoever it was is gone, on a file system without locks as well.
  const isGone = owner.boot !== bootId() && owner.host === hostName();
  return owner.lockFile === undefined ? !isGone : isLocked(owner.lockFile) ?? !isGone;
}

/** Who runs a run right now, if anybody does. */
export function liveOwner(artifactDir: string): Owner | undefined {
  const owner = readOwner(artifactDir);
  return owner !== undefined && isOwnerAlive(owner) ? owner : undefined;
}

/** What says besides the pid whether a process lives. */
export interface Locked {
  /** File that the process has locked until its end; not part of the record. */
  readonly lockFile?: string | undefined;
}

function isLocked(path: string): boolean | undefined {
  let file: Deno.FsFile;
  try {
    file = Deno.openSync(path);
  } catch (error) {
    return error instanceof Deno.errors.NotFound ? false : undefined;
  }
  try {
    return !file.tryLockSync(true);
  } catch {
    return undefined;
  } finally {
    file.close();
  }
}

/**
 * The marker of a run. No other is believed: whoever can write the record could name a variable of
 * any process, and have it ended by whoever looks at the run.
 */
const MARKER = /^RUNNER_RUN_ID=[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Reads an owner record, see {@linkcode readOwner}. */
export function readOwnerFile(path: string): Owner | undefined {
  try {
    const owner = JSON.parse(Deno.readTextFileSync(path));
    if (typeof owner?.pid !== "number" || !MARKER.test(owner.marker)) return undefined;
    return { ...owner, lockFile: path };
  } catch {
    return undefined;
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

/** Whether the run of an artifact directory is alive. */
export function hasLiveOwner(artifactDir: string): boolean {
  const owner = readOwner(artifactDir);
  return owner !== undefined && isOwnerAlive(owner);
}

/** Whether this is a directory, not a link to one. */
export function isDirectory(path: string): boolean {
  try {
    return Deno.lstatSync(path).isDirectory;
  } catch {
    return false;
  }
}
