/**
 * Writes the artifact directory of a run: command, stdout, job_events, rc, status, reason.
 *
 * A job can write there too, and put links in the place of our directories: they are held open, and
 * what we write goes to those that we made.
 *
 * Calls are synchronous: on the path of one file per event that costs half of asynchronous ones,
 * and a slow disk then slows the reading of the terminal, not our memory.
 *
 * @module
 */
import {
  createPrivateFile,
  removeQuietly,
  tryChmod,
  writeAll,
  writeFileWhole,
} from "../internal/atomic_write.ts";
import { fileSize } from "../internal/file_system.ts";
import { directoryId, HeldDirectory, replaced } from "../internal/held_directory.ts";
import type { ToldEvent } from "../events/event_json.ts";
import { Journal } from "./events/journal.ts";
import { ARTIFACT, DISPENSABLE, SCRATCH, SCRATCH_NAME } from "../run_layout.ts";

/** How events are kept: a file each, or all in `events.jsonl`. */
export type EventStore = "files" | "jsonl";

/** What the artifact directory is made with. */
export interface ArtifactOptions {
  /** The run's artifact directory; the directory for files aside is there. */
  readonly dir: HeldDirectory;
  /**
   * Whether somebody who writes there could reach by us what he cannot reach himself: a job in a
   * sandbox, another user. An event costs 6 µs more then.
   */
  readonly isGuarded: boolean;
  /** Whether the files stdout and stderr are left out. @default {false} */
  readonly suppressOutputFile?: boolean;
  /** How events are kept. @default {"files"} */
  readonly eventStore?: EventStore;
  /** Whether events may wait in memory for {@linkcode Artifacts.flushEvents}. @default {false} */
  readonly isBatched?: boolean;
  /** Name of the directory in which files of events are made. @default {the scratch directory} */
  readonly aside?: string;
}

/** Files that are written when the program has ended. */
const LAST_WORDS: readonly string[] = [ARTIFACT.reason, ARTIFACT.rc, ARTIFACT.status];

function isDiskFull(error: unknown): boolean {
  return error instanceof Error && "code" in error &&
    (error.code === "ENOSPC" || error.code === "EDQUOT");
}

/** A directory by its path, or one that is held. */
interface Directory {
  /** A path of it that is good for the next call. */
  readonly now: string;
  /** Complains when something else has its path now. */
  check(): void;
}

/** A directory by its path, for jobs that can do by themselves whatever they could make us do. */
class PlainDirectory implements Directory {
  readonly now: string;
  readonly #id: string | undefined;

  constructor(path: string) {
    this.now = path;
    this.#id = directoryId(path);
  }

  check(): void {
    if (directoryId(this.now) !== this.#id) throw replaced(this.now);
  }
}

/** The files of one run. */
export class Artifacts implements Disposable {
  readonly #dir: HeldDirectory;
  /** Directories of files of events, aside and in place. */
  readonly #scratch: Directory;
  readonly #events: Directory;
  /** Start of the names of files aside: not to be known before. */
  readonly #aside = `${SCRATCH.event}-${crypto.randomUUID()}-`;
  #asideCount = 0;
  #eventError: unknown;
  readonly #stdout: Deno.FsFile | undefined;
  readonly #journal: Journal | undefined;
  readonly #isBatched: boolean;
  readonly #open: DisposableStack;
  #buffer: Uint8Array<ArrayBuffer> = new Uint8Array(1 << 16);

  /** Makes the directory's first files. */
  constructor(options: ArtifactOptions) {
    const { dir } = options;
    this.#dir = dir;
    makePrivateDir(dir.at(ARTIFACT.events));
    using stack = new DisposableStack();
    const open = (name: string): Directory => {
      const path = `${dir.path}/${name}`;
      return options.isGuarded ? stack.use(HeldDirectory.open(path)) : new PlainDirectory(path);
    };
    this.#scratch = open(options.aside ?? SCRATCH_NAME);
    this.#events = open(ARTIFACT.events);
    if (options.suppressOutputFile !== true) {
      this.#stdout = stack.use(createPrivateFile(dir.at(ARTIFACT.stdout)));
      createPrivateFile(dir.at(ARTIFACT.stderr)).close();
    }
    if (options.eventStore === "jsonl") {
      this.#journal = stack.use(new Journal(dir.at(ARTIFACT.journal)));
    }
    this.#isBatched = options.isBatched ?? false;
    this.#open = stack.move();
  }

  /** Path of the file with all output, when there is one. */
  get stdoutPath(): string | undefined {
    return this.#stdout === undefined ? undefined : `${this.#dir.path}/${ARTIFACT.stdout}`;
  }

