/**
 * Finds the pattern that was perhaps meant for a prompt that nobody answers.
 *
 * @module
 */
import { editDistance } from "../../internal/edit_distance.ts";

/** Longest text that is compared. */
const MAX_LENGTH = 200;

/** Share of the letters that may differ. */
const MAX_MISTAKES = 0.3;

/**
 * Finds the pattern whose letters are nearly those of a prompt.
 *
 * @returns the nearest, or undefined when none is near
 */
export function nearPattern(prompt: string, patterns: readonly string[]): string | undefined {
  const asked = plain(prompt);
  let best: string | undefined;
  let fewest = Infinity;
  for (const pattern of patterns) {
    const meant = plain(lettersOf(pattern));
    const length = Math.max(asked.length, meant.length);
    // What stands for anything in a pattern has no letters: those that are there count.
    const isWithin = meant.length >= 8 && asked.includes(meant);
    const mistakes = isWithin ? 0 : editDistance(asked, meant);
    if (meant !== "" && mistakes <= length * MAX_MISTAKES && mistakes < fewest) {
      best = pattern;
      fewest = mistakes;
    }
  }
  return best;
}

function plain(text: string): string {
  return text.toLowerCase().replace(/\s+/g, " ").trim().slice(0, MAX_LENGTH);
}

/** What a regex would match at its simplest; of a set of letters the first. */
function lettersOf(pattern: string): string {
  return pattern
    .replace(/\(\?[a-zA-Z]*[:)=!]?/g, "")
    .replace(/\\s[*+?]*/g, " ")
    .replace(/\\[AZbBdDwWS][*+?]*/g, "")
    .replace(/\[\^?(.)[^\]]*\][*+?]*/g, "$1")
    .replace(/\.[*+?]+/g, "")
    .replace(/\\(.)/g, "$1")
    .replace(/[\^$(){}|*+?]/g, "");
}
