/**
 * Turns a run into its artifact directory: command, stdout, job_events, rc, status, reason.
 *
 * Calls are synchronous: on the path of one file per event that costs half of asynchronous ones,
 * and a slow disk then slows the reading of the terminal, not our memory.
 *
 * @module
 */
import { removeQuietly, writeFileWhole } from "../internal/atomic_write.ts";
import type { EventRecord } from "../events/event_json.ts";
import { ARTIFACT, DISPENSABLE, SCRATCH } from "./layout.ts";

/** How events are kept: a file each, or all in `events.jsonl`. */
export type EventStore = "files" | "jsonl";

/** What the artifact directory is made with. */
export interface ArtifactOptions {
  /** The run's artifact directory; exists. */
  readonly dir: string;
  /** The run's scratch directory on the same file system. */
  readonly scratchDir: string;
  /** Whether the files stdout and stderr are left out. @default {false} */
  readonly suppressOutputFile?: boolean;
  /** How events are kept. @default {"files"} */
  readonly eventStore?: EventStore;
}

/** Files that are written when the program has ended. */
const LAST_WORDS: readonly string[] = [ARTIFACT.reason, ARTIFACT.rc, ARTIFACT.status];

function isDiskFull(error: unknown): boolean {
  return error instanceof Error && "code" in error &&
    (error.code === "ENOSPC" || error.code === "EDQUOT");
}

/** The files of one run. */
export class Artifacts implements Disposable {
  /** The artifact directory. */
  readonly dir: string;
  readonly #scratchDir: string;
  readonly #aside: string;
  readonly #stdout: Deno.FsFile | undefined;
  readonly #journal: Deno.FsFile | undefined;
  #buffer: Uint8Array<ArrayBuffer> = new Uint8Array(1 << 16);

  /**
   * Makes the directory's first files.
   *
   * @param options where, and which files
   */
  constructor(options: ArtifactOptions) {
    this.dir = options.dir;
    this.#scratchDir = options.scratchDir;
    this.#aside = `${options.scratchDir}/${SCRATCH.event}`;
    makePrivateDir(`${this.dir}/${ARTIFACT.events}`);
    if (options.suppressOutputFile !== true) {
      this.#stdout = createPrivateFile(`${this.dir}/${ARTIFACT.stdout}`);
      createPrivateFile(`${this.dir}/${ARTIFACT.stderr}`).close();
    }
    if (options.eventStore === "jsonl") {
      this.#journal = createPrivateFile(`${this.dir}/${ARTIFACT.journal}`);
    }
  }

  /** Path of the file with all output, when there is one. */
  get stdoutPath(): string | undefined {
    return this.#stdout === undefined ? undefined : `${this.dir}/${ARTIFACT.stdout}`;
  }

  /**
   * Writes a small file whole.
   *
   * @param name its name in the artifact directory
   * @param text its content
   */
  writeFile(name: string, text: string): void {
    try {
      writeFileWhole(`${this.dir}/${name}`, text);
    } catch (error) {
      if (!LAST_WORDS.includes(name) || !isDiskFull(error)) throw error;
      this.#makeRoom();
      writeFileWhole(`${this.dir}/${name}`, text);
    }
  }

  /** On a full disk what only a live program needs makes room for how it ended. */
  #makeRoom(): void {
    for (const name of DISPENSABLE) {
      try {
        Deno.removeSync(`${this.#scratchDir}/${name}`, { recursive: true });
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
   * @param record the event
   * @returns how many bytes the journal grew by, when there is one
   */
  writeEvent(record: EventRecord): number {
    if (record.isLong) return this.#writeLong(record);
    const { buffer, length } = record.encodeInto(this.#buffer);
    this.#buffer = buffer;
    const bytes = buffer.subarray(0, length);
    if (this.#journal !== undefined) {
      writeAll(this.#journal, bytes);
      writeAll(this.#journal, NEWLINE);
      return length + 1;
    }
    Deno.writeFileSync(this.#aside, bytes, WHOLE_FILE);
    Deno.renameSync(this.#aside, `${this.dir}/${ARTIFACT.events}/${record.fileName}`);
    return 0;
  }

  /** An event of hundreds of megabytes is never in memory. */
  #writeLong(record: EventRecord): number {
    // What a failed write left there.
    if (this.#journal === undefined) removeQuietly(this.#aside);
    using aside = this.#journal === undefined ? createPrivateFile(this.#aside) : undefined;
    const file = aside ?? this.#journal;
    if (file === undefined) return 0;
    let length = 0;
    for (const bytes of record.pieces()) {
      writeAll(file, bytes);
      length += bytes.length;
    }
    if (aside === undefined) writeAll(file, NEWLINE);
    else Deno.renameSync(this.#aside, `${this.dir}/${ARTIFACT.events}/${record.fileName}`);
    return length + 1;
  }

  /** Closes the files. */
  [Symbol.dispose](): void {
    this.#stdout?.close();
    this.#journal?.close();
  }
}

const WHOLE_FILE = { mode: 0o600 };
const NEWLINE = new Uint8Array([10]);

function writeAll(file: Deno.FsFile, bytes: Uint8Array): void {
  let written = 0;
  while (written < bytes.length) written += file.writeSync(bytes.subarray(written));
}

/** A link lies where a directory of ours should be. */
export class LinkError extends Error {}

/**
 * Makes a directory that only we can enter, whatever the umask; it may exist.
 *
 * @param path its parent exists
 * @returns whether it is new
 * @throws {Error} when something else is there: a link, even one to a directory, is not followed
 */
export function makePrivateDir(path: string): boolean {
  try {
    Deno.mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
    const { isDirectory, isSymlink } = Deno.lstatSync(path);
    if (isDirectory) return false;
    if (isSymlink) throw new LinkError(`"${path}" is a symbolic link, which is not followed`);
    throw new Error(`"${path}" is not a directory`, { cause: error });
  }
  Deno.chmodSync(path, 0o700);
  return true;
}

function createPrivateFile(path: string): Deno.FsFile {
  const file = Deno.openSync(path, { write: true, createNew: true, mode: 0o600 });
  Deno.chmodSync(path, 0o600);
  return file;
}