  /**
   * Complains when the job put something else in the place of our directories.
   *
   * @throws {OddFileError} then: readers will not find what we wrote
   */
  check(): void {
    this.#dir.check();
    this.#events.check();
  }

  /**
   * Writes a small file whole.
   *
   * @param name its name in the artifact directory
   */
  writeFile(name: string, text: string): void {
    try {
      writeFileWhole(this.#dir.at(name), text);
    } catch (error) {
      if (!LAST_WORDS.includes(name)) throw error;
      this.#writeLastWord(name, { text, error });
    }
  }

  /** How it ended is worth more tries: a disk may fail once, and where it is full there is room to make. */
  #writeLastWord(name: string, { text, error }: { text: string; error: unknown }): void {
    if (isDiskFull(error)) this.#makeRoom();
    try {
      writeFileWhole(this.#dir.at(name), text);
    } catch (again) {
      const other = this.#dir.at(ARTIFACT.stderr);
      // On a terminal all is in stdout: the inode of an empty file may be what is missing.
      if (!isDiskFull(again) || fileSize(other) !== 0) throw again;
      removeQuietly(other);
      writeFileWhole(this.#dir.at(name), text);
    }
  }

  /** On a full disk what only a live program needs makes room for how it ended. */
  #makeRoom(): void {
    for (const name of DISPENSABLE) {
      try {
        Deno.removeSync(`${this.#scratch.now}/${name}`, { recursive: true });
      } catch {
        // It was not there.
      }
    }
  }

  /**
   * Appends to the stdout file.
   *
   * @param bytes what the console shows as well
   */
  appendStdout(bytes: Uint8Array): void {
    if (this.#stdout !== undefined) writeAll(this.#stdout, bytes);
  }

  /**
   * Keeps an event.
   *
   * @returns how many bytes the journal grew by, when there is one
   * @throws what the first event that failed threw: none after it is kept, so that no counter is missing
   */
  writeEvent(record: ToldEvent): number {
    return this.#untilOneFailed(() => {
      if (this.#journal === undefined) return this.#writeFileOf(record);
      const length = this.#journal.append(record);
      if (!this.#isBatched) this.#journal.flush();
      return length;
    });
  }

  /** Writes the events that wait in memory; as {@linkcode writeEvent} else. */
  flushEvents(): void {
    this.#untilOneFailed(() => this.#journal?.flush());
  }

  #untilOneFailed<T>(write: () => T): T {
    if (this.#eventError !== undefined) throw this.#eventError;
    try {
      return write();
    } catch (error) {
      this.#eventError = error;
      throw error;
    }
  }

  #writeFileOf(record: ToldEvent): number {
    if (record.isLong) return this.#writeLong(record);
    const { buffer, length } = record.encodeInto(this.#buffer);
    this.#buffer = buffer;
    const bytes = buffer.subarray(0, length);
    this.#moveInPlace(record, (aside) => Deno.writeFileSync(aside, bytes, NEW_FILE));
    return 0;
  }

  #moveInPlace(record: ToldEvent, write: (aside: string) => void): void {
    const aside = `${this.#scratch.now}/${this.#aside}${++this.#asideCount}`;
    try {
      write(aside);
      Deno.renameSync(aside, `${this.#events.now}/${record.fileName}`);
    } catch (error) {
      removeQuietly(aside);
      throw error;
    }
  }

  /** An event of hundreds of megabytes is never in memory. */
  #writeLong(record: ToldEvent): number {
    this.#moveInPlace(record, (aside) => {
      using file = createPrivateFile(aside);
      for (const bytes of record.pieces()) writeAll(file, bytes);
    });
    return 0;
  }

  /** Closes the files. */
  [Symbol.dispose](): void {
    this.#open.dispose();
  }
}

const NEW_FILE = { createNew: true, mode: 0o600 };

/** A link lies where a directory of ours should be. */
export class LinkError extends Error {}

/**
 * Makes a directory that only we can enter, whatever the umask; it may exist.
 *
 * @param path its parent exists
 * @param options told when the file system does not keep others out
 * @returns whether it is new
 * @throws {Error} when something else is there: a link, even one to a directory, is not followed
 */
export function makePrivateDir(
  path: string,
  { warn }: { readonly warn?: (message: string) => void } = {},
): boolean {
  try {
    Deno.mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
    const { isDirectory, isSymlink } = Deno.lstatSync(path);
    if (isDirectory) return false;
    if (isSymlink) throw new LinkError(`"${path}" is a symbolic link, which is not followed`);
    throw new Error(`"${path}" is not a directory`, { cause: error });
  }
  const refusal = tryChmod(path, 0o700);
  if (refusal !== undefined) warn?.(`Cannot set the mode of "${path}" to 0700: ${refusal}`);
  return true;
}
