/**
 * Turns an artifact directory into one that belongs to one live process.
 *
 * The mark of ownership is the run's scratch directory `.run`, renamed into place in one step.
 *
 * @module
 */
import { SCRATCH } from "../artifacts/layout.ts";
import { ConfigError } from "../errors.ts";
import { clearDead, type ClearPath, noteRemains } from "./dead_runs.ts";
import { ownIdentity } from "./identity.ts";
import {
  GRAVE_PREFIX,
  isDirectory,
  isOwnerAlive,
  type Owner,
  readOwner,
  removeTree,
  SCRATCH_NAME,
} from "./owner_record.ts";
import { describeOsError } from "../internal/file_system.ts";

/** The ownership of one artifact directory, until disposed. */
export class Ownership implements Disposable {
  /** The scratch directory. */
  readonly scratchDir: string;
  readonly #lock: Disposable;
  #released = false;

  /**
   * Wraps a scratch directory that is ours; use {@linkcode acquire}.
   *
   * @param scratchDir the directory
   * @param lock what shows others that we live
   */
  constructor(scratchDir: string, lock: Disposable) {
    this.scratchDir = scratchDir;
    this.#lock = lock;
  }

  /**
   * Notes a path outside the scratch directory that must not outlive the run, before it is made.
   *
   * @param path a file or directory of the run alone
   */
  noteRemains(path: string): void {
    noteRemains(this.scratchDir, path);
  }

  /** Removes the scratch directory. */
  [Symbol.dispose](): void {
    if (this.#released) return;
    this.#released = true;
    using _lock = this.#lock;
    const grave = `${parentOf(this.scratchDir)}/${GRAVE_PREFIX}${crypto.randomUUID()}`;
    try {
      // In one step, so that nobody sees half a scratch directory and takes us for dead.
      Deno.renameSync(this.scratchDir, grave);
    } catch {
      return;
    }
    removeTree(grave);
  }
}

/**
 * Makes an artifact directory ours.
 *
 * @param artifactDir exists
 * @param marker `NAME=VALUE` in the environment of the run's processes
 * @param options removes what a dead run with the same ident noted
 * @returns the ownership
 * @throws {ConfigError} when a live run owns it
 */
export async function acquire(
  artifactDir: string,
  marker: string,
  options: { readonly clear?: ClearPath } = {},
): Promise<Ownership> {
  const aside = Deno.makeTempDirSync({ dir: artifactDir, prefix: `${SCRATCH_NAME}-` });
  Deno.chmodSync(aside, 0o700);
  const lock = writeOwner(`${aside}/${SCRATCH.owner}`, { ...ownIdentity(), marker });
  const scratchDir = `${artifactDir}/${SCRATCH_NAME}`;
  try {
    while (!moveInPlace(aside, scratchDir)) {
      const current = readOwner(artifactDir);
      if (current !== undefined && isOwnerAlive(current)) throw inUse(artifactDir, current.pid);
      await clearDead(artifactDir, options);
    }
  } catch (error) {
    lock[Symbol.dispose]();
    removeTree(aside);
    throw error;
  }
  return new Ownership(scratchDir, lock);
}

/** The record, locked until we end: for those who cannot see our process. */
function writeOwner(path: string, owner: Owner): Disposable {
  const file = Deno.openSync(path, { write: true, read: true, createNew: true, mode: 0o600 });
  file.writeSync(new TextEncoder().encode(JSON.stringify(owner) + "\n"));
  try {
    file.lockSync(true);
  } catch {
    // A file system without locks: only other containers and hosts could have used it.
  }
  return file;
}

function moveInPlace(aside: string, scratchDir: string): boolean {
  try {
    Deno.renameSync(aside, scratchDir);
    return true;
  } catch (error) {
    // A directory with files in it is never replaced by a rename: somebody owns it.
    if (isDirectory(scratchDir)) return false;
    throw new ConfigError(
      "config.scratch_dir",
      `Cannot make "${scratchDir}": ${describeOsError(error)}`,
      {
        cause: error,
      },
    );
  }
}

function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/"));
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
