/**
 * Bytes that are to be read again: a few in memory, more in a file without a name.
 *
 * The length of a zip precedes it on the wire, and its directory stands at its end: both ways it must
 * be kept somewhere.
 *
 * @module
 */
import { writeAll } from "../../internal/atomic_write.ts";

/** So many bytes are kept in memory: most jobs need no file. */
const IN_MEMORY = 1 << 20;

/** Bytes, appended and read again. */
export class Spool implements Disposable {
  readonly #dir: string | undefined;
  #buffer: Uint8Array<ArrayBuffer> = new Uint8Array(1 << 16);
  /** Bytes in the buffer; with a file, those that are not yet in it. */
  #used = 0;
  #file: Deno.FsFile | undefined;
  /** Bytes in the file. */
  #filed = 0;

  /**
   * Makes an empty spool.
   *
   * @param options directory of the file, if one is needed; TMPDIR if unsaid
   */
  constructor(options: { readonly dir?: string | undefined } = {}) {
    this.#dir = options.dir;
  }

  /** How many bytes it holds. */
  get length(): number {
    return this.#filed + this.#used;
  }

  /** Appends bytes, which are copied. */
  append(bytes: Uint8Array): void {
    if (this.#used + bytes.length > IN_MEMORY) this.#flush();
    if (bytes.length > IN_MEMORY) {
      writeAll(this.#openFile(), bytes);
      this.#filed += bytes.length;
      return;
    }
    if (this.#used + bytes.length > this.#buffer.length) this.#grow(this.#used + bytes.length);
    this.#buffer.set(bytes, this.#used);
    this.#used += bytes.length;
  }

  /** Writes over bytes that were appended before. */
  patch(offset: number, bytes: Uint8Array): void {
    if (offset >= this.#filed) {
      this.#buffer.set(bytes, offset - this.#filed);
      return;
    }
    this.#flush();
    const file = this.#openFile();
    file.seekSync(offset, Deno.SeekMode.Start);
    writeAll(file, bytes);
    file.seekSync(0, Deno.SeekMode.End);
  }

  /**
   * Reads bytes into a buffer.
   *
   * @returns how many there were: fewer than asked for at the end alone
   */
  readAt(offset: number, into: Uint8Array): number {
    if (this.#file === undefined) {
      const found = this.#buffer.subarray(offset, Math.min(offset + into.length, this.#used));
      into.set(found);
      return found.length;
    }
    this.#flush();
    this.#file.seekSync(offset, Deno.SeekMode.Start);
    let length = 0;
    while (length < into.length) {
      const count = this.#file.readSync(into.subarray(length));
      if (count === null) break;
      length += count;
    }
    this.#file.seekSync(0, Deno.SeekMode.End);
    return length;
  }

  /** Drops the bytes. */
  [Symbol.dispose](): void {
    this.#file?.close();
    this.#file = undefined;
  }

  #grow(needed: number): void {
    const larger = new Uint8Array(
      Math.min(Math.max(needed, this.#buffer.length * 2), IN_MEMORY),
    );
    larger.set(this.#buffer.subarray(0, this.#used));
    this.#buffer = larger;
  }

  #flush(): void {
    if (this.#used === 0) return;
    writeAll(this.#openFile(), this.#buffer.subarray(0, this.#used));
    this.#filed += this.#used;
    this.#used = 0;
  }

  #openFile(): Deno.FsFile {
    if (this.#file !== undefined) return this.#file;
    // Deno makes it 0600, with a new random name; nobody finds it under that name later.
    const dir = this.#dir;
    const path = Deno.makeTempFileSync({ prefix: "ansible_runner_zip_", ...(dir && { dir }) });
    try {
      this.#file = Deno.openSync(path, { read: true, write: true });
    } finally {
      Deno.removeSync(path);
    }
    return this.#file;
  }
}
