/**
 * Finds the known word nearest to a misspelt one.
 *
 * @module
 */
import { editDistance } from "../internal/edit_distance.ts";

/**
 * Finds the nearest known word.
 *
 * @param known what could have been meant
 * @returns the nearest, or undefined when none is near
 */
export function nearest(word: string, known: readonly string[]): string | undefined {
  // A third of the letters may be wrong: "quite" is near "quiet", "x" is near nothing.
  let best: { word: string; distance: number } | undefined;
  for (const candidate of known) {
    const allowed = Math.max(1, Math.floor(Math.max(word.length, candidate.length) / 3));
    const distance = editDistance(word, candidate);
    if (distance > allowed || distance >= candidate.length) continue;
    if (best === undefined || distance < best.distance) best = { word: candidate, distance };
  }
  return best?.word;
}
