/**
 * Writes `events.jsonl`, in one write for all events that come together.
 *
 * @module
 */
import type { ToldEvent } from "../../events/event_json.ts";
import { createPrivateFile, writeAll } from "../../internal/atomic_write.ts";

/** Bytes that wait at most; a longer event is written by itself. */
const BUFFER_SIZE = 1 << 16;

const NEWLINE = 10;

/** The events of a run, a line each. */
export class Journal implements Disposable {
  readonly #file: Deno.FsFile;
  #buffer = new Uint8Array(BUFFER_SIZE);
  /** Bytes in the buffer that are not in the file. */
  #length = 0;

  /** Makes the file; nothing may be there. */
  constructor(path: string) {
    this.#file = createPrivateFile(path);
  }

  /**
   * Takes an event; it is in the file after {@linkcode flush}.
   *
   * @returns how many bytes it takes there
   */
  append(record: ToldEvent): number {
    if (record.isLong) return this.#appendLong(record);
    // One byte is left for the newline.
    const room = this.#buffer.subarray(this.#length, -1);
    const { buffer, length } = record.encodeInto(room);
    if (buffer !== room) {
      this.flush();
      if (length < this.#buffer.length) this.#buffer.set(buffer.subarray(0, length));
      else this.#buffer = buffer;
    }
    this.#length += length;
    this.#buffer[this.#length++] = NEWLINE;
    return length + 1;
  }

  /** An event of hundreds of megabytes is never in memory. */
  #appendLong(record: ToldEvent): number {
    this.flush();
    let length = 0;
    for (const bytes of record.pieces()) {
      writeAll(this.#file, bytes);
      length += bytes.length;
    }
    writeAll(this.#file, Uint8Array.of(NEWLINE));
    return length + 1;
  }

  /** Writes what waits. */
  flush(): void {
    if (this.#length === 0) return;
    const bytes = this.#buffer.subarray(0, this.#length);
    this.#length = 0;
    writeAll(this.#file, bytes);
  }

  /** Closes the file. */
  [Symbol.dispose](): void {
    this.#file.close();
  }
}
