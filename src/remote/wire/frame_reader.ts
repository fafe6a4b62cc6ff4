/**
 * Turns the bytes of the wire into messages and zips: bytes are counted, whatever pieces they come in.
 *
 * @module
 */
import { GrowingBytes } from "../../internal/bytes.ts";
import { RunnerError } from "../../errors.ts";
import { describeOsError } from "../../internal/file_system.ts";
import { callLater } from "../../internal/sleep.ts";
import type { Spool } from "../archive/spool.ts";

/** Longest message, in bytes; those of Ansible are shorter. */
const MAX_MESSAGE = 256 << 20;

/** So much is read at once, in bytes. */
const CHUNK = 1 << 18;

/** So much base64 is decoded at once, in bytes. */
const PIECE = 1 << 16;

const NEWLINE = 10;

/** White space of JSON. */
const BLANKS: readonly number[] = [0x20, 0x09, 0x0a, 0x0d];

/** The stream is not what it should be. */
export class StreamError extends RunnerError {
  /** What could not be read. */
  readonly part: "message" | "zip";
  /** Whether the stream ended too early. */
  readonly isCut: boolean;

  constructor(
    part: "message" | "zip",
    reason: string,
    options: { readonly isCut?: boolean; readonly cause?: unknown } = {},
  ) {
    super(`remote.${part}`, `Cannot read the stream: ${reason}`, { cause: options.cause });
    this.part = part;
    this.isCut = options.isCut ?? false;
  }
}

/** What a stream gave. */
interface Chunk {
  readonly value?: Uint8Array | undefined;
  readonly done: boolean;
}

/** Reads from a stream. */
interface ChunkReader {
  read(): Promise<Chunk>;
  releaseLock(): void;
}

/** What is a file or a socket fills buffers of ours: a file gives more at once than its own hold. */
function readerOf(stream: ReadableStream<Uint8Array>): ChunkReader {
  try {
    const reader = stream.getReader({ mode: "byob" });
    return {
      // A new one each time: what was read is still in use.
      read: () => reader.read(new Uint8Array(CHUNK)),
      releaseLock: () => reader.releaseLock(),
    };
  } catch {
    // Its chunks are made by somebody else.
    return stream.getReader();
  }
}

/** Reads messages and zips. */
export class FrameReader implements Disposable {
  readonly #reader: ChunkReader;
  readonly #signal: AbortSignal | undefined;
  readonly #stop: () => void;
  #chunk: Uint8Array = new Uint8Array(0);
  #at = 0;

