/**
 * A text of any length as a JSON string: in memory while it is short, in a file when not.
 *
 * A job may print hundreds of megabytes without a line end: they are one event.
 *
 * @module
 */
import { quoteAscii } from "../python/json_write.ts";

/** Characters that are kept in memory unless told otherwise. */
export const MEMORY_LIMIT = 4 << 20;
const READ_SIZE = 1 << 18;

/** A text that grows. */
export class LongText implements Disposable {
  readonly #path: string;
  readonly #onFailed: (error: unknown) => void;
  readonly #memoryLimit: number;
  #text = "";
  #isEmpty = true;
  /** What is over the limit, as the inside of a JSON string. */
  #file: Deno.FsFile | undefined;
  #hasFailed = false;

  /**
   * Makes an empty text.
   *
   * @param path where the file is made when one is needed; it loses its name at once
   * @param onFailed told, once, when it cannot be written; the text is cut there
   * @param options how many characters are kept in memory
   */
  constructor(
    path: string,
    onFailed: (error: unknown) => void,
    options: { readonly memoryLimit?: number } = {},
  ) {
    this.#path = path;
    this.#onFailed = onFailed;
    this.#memoryLimit = options.memoryLimit ?? MEMORY_LIMIT;
  }

  /** Whether there is nothing in it. */
  get isEmpty(): boolean {
    return this.#isEmpty;
  }

  /** Whether it lies in a file: too long to be made one string without need. */
  get isLong(): boolean {
    return this.#file !== undefined;
  }

  /** The text, when it is short. */
  get short(): string {
    return this.#text;
  }

  /** Appends. */
  append(piece: string): void {
    if (piece !== "") this.#isEmpty = false;
    this.#text += piece;
    if (this.#text.length > this.#memoryLimit) this.#spill();
  }

  /** Ends a long text: what it has in memory goes to the others. */
  ended(): this {
    if (this.isLong) this.#spill();
    return this;
  }

  /**
   * Reads a long text, as the inside of a JSON string.
   *
   * @returns its bytes (ASCII), in pieces
   */
  *quoted(): Generator<Uint8Array, void, undefined> {
    this.#file?.seekSync(0, Deno.SeekMode.Start);
    const buffer = new Uint8Array(READ_SIZE);
    for (let count = this.#read(buffer); count > 0; count = this.#read(buffer)) {
      yield buffer.subarray(0, count);
    }
  }

  #read(buffer: Uint8Array): number {
    return this.#file?.readSync(buffer) ?? 0;
  }

  #spill(): void {
    const bytes = new TextEncoder().encode(quoteAscii(this.#text).slice(1, -1));
    this.#text = "";
    if (this.#hasFailed) return;
    try {
      this.#file ??= openNameless(this.#path);
      for (let at = 0; at < bytes.length;) at += this.#file.writeSync(bytes.subarray(at));
    } catch (error) {
      this.#hasFailed = true;
      this.#onFailed(error);
    }
  }

  /** Closes the file, which is gone then. */
  [Symbol.dispose](): void {
    this.#file?.close();
    this.#file = undefined;
  }
}

/**
 * Makes a file that is gone when it is closed: its bytes may be secret, and we may be killed.
 *
 * @param path where; must not exist
 */
export function openNameless(path: string): Deno.FsFile {
  const file = Deno.openSync(path, { read: true, write: true, createNew: true, mode: 0o600 });
  Deno.removeSync(path);
  return file;
}
