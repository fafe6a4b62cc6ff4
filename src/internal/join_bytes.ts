/**
 * Makes one run of bytes of several pieces.
 *
 * @module
 */

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