  /**
   * Begins to read.
   *
   * @param stream where from; not canceled at the end
   * @param signal ends the waiting for bytes: reading then throws its reason
   */
  constructor(stream: ReadableStream<Uint8Array>, signal?: AbortSignal) {
    this.#reader = readerOf(stream);
    this.#signal = signal;
    this.#stop = () => this.#reader.releaseLock();
    signal?.addEventListener("abort", this.#stop, { once: true });
  }

  /**
   * Takes a message that is there as a whole: thousands of them come at a time, and each is not to be
   * waited for.
   *
   * @returns its bytes, good until the next call; undefined when {@linkcode message} has to wait
   */
  take(): Uint8Array | undefined {
    while (BLANKS.includes(this.#chunk[this.#at] ?? -1)) this.#at++;
    const end = this.#chunk.indexOf(NEWLINE, this.#at);
    if (end < 0) return undefined;
    const line = this.#chunk.subarray(this.#at, end);
    this.#at = end + 1;
    return line;
  }

  /**
   * Reads a message; white space between messages is skipped.
   *
   * @returns its bytes, good until the next call; undefined at the end of the stream
   * @throws {StreamError} when it is too long, or the connection breaks
   */
  async message(): Promise<Uint8Array | undefined> {
    do {
      while (BLANKS.includes(this.#chunk[this.#at] ?? -1)) this.#at++;
    } while (this.#at >= this.#chunk.length && await this.#fill());
    if (this.#at >= this.#chunk.length) return undefined;
    // A copy: of a message that comes a byte at a time each byte has a buffer of its own.
    let begun: GrowingBytes | undefined;
    for (;;) {
      const newline = this.#chunk.indexOf(NEWLINE, this.#at);
      const end = newline < 0 ? this.#chunk.length : newline;
      const part = this.#chunk.subarray(this.#at, end);
      this.#at = newline < 0 ? end : end + 1;
      if (newline >= 0 && begun === undefined) return part;
      begun ??= new GrowingBytes();
      begun.append(part);
      const { bytes } = begun;
      if (bytes.length > MAX_MESSAGE) throw new StreamError("message", "a message is too long");
      if (newline >= 0 || !await this.#fill()) return bytes;
    }
  }

  /**
   * Reads a zip in base64; white space in it is skipped.
   *
   * @param length how long it is said to be
   * @param spool takes the bytes
   * @throws {StreamError} when it is not base64, or not so long
   */
  async zip(length: number, spool: Spool): Promise<void> {
    let left = Math.ceil(length / 3) * 4;
    let rest = "";
    const start = spool.length;
    const into = new Uint8Array(PIECE / 4 * 3);
    while (left > 0) {
      if (this.#at >= this.#chunk.length && !await this.#fill("zip")) {
        throw new StreamError("zip", "it ends within a zip file", { isCut: true });
      }
      const wanted = rest === "" ? Math.min(left, PIECE) : 4 - rest.length;
      const piece = this.#chunk.subarray(this.#at, this.#at + wanted);
      // The usual way: there is nothing but what counts.
      const groups = piece.subarray(0, rest === "" ? piece.length - piece.length % 4 : 0);
      const plain = decodePlain(groups, { into, isLast: left === groups.length });
      if (plain !== undefined) {
        this.#at += groups.length;
        left -= groups.length;
        spool.append(plain);
        continue;
      }
      this.#at += piece.length;
      const text = withoutBlanks(piece);
      left -= text.length;
      const whole = rest + text;
      const even = left === 0 ? whole.length : whole.length - whole.length % 4;
      spool.append(decode(whole.slice(0, even)));
      rest = whole.slice(even);
    }
    const got = spool.length - start;
    if (got !== length) {
      throw new StreamError("zip", `expected ${length} bytes of a zip file, got ${got}`);
    }
  }

  /**
   * Drops what follows until the stream ends, so that its writer does not die of a closed pipe.
   *
   * @param ms how long, in milliseconds
   * @param keep how many bytes of it are wanted. @default {0}
   * @returns these bytes
   */
  async drain(ms: number, keep = 0): Promise<Uint8Array> {
    using _enough = callLater(ms, this.#stop);
    const kept = new GrowingBytes();
    kept.append(this.#chunk.subarray(this.#at, this.#at + keep));
    try {
      for (;;) {
        const { value, done } = await this.#reader.read();
        if (value === undefined || done) break;
        kept.append(value.subarray(0, keep - kept.bytes.length));
      }
    } catch {
      // Long enough, or broken: nothing is expected any more.
    }
    return kept.bytes;
  }

  /** Gives the stream back. */
  [Symbol.dispose](): void {
    this.#signal?.removeEventListener("abort", this.#stop);
    this.#reader.releaseLock();
  }

  /** Takes the next bytes; says whether there were any. */
  async #fill(part: StreamError["part"] = "message"): Promise<boolean> {
    this.#signal?.throwIfAborted();
    do {
      const { value, done } = await this.#read(part);
      if (value === undefined || done) return false;
      this.#chunk = value;
      this.#at = 0;
    } while (this.#chunk.length === 0);
    return true;
  }

  async #read(part: StreamError["part"]): Promise<Chunk> {
    try {
      return await this.#reader.read();
    } catch (error) {
      this.#signal?.throwIfAborted();
      // A connection that breaks ends the stream as one that is closed too early does.
      throw new StreamError(part, describeOsError(error), { isCut: true, cause: error });
    }
  }
}

/**
 * Decodes base64 in groups of four characters, without white space and, but for the last one, without
 * padding.
 *
 * @returns the bytes, good until the next call; undefined when it is something else
 */
function decodePlain(
  groups: Uint8Array,
  { into, isLast }: { readonly into: Uint8Array; readonly isLast: boolean },
): Uint8Array | undefined {
  if (groups.length === 0) return undefined;
  const text = utf8.decode(groups);
  try {
    const { written } = into.setFromBase64(text, { lastChunkHandling: "strict" });
    const isWhole = written === groups.length / 4 * 3 || isLast && text.endsWith("=");
    return isWhole && text.length === groups.length ? into.subarray(0, written) : undefined;
  } catch {
    return undefined;
  }
}

/** That for ASCII is seven times as fast as the one for Latin 1. */
const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });

/** Bytes as text, one character each, less white space. */
function withoutBlanks(bytes: Uint8Array): string {
  const text = latin1.decode(bytes);
  return BLANKS.some((blank) => bytes.includes(blank)) ? text.replace(/[ \t\r\n]+/g, "") : text;
}

const latin1 = new TextDecoder("latin1");

function decode(text: string): Uint8Array {
  try {
    return Uint8Array.fromBase64(text, { lastChunkHandling: "strict" });
  } catch (cause) {
    throw new StreamError("zip", "a zip file is not in base64", { cause });
  }
}
