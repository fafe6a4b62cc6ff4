/**
 * Reads one HTTP/1.1 response from a stream of bytes; its length, lines and body are bounded, as
 * nothing that a receiver answers is believed.
 *
 * @module
 * @see RFC 9112, "HTTP/1.1"
 */
import { type ByteSource, joinBytes } from "../../internal/bytes.ts";

/** The answer to a request. */
export interface ReceivedResponse {
  /** Such as 200. */
  readonly status: number;
  /** The words behind it, such as `OK`; may be empty. */
  readonly statusText: string;
  /** The `location` header, if there is one. */
  readonly location: string | undefined;
  /** The `retry-after` header, if there is one. */
  readonly retryAfter: string | undefined;
  /** Whether another request may follow on the same connection. */
  readonly isReusable: boolean;
  /** As much of its body as came, where it is kept. */
  readonly body?: Uint8Array;
}

/** What a reader is made with. */
export interface ResponseReaderOptions {
  /** Whether bodies are kept. @default {false: they are read and thrown away} */
  readonly keepsBody?: boolean | undefined;
  /** Called when the head of an answer has come, and not all of its body. */
  readonly onBodyAwaited?: () => void;
}

/** The other side ended the connection before it said anything. */
export class ClosedBeforeAnswer extends Error {}

/** Status line and headers together, in bytes. */
const MAX_HEAD = 64 << 10;
/** A longer body is not waited for: the connection is given up instead. */
const MAX_BODY = 64 << 10;
/** `100 Continue` and the like before the answer proper. */
const MAX_INTERIM = 8;
/** A chunk's size and extensions, in bytes. */
const MAX_CHUNK_LINE = 1024;

/** Reads responses from one connection, one after the other. */
export class ResponseReader {
  readonly #source: ByteSource;
  readonly #buffer = new Uint8Array(16 << 10);
  #start = 0;
  #end = 0;
  #isEnded = false;
  #head = 0;
  #isInBody = false;
  #body: Uint8Array[] = [];
  readonly #options: ResponseReaderOptions;

  constructor(source: ByteSource, options: ResponseReaderOptions = {}) {
    this.#source = source;
    this.#options = options;
  }

  /** Whether bytes wait that belong to no request of ours. */
  get hasLeftover(): boolean {
    return this.#end > this.#start;
  }

