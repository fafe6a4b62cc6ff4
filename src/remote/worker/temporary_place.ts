/**
 * The directory of a worker that was told none: new, and known to be in use as long as it is locked.
 *
 * A worker that is killed removes nothing. The system lets go of its lock, by which later ones know.
 *
 * @module
 */
import { isDirectory } from "../../internal/file_system.ts";
import { removeTree } from "../../internal/remove_tree.ts";

const PREFIX = "ansible_runner_worker_";

/** A directory that is ours until disposed, which does not remove it. */
export interface TemporaryPlace extends Disposable {
  /** Absolute path. */
  readonly path: string;
}

/** The directory for temporary files. */
export function temporaryDir(): string {
  return Deno.env.get("TMPDIR") || "/tmp";
}

/** Makes one. */
export function makeTemporaryPlace(): TemporaryPlace {
  for (;;) {
    const path = Deno.makeTempDirSync({ prefix: PREFIX });
    const file = Deno.openSync(path);
    try {
      file.lockSync(true);
    } catch {
      // A file system without locks: nobody can tell, and nobody removes it.
    }
    // Whoever swept in between took it for a dead one's.
    if (isDirectory(path)) return { path, [Symbol.dispose]: () => file.close() };
    file.close();
  }
}

/**
 * Removes those of our user whose workers are dead.
 *
 * @param parent the directory for temporary files
 * @returns how many
 */
export function sweepTemporaryPlaces(parent: string): number {
  let count = 0;
  for (const { name } of Deno.readDirSync(parent)) {
    if (name.startsWith(PREFIX) && removeDead(`${parent}/${name}`)) count++;
  }
  return count;
}

function removeDead(path: string): boolean {
  try {
    const { isDirectory, uid } = Deno.lstatSync(path);
    if (!isDirectory || uid !== Deno.uid()) return false;
    using file = Deno.openSync(path);
    return file.tryLockSync(true) && removeTree(path);
  } catch {
    // Gone in between, or without locks.
    return false;
  }
}
