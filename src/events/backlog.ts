/**
 * A queue with bounded memory for terminal bytes that a slow handler is not ready for.
 *
 * @module
 */
import { openNameless } from "./long_text.ts";

/** Bytes kept in memory before the rest goes to disk. */
const MEMORY_LIMIT = 8 << 20;
const READ_SIZE = 1 << 16;
/** Terminals give pieces of some 40 bytes, too many to be queued one by one. */
const CHUNK_SIZE = 1 << 14;

/** Pieces in one buffer. */
interface Chunk {
  readonly bytes: Uint8Array;
  length: number;
}

/** A first-in first-out queue of bytes; what is over the bound lies in a file. */
export class ByteBacklog implements Disposable {
  readonly #path: string;
  readonly #queue: Chunk[] = [];
  #queued = 0;
  #file: Deno.FsFile | undefined;
  #writeAt = 0;
  #readAt = 0;

  /**
   * Makes an empty queue.
   *
   * @param path where the file goes when one is needed
   */
  constructor(path: string) {
    this.#path = path;
  }

  /**
   * Appends a copy of the bytes.
   *
   * @param bytes a buffer that may be used again
   */
  push(bytes: Uint8Array): void {
    // Once bytes are on disk, later ones go behind them until the disk is read empty.
    if (this.#readAt === this.#writeAt && this.#queued + bytes.length <= MEMORY_LIMIT) {
      this.#keep(bytes);
      return;
    }
    this.#file ??= openNameless(this.#path);
    this.#file.seekSync(this.#writeAt, Deno.SeekMode.Start);
    for (let at = 0; at < bytes.length;) at += this.#file.writeSync(bytes.subarray(at));
    this.#writeAt += bytes.length;
  }

  #keep(bytes: Uint8Array): void {
    let chunk = this.#queue.at(-1);
    if (chunk === undefined || chunk.bytes.length - chunk.length < bytes.length) {
      chunk = { bytes: new Uint8Array(Math.max(CHUNK_SIZE, bytes.length)), length: 0 };
      this.#queue.push(chunk);
    }
    chunk.bytes.set(bytes, chunk.length);
    chunk.length += bytes.length;
    this.#queued += bytes.length;
  }

  /** Takes the oldest bytes, or undefined when there are none. */
  shift(): Uint8Array | undefined {
    const first = this.#queue.shift();
    if (first !== undefined) {
      this.#queued -= first.length;
      return first.bytes.subarray(0, first.length);
    }
    if (this.#file === undefined || this.#readAt === this.#writeAt) return undefined;
    this.#file.seekSync(this.#readAt, Deno.SeekMode.Start);
    const buffer = new Uint8Array(Math.min(READ_SIZE, this.#writeAt - this.#readAt));
    const count = this.#file.readSync(buffer) ?? 0;
    this.#readAt += count;
    return count === 0 ? undefined : buffer.subarray(0, count);
  }

  /** Closes the file, which is gone then. */
  [Symbol.dispose](): void {
    this.#file?.close();
    this.#file = undefined;
  }
}
