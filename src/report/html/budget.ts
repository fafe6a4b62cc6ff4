/**
 * Decides what still goes into a report, and what only its note.
 *
 * @module
 */

/** Bytes that may still be used. */
export class Budget {
  #left: number;

  constructor(bytes: number) {
    this.#left = bytes;
  }

  /** Whether nothing more goes in. */
  get isSpent(): boolean {
    return this.#left <= 0;
  }

  /** Takes the room of a text; the first one that does not fit closes it for all. */
  take(text: string): boolean {
    if (this.#left <= 0) return false;
    const bytes = byteLength(text);
    const fits = bytes <= this.#left;
    this.#left = fits ? this.#left - bytes : 0;
    return fits;
  }
}

/** Length of a text in UTF-8. */
export function byteLength(text: string): number {
  // Most texts are of one byte a letter.
  return /^[\0-\x7f]*$/.test(text) ? text.length : new TextEncoder().encode(text).length;
}
