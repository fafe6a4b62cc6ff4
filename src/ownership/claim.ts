/**
 * Makes an artifact directory the property of one live process.
 *
 * Two marks say so, each made aside and renamed into place in one step: a directory in a private
 * place, named after the artifact directory, which holds all that we believe later; and the scratch
 * directory `.run` with a copy of the record, for whoever cannot see that place. Where there is no
 * private place to be had, the scratch directory is all there is: then the record says who lives, and
 * what a killed run left elsewhere stays.
 *
 * @module
 */
import { SCRATCH, SCRATCH_NAME } from "../run_layout.ts";
import { ConfigError } from "../errors.ts";
import { isDirectory, isOsError } from "../internal/file_system.ts";
import { HeldDirectory } from "../internal/held_directory.ts";
import {
  buryScratch,
  clearDead,
  type ClearPath,
  DEAD_PREFIX,
  NEW_PREFIX,
  noteRemains,
  removeScratch,
} from "./dead_runs.ts";
import { ownIdentity } from "./identity.ts";
import { isOwnerAlive, readPrivateOwner, readScratchOwner } from "./owner_record.ts";
import { removeQuietly, tryChmod } from "../internal/atomic_write.ts";
import { baseName, parentOf } from "../internal/paths.ts";
import { removeTree } from "../internal/remove_tree.ts";
import { makePrivatePlaces, ownUid } from "./private_place.ts";

/** A directory of ours with a record in it, locked until we end. */
interface Claimed {
  readonly dir: string;
  readonly lock: Disposable;
}

/** The ownership of one artifact directory, until disposed. */
export class Ownership implements Disposable {
  /** The artifact directory, open. */
  readonly artifactDir: HeldDirectory;
  /** Directory that no job sees, when there is one. */
  readonly recordDir: string | undefined;
  readonly #locks: readonly Disposable[];
  #released = false;

