/**
 * Joins the translated pieces of a regex.
 *
 * @module
 */

/** Fewest and most characters that something matches. */
export interface Width {
  /** Fewest characters. */
  readonly min: number;
  /** Most characters. */
  readonly max: number;
}

/** Translated text and what it may match. */
export interface Translation extends Width {
  /** JavaScript regex. */
  readonly text: string;
}

/** A translated piece. */
export interface Piece extends Translation {
  /** Python repeats neither anchors nor repetitions. */
  readonly kind: "anchor" | "repetition" | "atom";
  /** The groups that surely took part before it. */
  readonly sureBefore: ReadonlySet<number>;
}

/** Joins pieces that follow one another. */
export function joinPieces(pieces: readonly Piece[]): Translation {
  let [text, min, max] = ["", 0, 0];
  for (const piece of pieces) {
    text += piece.text;
    min += piece.min;
    max += piece.max;
  }
  return { text, min, max };
}
