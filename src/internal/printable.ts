/**
 * A text of somebody else's as one line that a terminal and a log show as it is.
 *
 * @module
 */

/**
 * What a terminal obeys or a line ends at, and what changes the order or hides parts of a text:
 * control characters, marks of writing direction, invisible blanks, tags.
 */
const UNSEEN =
  /[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]|\p{Surrogate}/gu;

const SHORT: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/**
 * Escapes what cannot be seen in a text.
 *
 * @param text a name, a message, a reason
 * @returns the text with `\u202e` and the like in place of such characters
 */
export function printable(text: string): string {
  return text.replace(UNSEEN, (character) => SHORT[character] ?? escaped(character));
}

/**
 * Escapes what cannot be seen in a text of several lines.
 *
 * @param text lines of our own, with names of others in them
 * @returns the same lines
 */
export function printableLines(text: string): string {
  return text.split("\n").map(printable).join("\n");
}

/**
 * Escapes what cannot be seen in a text of others that has several lines.
 *
 * @param text output, a message
 * @returns the same lines, tabs kept
 */
export function printableBlock(text: string): string {
  return text.replace(/[^\n\t]+/g, printable);
}

function escaped(character: string): string {
  const code = (character.codePointAt(0) ?? 0).toString(16);
  return code.length > 4 ? `\\u{${code}}` : `\\u${code.padStart(4, "0")}`;
}