  /**
   * Wraps directories that are ours; use {@linkcode acquire}.
   *
   * @param claims the private directory, if any, and the scratch directory
   */
  constructor(
    artifactDir: HeldDirectory,
    claims: { readonly record: Claimed | undefined; readonly scratch: Claimed },
  ) {
    this.artifactDir = artifactDir;
    this.recordDir = claims.record?.dir;
    this.#locks = [
      claims.scratch.lock,
      ...(claims.record === undefined ? [] : [claims.record.lock]),
    ];
  }

  /** Where what decides over the run lies: private, where that can be had. */
  get privateDir(): string {
    return this.recordDir ?? `${this.artifactDir.path}/${SCRATCH_NAME}`;
  }

  /**
   * Notes a path outside the run's directories that must not outlive the run, before it is made.
   *
   * @param path a file or directory of the run alone
   */
  readonly noteRemains = (path: string): void => {
    if (this.recordDir !== undefined) noteRemains(this.recordDir, path);
  };

  /** Removes the scratch directory and the record. */
  [Symbol.dispose](): void {
    if (this.#released) return;
    this.#released = true;
    using _dir = this.artifactDir;
    const graves = [this.#bury(), this.recordDir && buryRecord(this.recordDir)];
    // Removal needs descriptors, of which there may be none left.
    for (const lock of this.#locks) lock[Symbol.dispose]();
    for (const grave of graves) if (grave !== undefined) removeTree(grave);
  }

  #bury(): string | undefined {
    try {
      return buryScratch(this.artifactDir);
    } catch {
      // The artifact directory was replaced.
      return undefined;
    }
  }
}

/** In one step, so that nobody sees half a record. */
function buryRecord(dir: string): string {
  const grave = `${parentOf(dir)}/${DEAD_PREFIX}${crypto.randomUUID()}`;
  try {
    Deno.renameSync(dir, grave);
  } catch {
    return dir;
  }
  return grave;
}

/**
 * Makes an artifact directory ours.
 *
 * @param artifactDir exists
 * @param marker `NAME=VALUE` in the environment of the run's processes
 * @param options removes what a dead run with the same ident noted
 * @throws {ConfigError} when a live run owns it
 */
export async function acquire(
  artifactDir: string,
  marker: string,
  options: { readonly clear?: ClearPath } = {},
): Promise<Ownership> {
  using stack = new DisposableStack();
  const held = stack.use(HeldDirectory.open(artifactDir));
  const text = JSON.stringify({ ...ownIdentity(), marker, artifactDir, id: held.id }) + "\n";
  await clearFormer(artifactDir, options);
  const record = await claimPrivately(held, { text, ...options });
  if (record !== undefined) {
    stack.defer(() => {
      const grave = buryRecord(record.dir);
      // Removal needs descriptors, of which there may be none left.
      record.lock[Symbol.dispose]();
      removeTree(grave);
    });
  }
  const scratch = claimScratch(held, text);
  stack.move();
  return new Ownership(held, { record, scratch });
}

/** What an earlier run with the same ident left, in whichever place. */
async function clearFormer(artifactDir: string, options: { clear?: ClearPath }): Promise<void> {
  while (true) {
    const former = readPrivateOwner(artifactDir);
    if (former === undefined) return;
    if (isOwnerAlive(former)) throw inUse(artifactDir, former.pid);
    // Root leaves to others what is theirs; who came before us clears it.
    if (former.uid !== ownUid() || !await clearDead({ ...former, artifactDir }, options)) return;
  }
}

async function claimPrivately(
  held: HeldDirectory,
  { text, ...options }: { readonly text: string; readonly clear?: ClearPath },
): Promise<Claimed | undefined> {
  for (const place of makePrivatePlaces()) {
    const made = tryMake(`${place}/${NEW_PREFIX}${crypto.randomUUID()}`, text);
    // A full disk, perhaps; another may have room.
    if (made === undefined) continue;
    const dir = `${place}/${held.id}`;
    try {
      while (!moveInPlace(made.dir, dir)) {
        await clearFormer(held.path, options);
        // A record that cannot be read is nobody's.
        if (readPrivateOwner(held.path) === undefined) removeTree(buryRecord(dir));
      }
      return { dir, lock: made.lock };
    } catch (error) {
      made.lock[Symbol.dispose]();
      removeMade(made.dir);
      // Here as well another may have room.
      if (!isOsError(error)) throw error;
    }
  }
  return undefined;
}

function tryMake(dir: string, text: string): Claimed | undefined {
  try {
    return make(dir, text);
  } catch {
    return undefined;
  }
}

/** A new directory with the record, locked: for those who cannot see our process. */
function make(dir: string, text: string): Claimed {
  Deno.mkdirSync(dir, { mode: 0o700 });
  try {
    // The umask may have taken our own right away.
    tryChmod(dir, 0o700);
    const path = `${dir}/${SCRATCH.owner}`;
    const file = Deno.openSync(path, { write: true, read: true, createNew: true, mode: 0o600 });
    file.writeSync(new TextEncoder().encode(text));
    try {
      file.lockSync(true);
    } catch {
      // A file system without locks: only other containers and hosts could have used it.
    }
    return { dir, lock: file };
  } catch (error) {
    removeMade(dir);
    throw error;
  }
}

/** By name: where descriptors are short a directory cannot be listed. */
function removeMade(dir: string): void {
  removeQuietly(`${dir}/${SCRATCH.owner}`);
  removeQuietly(dir);
}

function claimScratch(held: HeldDirectory, text: string): Claimed {
  const made = make(held.at(`${SCRATCH_NAME}-${crypto.randomUUID()}`), text);
  const dir = held.at(SCRATCH_NAME);
  try {
    while (!moveInPlace(made.dir, dir)) {
      const current = readScratchOwner(held.path);
      if (current !== undefined && isOwnerAlive(current)) throw inUse(held.path, current.pid);
      removeScratch(held);
    }
    return { dir, lock: made.lock };
  } catch (error) {
    made.lock[Symbol.dispose]();
    removeMade(made.dir);
    throw error;
  }
}

function moveInPlace(aside: string, dir: string): boolean {
  try {
    Deno.renameSync(aside, dir);
    return true;
  } catch (error) {
    // A directory with files in it is never replaced by a rename: somebody owns it.
    if (isDirectory(dir)) return false;
    if (error instanceof Deno.errors.NotADirectory) {
      // What a job left in its place.
      removeQuietly(dir);
      return false;
    }
    throw error;
  }
}

function inUse(artifactDir: string, pid: number): ConfigError {
  const ident = baseName(artifactDir);
  return new ConfigError(
    "config.ident_in_use",
    `Cannot use ident "${ident}": its run is alive (pid ${pid})`,
    {
      hint: "Choose another ident, or stop that run first",
    },
  );
}
