/**
 * Keeps the last bytes of a stream, at the price of copying each once; they are text only for who asks.
 *
 * @module
 */

/** The end of what a terminal shows. */
export class ByteTail {
  readonly #buffer: Uint8Array;
  readonly #most: number;
  #length = 0;
  #isCut = false;

  /**
   * Makes a tail.
   *
   * @param most bytes that are kept at least
   */
  constructor(most: number) {
    this.#most = most;
    this.#buffer = new Uint8Array(2 * most);
  }

  /** Whether something came before what is kept. */
  get isCut(): boolean {
    return this.#isCut;
  }

  /** What is kept; good until the next call of {@linkcode push}. */
  get bytes(): Uint8Array {
    return this.#buffer.subarray(0, this.#length);
  }

  /** Takes the next bytes. */
  push(bytes: Uint8Array): void {
    const taken = bytes.subarray(-this.#most);
    if (this.#length + taken.length > this.#buffer.length) {
      const kept = Math.max(0, this.#most - taken.length);
      this.#buffer.copyWithin(0, this.#length - kept, this.#length);
      this.#length = kept;
      this.#isCut = true;
    }
    if (taken.length < bytes.length) {
      this.#length = 0;
      this.#isCut = true;
    }
    this.#buffer.set(taken, this.#length);
    this.#length += taken.length;
  }
}

/** Text kept to say what an unanswered prompt asked. */
export const BARE_WINDOW: number = 1 << 11;

/** Bytes kept for it: what is not shown to people takes room as well. */
const BARE_BYTES = 1 << 14;

/** What is left of a marker whose beginning is not kept. */
const CUT_MARKER = /^[\w.;\]-]{0,80}\x07/;

/** What may be asked on a terminal where nothing is answered. */
export class TerminalTail {
  readonly #tail = new ByteTail(BARE_BYTES);
  readonly #clean: (text: string) => string;

  /**
   * Makes a tail.
   *
   * @param clean takes out of the output what is not shown to people
   */
  constructor(clean: (text: string) => string) {
    this.#clean = clean;
  }

  /** The end of the output. */
  get window(): string {
    const text = new TextDecoder().decode(this.#tail.bytes);
    const whole = this.#tail.isCut ? text.replace(CUT_MARKER, "") : text;
    return this.#clean(whole).slice(-BARE_WINDOW);
  }

  /** Takes output, in a buffer that may be used again. */
  feed(bytes: Uint8Array): void {
    this.#tail.push(bytes);
  }
}
