/**
 * The JSON of a paired event, as text, bytes or value, each made only when asked for.
 *
 * Our six fields go in front of the plugin's own text, which is not parsed: integers above 2^53 and
 * `1.0` stay as they are.
 *
 * @module
 */
import { eventFileName } from "../run_layout.ts";
import { quoteAscii } from "../python/json_write.ts";
import type { LongText } from "./long_text.ts";
import type { PairedEvent } from "./pairing.ts";
import type { JobEvent } from "./status_event.ts";

const decoder = new TextDecoder();
const encoder = new TextEncoder();

/** Where the event's name begins in a body: behind `{"event": "`. */
const NAME_AT = 11;

const QUOTE = 0x22;

/** What an event's JSON says of its run. */
export interface EventOrigin {
  /** Its ident. */
  readonly ident: string;
  /** Stands behind the times of events without body; others have the plugin's. */
  readonly zone: "+00:00" | "";
}

/** An event and the ways to write it. */
export class EventRecord {
  /** 1, 2, 3… in the order of the output. */
  readonly counter: number;
  /** The event's uuid. */
  readonly uuid: string;
  /** JSON text up to the plugin's own members, or into a long text; the whole when there is neither. */
  readonly #head: string;
  readonly #long: LongText | undefined;
  /** JSON text behind a long text, up to the plugin's own members. */
  readonly #tail: string;
  readonly #body: Uint8Array | undefined;
  #parsed: JobEvent | undefined;

  /** Makes a record. */
  constructor(event: PairedEvent, { ident, zone }: EventOrigin) {
    this.counter = event.counter;
    this.uuid = event.body?.uuid ?? crypto.randomUUID();
    this.#body = event.body?.json;
    const { stdout, body } = event;
    this.#long = typeof stdout === "string" ? undefined : stdout;
    const head = `{${body === undefined ? '"event": "verbose", ' : ""}"uuid": "${this.uuid}", ` +
      `"counter": ${event.counter}, "stdout": `;
    const tail = `, "start_line": ${event.startLine}, "end_line": ${event.endLine}, ` +
      `"runner_ident": ${quoteAscii(ident)}, ${
        body === undefined ? `"created": "${timestamp()}${zone}"}` : ""
      }`;
    this.#head = typeof stdout === "string" ? head + quoteAscii(stdout) + tail : `${head}"`;
    this.#tail = typeof stdout === "string" ? "" : `"${tail}`;
  }

  /** Whether its text is too long for {@linkcode EventRecord.encodeInto}. */
  get isLong(): boolean {
    return this.#long !== undefined;
  }

  /**
   * Writes the event's JSON in pieces, for one that is long.
   *
   * @returns its bytes; each piece is good until the next
   */
  *pieces(): Generator<Uint8Array, void, undefined> {
    yield encoder.encode(this.#head);
    if (this.#long !== undefined) yield* this.#long.quoted();
    yield encoder.encode(this.#tail);
    if (this.#body !== undefined) yield this.#body.subarray(1);
  }

  /** Name of its file in job_events. */
  get fileName(): string {
    return eventFileName(this.counter, this.uuid);
  }

  /** Whether Ansible's plugin gave it a body. */
  get hasBody(): boolean {
    return this.#body !== undefined;
  }

  /** Whether this is the event of that name, without parsing it. */
  isNamed(name: string): boolean {
    if (this.#body === undefined) return name === "verbose";
    // Nearly all are told apart by their length, and most others by how they end.
    if (this.#body[NAME_AT + name.length] !== QUOTE) return false;
    for (let at = name.length - 1; at >= 0; at--) {
      if (this.#body[NAME_AT + at] !== name.charCodeAt(at)) return false;
    }
    return true;
  }

  /**
   * Writes the event's JSON into a buffer.
   *
   * @param buffer a buffer to use again, grown when it is too small
   * @returns the buffer that was used and the number of bytes in it
   */
  encodeInto(buffer: Uint8Array<ArrayBuffer>): { buffer: Uint8Array<ArrayBuffer>; length: number } {
    // The body's own opening brace is left out.
    const bodyLength = this.#body === undefined ? 0 : this.#body.length - 1;
    const length = this.#head.length + bodyLength;
    const target = buffer.length >= length ? buffer : new Uint8Array(length * 2);
    encoder.encodeInto(this.#head, target);
    if (this.#body !== undefined) target.set(this.#body.subarray(1), this.#head.length);
    return { buffer: target, length };
  }

  /** The event as one line of JSON, no newline. */
  text(): string {
    if (this.#long !== undefined) {
      return Array.from(this.pieces(), (bytes) => decoder.decode(bytes)).join("");
    }
    return this.#body === undefined
      ? this.#head
      : this.#head + decoder.decode(this.#body.subarray(1));
  }

  /** The event as a value. */
  parsed(): JobEvent {
    return this.#parsed ??= JSON.parse(this.text());
  }
}

/** An event as others are told of it, whoever made it. */
export type ToldEvent = Pick<
  EventRecord,
  "counter" | "encodeInto" | "fileName" | "isLong" | "isNamed" | "pieces" | "text"
>;

/** Now: UTC, ISO 8601 with microseconds, no zone. */
function timestamp(): string {
  // The wall clock has milliseconds; the monotonic one fills in the rest.
  const micros = Math.floor((performance.now() % 1) * 1000).toString().padStart(3, "0");
  return new Date().toISOString().slice(0, -1) + micros;
}
