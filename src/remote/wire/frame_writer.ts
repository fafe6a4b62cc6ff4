/**
 * Turns messages and zips into the bytes of the wire, with lines between them that keep an idle
 * connection alive.
 *
 * @module
 */
import { pythonJson } from "../../python/json_write.ts";
import type { Spool } from "../archive/spool.ts";
import { ByteQueue } from "./byte_queue.ts";

/** Contract: exactly these bytes. */
const KEEPALIVE = '{"event": "keepalive", "counter": 0, "uuid": 0}\n';

/** So much of a zip is written at once, in bytes: without rest by 3, as base64 wants it. */
const ZIP_PIECE = 3 << 14;

/** Writes messages. */
export class FrameWriter {
  readonly #queue: ByteQueue;
  readonly #keepaliveMs: number;
  readonly #encoder = new TextEncoder();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #lastWrite = 0;
  #isInZip = false;

  /**
   * Begins to write.
   *
   * @param options the longest silence, in milliseconds; 0 keeps nothing alive
   */
  constructor(
    stream: WritableStream<Uint8Array>,
    options: { readonly keepaliveMs?: number } = {},
  ) {
    this.#queue = new ByteQueue(stream);
    this.#keepaliveMs = options.keepaliveMs ?? 0;
    this.#lastWrite = performance.now();
    if (this.#keepaliveMs > 0) this.#watch(this.#keepaliveMs);
  }

  /** Aborted when nobody reads any more. */
  get gone(): AbortSignal {
    return this.#queue.gone;
  }

  /** How many bytes wait for the reader. */
  get waiting(): number {
    return this.#queue.waiting;
  }

  /** Waits no longer for a reader that takes nothing. */
  giveUp(): void {
    this.#queue.giveUp(new Error("Cannot write the stream: its reader has stopped reading"));
  }

  /** Writes a message. */
  message(value: object): void | Promise<void> {
    return this.line(toAscii(pythonJson(value)));
  }

  /** Writes the text of a message, ASCII, without a newline in it. */
  line(text: string): void | Promise<void> {
    return this.bytes(this.#encoder.encode(text + "\n"));
  }

  /** Writes the bytes of a message, its newline with them; they must not change afterwards. */
  bytes(bytes: Uint8Array): void | Promise<void> {
    this.#lastWrite = performance.now();
    return this.#queue.write(bytes);
  }

  /** Writes a message that is too long for memory. */
  async longLine(pieces: Iterable<Uint8Array>): Promise<void> {
    this.#isInZip = true;
    for (const piece of pieces) await this.bytes(piece.slice());
    await this.bytes(new Uint8Array([10]));
    this.#isInZip = false;
  }

  /** Writes a zip, its length before it. */
  async zip(spool: Spool): Promise<void> {
    await this.line(`{"zipfile": ${spool.length}}`);
    this.#isInZip = true;
    const buffer = new Uint8Array(ZIP_PIECE);
    for (let at = 0; at < spool.length && !this.gone.aborted; at += ZIP_PIECE) {
      const piece = buffer.subarray(0, spool.readAt(at, buffer));
      const text = piece.toBase64();
      const bytes = new Uint8Array(text.length);
      this.#encoder.encodeInto(text, bytes);
      await this.bytes(bytes);
    }
    this.#isInZip = false;
  }

  /** Writes the end; none may follow. */
  async end(): Promise<void> {
    this.#stopWatching();
    this.line('{"eof": true}');
    await this.#queue.settle();
    this[Symbol.dispose]();
  }

  /** Stops writing. */
  [Symbol.dispose](): void {
    this.#stopWatching();
    this.#queue.release();
  }

  /** Asked for no timer, Deno loads its timers all the same. */
  #stopWatching(): void {
    if (this.#timer !== undefined) clearTimeout(this.#timer);
  }

  #watch(ms: number): void {
    this.#timer = setTimeout(() => {
      const left = this.#lastWrite + this.#keepaliveMs - performance.now();
      if (left > 0) return this.#watch(left);
      // Who does not read is not to find thousands of them.
      if (!this.#isInZip && this.#queue.waiting === 0) {
        this.bytes(this.#encoder.encode(KEEPALIVE));
      }
      this.#watch(this.#keepaliveMs);
    }, ms);
  }
}

/** JSON with all that is not ASCII escaped. */
function toAscii(json: string): string {
  return json.replace(
    /[\x7f-\uffff]/g,
    (char) => "\\u" + char.charCodeAt(0).toString(16).padStart(4, "0"),
  );
}
