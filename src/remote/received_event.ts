/**
 * An event of a run elsewhere: its text goes on as it came, not made anew.
 *
 * @module
 */
import { eventFileName } from "../run_layout.ts";
import type { ToldEvent } from "../events/event_json.ts";
import type { Message } from "./wire/messages.ts";

/** An event that came. */
export class ReceivedEvent implements ToldEvent {
  readonly counter: number;
  readonly uuid: string;
  /** Its text is in memory already. */
  readonly isLong = false;
  readonly #name: unknown;
  readonly #bytes: Uint8Array;

  private constructor(counter: number, uuid: string, { name, bytes }: {
    readonly name: unknown;
    readonly bytes: Uint8Array;
  }) {
    this.counter = counter;
    this.uuid = uuid;
    this.#name = name;
    this.#bytes = bytes;
  }

  /**
   * Takes an event.
   *
   * @param bytes its text, good as long as the event is used
   * @returns undefined when its counter or uuid is none, so that it cannot be kept
   */
  static from(message: Message, bytes: Uint8Array): ReceivedEvent | undefined {
    const { counter, uuid, event: name } = message;
    // No reader would find others again.
    const isFit = Number.isInteger(counter) && Number(counter) >= 0 &&
      Number(counter) <= MOST_EVENTS && typeof uuid === "string" && UUID.test(uuid);
    return isFit ? new ReceivedEvent(Number(counter), uuid, { name, bytes }) : undefined;
  }

  /** Name of its file in job_events. */
  get fileName(): string {
    return eventFileName(this.counter, this.uuid);
  }

  /** Whether this is the event of that name. */
  isNamed(name: string): boolean {
    return this.#name === name;
  }

  /** Its text, in one piece. */
  *pieces(): Generator<Uint8Array, void, undefined> {
    yield this.#bytes;
  }

  /** Copies its text: the stream's buffer is not ours to give away. */
  encodeInto(buffer: Uint8Array<ArrayBuffer>): { buffer: Uint8Array<ArrayBuffer>; length: number } {
    const { length } = this.#bytes;
    const target = buffer.length >= length ? buffer : new Uint8Array(length * 2);
    target.set(this.#bytes);
    return { buffer: target, length };
  }

  /** Its text. */
  text(): string {
    return decoder.decode(this.#bytes);
  }
}

/** Its digits are those that names of files have. */
const MOST_EVENTS = 999_999_999;

const UUID = /^[\w.-]{1,200}$/;

const decoder = new TextDecoder();