  /**
   * Reads the answer to a request.
   *
   * @throws {ClosedBeforeAnswer} when there is none
   * @throws {Error} when it is no HTTP/1.1 response, or longer than allowed
   */
  async read(): Promise<ReceivedResponse> {
    for (let interim = 0; interim <= MAX_INTERIM; interim++) {
      this.#head = 0;
      const [status, statusText, version] = statusOf(await this.#line(interim === 0));
      const headers = await this.#headers();
      if (status === 101) throw new Error("the receiver wants to speak another protocol");
      if (status < 200) continue;
      // Who has the status has the answer: what becomes of the body changes nothing about it.
      this.#isInBody = true;
      const isWhole = await this.#skipBody(status, headers).catch((error) => {
        if (!this.#isEnded) throw error;
        return false;
      }).finally(() => this.#isInBody = false);
      const connection = headers.get("connection")?.toLowerCase() ?? "";
      const keeps = version === "1.1"
        ? !/\bclose\b/.test(connection)
        : /\bkeep-alive\b/.test(connection);
      const isReusable = isWhole && keeps;
      const [location, retryAfter] = [headers.get("location"), headers.get("retry-after")];
      const body = this.#options.keepsBody === true
        ? { body: joinBytes(this.#body.splice(0)) }
        : undefined;
      return { status, statusText, location, retryAfter, isReusable, ...body };
    }
    throw new Error("the receiver sends interim answers without end");
  }

  async #headers(): Promise<Map<string, string>> {
    const headers = new Map<string, string>();
    while (true) {
      const line = await this.#line(false);
      if (line === "") return headers;
      const [, name, value = ""] = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*(.*?)[ \t]*$/.exec(line) ??
        [];
      if (name === undefined) throw malformed("a header");
      const key = name.toLowerCase();
      const before = headers.get(key);
      // Two lengths that differ are an attack on whoever believes one of them.
      if (key === "content-length" && before !== undefined && before !== value) {
        throw malformed("the content length");
      }
      headers.set(
        key,
        before === undefined || key === "content-length" ? value : `${before}, ${value}`,
      );
    }
  }

  /** Reads past the body; whether its end is known, so that the next answer can follow. */
  async #skipBody(status: number, headers: ReadonlyMap<string, string>): Promise<boolean> {
    if (status === 204 || status === 304) return true;
    const coding = headers.get("transfer-encoding");
    if (coding !== undefined) {
      if (!/(^|,)\s*chunked$/i.test(coding)) return false;
      // Both headers at once: read as chunked, and never use the connection again (RFC 9112, 6.1).
      return await this.#skipChunks() && !headers.has("content-length");
    }
    const length = headers.get("content-length");
    if (length === undefined) {
      // Ends with the connection: who has the status need not wait for that.
      if (this.#options.keepsBody === true) await this.#skip(MAX_BODY);
      return false;
    }
    if (!/^\d{1,15}$/.test(length)) throw malformed("the content length");
    if (Number(length) > MAX_BODY) return false;
    await this.#skip(Number(length));
    return true;
  }

  async #skipChunks(): Promise<boolean> {
    for (let total = 0; total <= MAX_BODY;) {
      const line = await this.#line(false, MAX_CHUNK_LINE);
      const digits = /^([0-9A-Fa-f]{1,8})[ \t]*(?:;.*)?$/.exec(line)?.[1];
      if (digits === undefined) throw malformed("the size of a chunk");
      const size = Number.parseInt(digits, 16);
      if (size === 0) {
        this.#head = 0;
        await this.#headers();
        return true;
      }
      total += size;
      if (total > MAX_BODY) return false;
      await this.#skip(size);
      if (await this.#line(false, MAX_CHUNK_LINE) !== "") throw malformed("the end of a chunk");
    }
    return false;
  }

  async #skip(count: number): Promise<void> {
    for (let left = count; left > 0;) {
      if (this.#start === this.#end && !await this.#fill()) throw cutOff();
      const step = Math.min(left, this.#end - this.#start);
      if (this.#options.keepsBody === true) {
        this.#body.push(this.#buffer.slice(this.#start, this.#start + step));
      }
      this.#start += step;
      left -= step;
    }
  }

  /** One line without its end; bytes as Latin-1. */
  async #line(isFirst: boolean, limit = MAX_HEAD): Promise<string> {
    let line = "";
    while (true) {
      const newline = this.#buffer.subarray(this.#start, this.#end).indexOf(10);
      const stop = newline < 0 ? this.#end : this.#start + newline;
      line += String.fromCharCode(...this.#buffer.subarray(this.#start, stop));
      this.#head += stop - this.#start + 1;
      this.#start = newline < 0 ? stop : stop + 1;
      if (line.length > limit || this.#head > MAX_HEAD && limit === MAX_HEAD) {
        throw new Error(
          `the receiver's answer begins with more than ${limit >> 10} KiB of headers`,
        );
      }
      if (newline >= 0) return line.endsWith("\r") ? line.slice(0, -1) : line;
      if (await (isFirst && line === "" ? this.#fillFirst() : this.#fill())) continue;
      throw cutOff();
    }
  }

  async #fillFirst(): Promise<true> {
    const filled = await this.#fill().catch((error: unknown) => error);
    if (filled === true) return true;
    const text = "the receiver closed the connection without an answer";
    throw new ClosedBeforeAnswer(text, { cause: filled === false ? undefined : filled });
  }

  async #fill(): Promise<boolean> {
    if (this.#isEnded) return false;
    if (this.#isInBody) this.#options.onBodyAwaited?.();
    this.#start = this.#end = 0;
    const count = await this.#source.read(this.#buffer).catch((error) => {
      this.#isEnded = true;
      throw error;
    });
    this.#isEnded = count === null;
    this.#end = count ?? 0;
    return count !== null;
  }
}

function statusOf(line: string): readonly [status: number, text: string, version: string] {
  const [, version = "", status = "", text = ""] =
    /^HTTP\/(1\.[01]) (\d{3})(?: (.*))?$/.exec(line) ??
      [];
  if (status === "") throw malformed("the status line");
  return [Number(status), text, version];
}

function malformed(part: string): Error {
  return new Error(`the receiver does not answer in HTTP/1.1: ${part} is malformed`);
}

function cutOff(): Error {
  return new Error("the receiver closed the connection in the middle of its answer");
}
