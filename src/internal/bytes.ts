/**
 * Runs of bytes: joined, and taken apart.
 *
 * @module
 */

/** What bytes are read from, such as a connection. */
export interface ByteSource {
  /** Fills some of the buffer; null at the end. */
  read(buffer: Uint8Array): Promise<number | null>;
}

/** The bytes of all pieces, one after the other; a lone piece is given back as it is. */
export function joinBytes(
  pieces: readonly Uint8Array[],
): Uint8Array {
  const [first] = pieces;
  if (first !== undefined && pieces.length === 1) return first;
  const bytes = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}

/** Bytes that are copied one behind the other: pieces that keep large buffers alive can go. */
export class GrowingBytes {
  #buffer = new Uint8Array(128);
  #used = 0;

  /** All of them, good until the next are appended. */
  get bytes(): Uint8Array {
    return this.#buffer.subarray(0, this.#used);
  }

  /** Appends bytes. */
  append(bytes: Uint8Array): void {
    if (this.#used + bytes.length > this.#buffer.length) {
      const larger = new Uint8Array(Math.max(this.#used + bytes.length, this.#buffer.length * 2));
      larger.set(this.bytes);
      this.#buffer = larger;
    }
    this.#buffer.set(bytes, this.#used);
    this.#used += bytes.length;
  }
}

/**
 * Gives the memory of bytes back at once that are not to be used any more: those of thousands of files
 * would wait for the garbage collector.
 *
 * @param bytes a buffer of their own
 */
export function giveBack(bytes: Uint8Array): void {
  const { buffer } = bytes;
  if (buffer instanceof ArrayBuffer && bytes.length === buffer.byteLength) buffer.transfer(0);
}

/** The pieces that end with a NUL, as /proc has them; the last one may be without. */
export function splitAtNul(bytes: Uint8Array): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let start = 0; start < bytes.length;) {
    const nul = bytes.indexOf(0, start);
    const end = nul === -1 ? bytes.length : nul;
    pieces.push(bytes.subarray(start, end));
    start = end + 1;
  }
  return pieces;
}
