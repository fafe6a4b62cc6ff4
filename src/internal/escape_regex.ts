/**
 * Turns a text into a regex that matches just that text.
 *
 * @module
 */

/**
 * Takes the meaning from the characters that a regex gives one.
 *
 * @param text any text
 * @returns source of a regex for it
 */
export function escapeRegex(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
}
