/**
 * Turns bytes of ZMTP 3.1 into frames and back; what a peer may make us hold is bounded.
 *
 * @module
 * @see https://rfc.zeromq.org/spec/37/
 */
import { type ByteSource, joinBytes } from "../../internal/bytes.ts";

/** Flags of a frame. */
const MORE = 1;
const LONG = 2;
const COMMAND = 4;

/** Nothing that peers of ours have to say is longer, in bytes. */
const LONGEST_FRAME = 8192;

/** A frame that a peer sent. */
export interface Frame {
  readonly isCommand: boolean;
  readonly body: Uint8Array;
}

/** Reads what one peer sends. */
export class FrameReader {
  readonly #source: ByteSource;
  readonly #buffer = new Uint8Array(LONGEST_FRAME + 16);
  #start = 0;
  #end = 0;

  constructor(source: ByteSource) {
    this.#source = source;
  }

  /**
   * Reads so many bytes; they are good until the next call.
   *
   * @throws {Error} at the end
   */
  async bytes(count: number): Promise<Uint8Array> {
    if (this.#start + count > this.#buffer.length) {
      this.#buffer.copyWithin(0, this.#start, this.#end);
      this.#end -= this.#start;
      this.#start = 0;
    }
    while (this.#end - this.#start < count) {
      const read = await this.#source.read(this.#buffer.subarray(this.#end));
      if (read === null) throw new Error("the peer closed the connection");
      this.#end += read;
    }
    this.#start += count;
    return this.#buffer.subarray(this.#start - count, this.#start);
  }

  /**
   * Reads a frame; it is good until the next call.
   *
   * @throws {Error} at the end, or when it is longer than allowed
   */
  async frame(): Promise<Frame> {
    const [flags = 0, short = 0] = await this.bytes(2);
    if ((flags & ~(MORE | LONG | COMMAND)) !== 0) throw new Error("the peer does not speak ZMTP");
    let length = BigInt(short);
    if ((flags & LONG) !== 0) {
      for (const byte of await this.bytes(7)) length = length << 8n | BigInt(byte);
    }
    if (length > LONGEST_FRAME) {
      throw new Error(`the peer sends more than ${LONGEST_FRAME >> 10} KiB at once`);
    }
    return { isCommand: (flags & COMMAND) !== 0, body: await this.bytes(Number(length)) };
  }
}

/** A message of one frame or more. */
export function encodeMessage(frames: readonly Uint8Array[]): Uint8Array {
  return joinBytes(
    frames.flatMap((body, index) => [headOf(body, index < frames.length - 1 ? MORE : 0), body]),
  );
}

/** A command: its name, then what it says. */
export function encodeCommand(name: string, body: Uint8Array): Uint8Array {
  const whole = joinBytes([counted(name), body]);
  return joinBytes([headOf(whole, COMMAND), whole]);
}

/** Splits a command into its name and what it says; undefined when it is none. */
export function readCommand(
  body: Uint8Array,
): { readonly name: string; readonly rest: Uint8Array } | undefined {
  const length = body[0] ?? 0;
  if (length === 0 || body.length < length + 1) return undefined;
  const name = new TextDecoder().decode(body.subarray(1, length + 1));
  return { name, rest: body.subarray(length + 1) };
}

/** A text of at most 255 bytes behind its length. */
export function counted(text: string): Uint8Array {
  const bytes = new TextEncoder().encode(text);
  return joinBytes([Uint8Array.of(bytes.length), bytes]);
}

function headOf({ length }: Uint8Array, flags: number): Uint8Array {
  if (length <= 255) return Uint8Array.of(flags, length);
  const head = new Uint8Array(9);
  head[0] = flags | LONG;
  new DataView(head.buffer).setBigUint64(1, BigInt(length));
  return head;
}
