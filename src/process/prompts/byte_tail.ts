/**
 * Keeps the last bytes of a stream, at the price of copying each once.
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
