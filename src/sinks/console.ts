/**
 * The console of a run, whose writes never hold up the run.
 *
 * Writing is asynchronous. What a slow reader has not taken yet waits in memory up to a bound, then
 * in the stdout file of the artifacts, which has the same bytes, and is read back from there.
 *
 * @module
 */
import { joinBytes } from "../internal/bytes.ts";
import { openRegularFile } from "../internal/small_file.ts";
import { callLater } from "../internal/sleep.ts";

/** Where the console's bytes go. */
export interface ConsoleOptions {
  /** Writes some of the bytes; returns how many. */
  readonly write: (bytes: Uint8Array) => Promise<number>;
  /** A file with the same bytes from its start, or undefined: then all wait in memory. */
  readonly backlogPath?: string | undefined;
  /** How long the end of a run waits for a reader that takes nothing, in milliseconds. @default {30000} */
  readonly stallMs?: number;
}

const NOTHING = new Uint8Array(0);

/** Bytes kept in memory for a slow reader. */
const MEMORY_LIMIT = 4 << 20;

/** A console that takes bytes at once and writes them as its reader takes them. */
export class Console {
  readonly #options: ConsoleOptions;
  #queue: Uint8Array[] = [];
  #queued = 0;
  /** Bytes handed to us. */
  #taken = 0;
  /** Bytes the reader has. */
  #written = 0;
  /** Whether bytes were left to the backlog file. */
  #behind = false;
  #closed = false;
  #failure: unknown;
  /** Bytes that the reader has before their time. */
  #early: Uint8Array = NOTHING;
  /** Early bytes that are still to be written. */
  #earlyQueue: Uint8Array = NOTHING;
  #pump: Promise<void> | undefined;

  /**
   * Makes a console.
   *
   * @param options how to write, and where the same bytes can be read again
   */
  constructor(options: ConsoleOptions) {
    this.#options = options;
  }

  /** Why not all could be written, unless the reader went by itself. */
  get failure(): unknown {
    return this.#failure;
  }

  /**
   * Takes bytes to show.
   *
   * @param whole a buffer that the caller leaves alone from now on
   */
  show(whole: Uint8Array): void {
    this.#taken += whole.length;
    if (this.#closed) return;
    const bytes = this.#withoutEarly(whole);
    if (!this.#behind) {
      if (this.#queued + bytes.length > MEMORY_LIMIT && this.#options.backlogPath !== undefined) {
        this.#behind = true;
      } else {
        this.#queue.push(bytes);
        this.#queued += bytes.length;
      }
    }
    this.#pump ??= this.#run();
  }

  /**
   * Shows at once what may come by {@linkcode show} later: it is not shown again then, unless it
   * turned out to be something else. Left out while the reader is behind.
   *
   * @param bytes all that is known so far of what comes next
   */
  showEarly(bytes: Uint8Array): void {
    if (this.#closed || this.#pump !== undefined || !startsWith(bytes, this.#early)) return;
    this.#earlyQueue = bytes.subarray(this.#early.length);
    this.#early = bytes;
    this.#pump = this.#run();
  }

  /** Steps over what the reader has already. */
  #withoutEarly(bytes: Uint8Array): Uint8Array {
    const early = this.#early;
    if (early.length === 0) return bytes;
    const length = Math.min(early.length, bytes.length);
    const isSame = startsWith(bytes, early.subarray(0, length));
    this.#early = isSame ? early.subarray(length) : NOTHING;
    if (!isSame) return bytes;
    this.#written += length;
    return bytes.subarray(length);
  }

  /**
   * Waits until the reader has everything, or is gone, or takes nothing for too long.
   *
   * @returns bytes that the reader did not take
   */
  async drain(): Promise<number> {
    const stallMs = this.#options.stallMs ?? 30_000;
    for (let pump = this.#pump; pump !== undefined; pump = this.#pump) {
      const before = this.#written;
      const { promise: stalled, resolve } = Promise.withResolvers<true>();
      using _stall = callLater(stallMs, () => resolve(true));
      const isStalled = await Promise.race([pump.then(() => false), stalled]);
      if (isStalled && this.#written === before) break;
    }
    return this.#closed ? 0 : this.#taken - this.#written;
  }

  async #run(): Promise<void> {
    try {
      await this.#writeEarly();
      while (this.#written < this.#taken) {
        const queue = this.#queue;
        this.#queue = [];
        const bytes = queue.length > 0 ? joinBytes(queue) : this.#readBacklog();
        for (let at = 0; at < bytes.length;) {
          const count = await this.#options.write(bytes.subarray(at));
          at += count;
          this.#written += count;
        }
        if (queue.length > 0) this.#queued -= bytes.length;
      }
      this.#behind = false;
    } catch (error) {
      // The reader is gone (a closed pipe), or the disk is full: the run and its artifacts go on.
      if (!(error instanceof Deno.errors.BrokenPipe)) this.#failure = error;
      this.#closed = true;
      this.#queue = [];
    }
    this.#pump = undefined;
  }

  async #writeEarly(): Promise<void> {
    let bytes = this.#earlyQueue;
    this.#earlyQueue = NOTHING;
    while (bytes.length > 0) bytes = bytes.subarray(await this.#options.write(bytes));
  }

  #readBacklog(): Uint8Array {
    using file = openRegularFile(this.#options.backlogPath ?? "");
    file.seekSync(this.#written, Deno.SeekMode.Start);
    const buffer = new Uint8Array(Math.min(1 << 16, this.#taken - this.#written));
    const count = file.readSync(buffer) ?? 0;
    // The file is shorter than what we were told to show: someone cut it, and we cannot go on.
    if (count === 0) throw new Error("The backlog ended early");
    return buffer.subarray(0, count);
  }
}

function startsWith(bytes: Uint8Array, start: Uint8Array): boolean {
  return bytes.length >= start.length && start.every((byte, index) => bytes[index] === byte);
}
