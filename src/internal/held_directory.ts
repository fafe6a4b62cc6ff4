/**
 * Turns a directory into one that stays the same, whatever is put in its place meanwhile.
 *
 * A path is looked up again for each file, and somebody may have replaced a directory on it by a
 * link. An open directory stays the one that was opened: `/proc/self/fd/N` leads there for ever.
 *
 * @module
 */
import { OddFileError } from "./small_file.ts";

/** How often it is tried to tell our descriptor from others of the same directory. */
const ATTEMPTS = 5;

const DESCRIPTORS = "/proc/self/fd";

/** A directory that is open until disposed. */
export class HeldDirectory implements Disposable {
  /** Its path when it was opened. */
  readonly path: string;
  readonly #file: Deno.FsFile;
  readonly #info: Deno.FileInfo;
  /** Where it is now; undefined for programs that Deno keeps from /proc. */
  readonly #place: string | undefined;

  private constructor(path: string, file: Deno.FsFile, place: string | undefined) {
    this.path = path;
    this.#file = file;
    this.#info = file.statSync();
    this.#place = place;
  }

  /**
   * Opens a directory.
   *
   * @param path a directory, not a link to one
   * @returns the open directory
   * @throws {OddFileError} when it is none
   */
  static open(path: string): HeldDirectory {
    let known: ReadonlySet<string> | undefined;
    for (let attempt = 1;; attempt++) {
      const file = openDirectory(path);
      const found = descriptorsOf(file.statSync(), known);
      if (found?.length === 1 || found === undefined || attempt === ATTEMPTS) {
        const place = found?.length === 1 ? `${DESCRIPTORS}/${found[0]}` : undefined;
        return new HeldDirectory(path, file, place);
      }
      file.close();
      // Others have it open: ours is the one that was not there before.
      known = new Set(listDescriptors());
    }
  }

  /** Names it for good, where the file system knows when it was made. */
  get id(): string {
    return idOf(this.#info);
  }

  /** User id of its owner. */
  get uid(): number | null {
    return this.#info.uid;
  }

  /** Whether something else has its path now. */
  get isReplaced(): boolean {
    try {
      const { isDirectory, dev, ino } = Deno.lstatSync(this.path);
      return !isDirectory || dev !== this.#info.dev || ino !== this.#info.ino;
    } catch {
      return true;
    }
  }

  /**
   * A path of it that is good for the next call.
   *
   * @throws {OddFileError} when the directory was replaced and cannot be reached any more
   */
  get now(): string {
    if (this.#place !== undefined) return this.#place;
    if (this.isReplaced) throw replaced(this.path);
    return this.path;
  }

  /**
   * Names a file in the directory.
   *
   * @param name of the file
   * @returns its path, good for the next call
   * @throws {OddFileError} when the directory was replaced and cannot be reached any more
   */
  at(name: string): string {
    return `${this.now}/${name}`;
  }

  /**
   * Complains when something else has its path now.
   *
   * @throws {OddFileError} then
   */
  check(): void {
    if (this.isReplaced) throw replaced(this.path);
  }

  /** Closes it. */
  [Symbol.dispose](): void {
    this.#file.close();
  }
}

/**
 * Names a directory for good, where the file system knows when it was made.
 *
 * @param path the directory, not a link to one
 * @returns a name without slash, or undefined when there is no such directory
 */
export function directoryId(path: string): string | undefined {
  try {
    const info = Deno.lstatSync(path);
    return info.isDirectory ? idOf(info) : undefined;
  } catch {
    return undefined;
  }
}

/** Inodes are used again, times of birth are not. */
function idOf({ dev, ino, birthtime }: Deno.FileInfo): string {
  return `${dev}-${ino}-${birthtime?.getTime() ?? 0}`;
}

function openDirectory(path: string): Deno.FsFile {
  const seen = Deno.lstatSync(path);
  if (!seen.isDirectory) throw new OddFileError(`"${path}" is not a directory`);
  const file = Deno.openSync(path);
  const { dev, ino } = file.statSync();
  if (dev === seen.dev && ino === seen.ino) return file;
  file.close();
  throw replaced(path);
}

function replaced(path: string): OddFileError {
  return new OddFileError(`the directory "${path}" was replaced`);
}

/** Undefined when we may not look. */
function descriptorsOf(
  info: Deno.FileInfo,
  known: ReadonlySet<string> | undefined,
): string[] | undefined {
  const all = listDescriptors();
  return all?.filter((name) => known?.has(name) !== true && leadsTo(name, info));
}

function leadsTo(name: string, { dev, ino }: Deno.FileInfo): boolean {
  try {
    const found = Deno.statSync(`${DESCRIPTORS}/${name}`);
    return found.dev === dev && found.ino === ino;
  } catch {
    return false;
  }
}

function listDescriptors(): string[] | undefined {
  try {
    return Array.from(Deno.readDirSync(DESCRIPTORS), ({ name }) => name);
  } catch {
    return undefined;
  }
}
