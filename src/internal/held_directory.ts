/**
 * A directory that stays the same, whatever is put in its place meanwhile.
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

  private constructor(
    file: Deno.FsFile,
    { path, place }: { readonly path: string; readonly place: string | undefined },
  ) {
    this.path = path;
    this.#file = file;
    this.#info = file.statSync();
    this.#place = place;
  }

  /**
   * Opens a directory.
   *
   * @param path a directory, not a link to one
   * @throws {OddFileError} when it is none
   */
  static open(path: string): HeldDirectory {
    let known: ReadonlySet<string> | undefined;
    for (let attempt = 1;; attempt++) {
      const file = openDirectory(path);
      const found = descriptorsOf(path, { info: file.statSync(), known });
      if (found?.length === 1 || found === undefined || attempt === ATTEMPTS) {
        const place = found?.length === 1 ? `${DESCRIPTORS}/${found[0]}` : undefined;
        return new HeldDirectory(file, { path, place });
      }
      file.close();
      // Others have it open: ours is the one that was not there before. The one by which they are
      // listed is among them, and closed: ours gets its number.
      known = new Set(listDescriptors()?.filter((name) => linkOf(name) !== ""));
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
      this.check();
      return false;
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
    this.check();
    return this.path;
  }

  /**
   * Names a file in the directory.
   *
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
   * @throws {Deno.errors.NotFound} when nothing has
   */
  check(): void {
    const { isDirectory, dev, ino } = Deno.lstatSync(this.path);
    const isSame = isDirectory && dev === this.#info.dev && ino === this.#info.ino;
    if (!isSame) throw replaced(this.path);
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

/** The error of a directory that is another now. */
export function replaced(path: string): OddFileError {
  return new OddFileError(`the directory "${path}" was replaced`);
}

/** Undefined when we may not look. */
function descriptorsOf(
  path: string,
  { info, known }: { info: Deno.FileInfo; known: ReadonlySet<string> | undefined },
): string[] | undefined {
  const all = listDescriptors()?.filter((name) => known?.has(name) !== true);
  if (all === undefined) return undefined;
  // By the name first, which costs less to ask for.
  const ending = path.slice(path.lastIndexOf("/"));
  const found = all.filter((name) => linkOf(name).endsWith(ending) && leadsTo(name, info));
  return found.length > 0 ? found : all.filter((name) => leadsTo(name, info));
}

function linkOf(name: string): string {
  try {
    return Deno.readLinkSync(`${DESCRIPTORS}/${name}`);
  } catch {
    return "";
  }
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
