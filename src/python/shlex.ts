/**
 * Python's `shlex` in POSIX mode: a command line into words, and words back into one.
 *
 * @module
 */

/** Characters that Python's `shlex.quote` leaves without quotes. */
const SAFE_WORD = /^[A-Za-z0-9_@%+=:,./-]+$/;

/**
 * Splits a text into words: `'…'`, `"…"` and `\` as in a shell, no comments, no expansion.
 *
 * @example
 * ```ts
 * import { split } from "./shlex.ts";
 *
 * split(`-e "a b" --limit 'x,y'`); // ["-e", "a b", "--limit", "x,y"]
 * ```
 *
 * @throws {SyntaxError} when a quote is not closed, or nothing follows a backslash
 */
export function split(text: string): string[] {
  const words: string[] = [];
  // undefined = between two words, so that "" is a word of its own.
  let word: string | undefined;
  let position = 0;
  while (position < text.length) {
    const char = text[position] ?? "";
    if (char === " " || char === "\t" || char === "\r" || char === "\n") {
      if (word !== undefined) words.push(word);
      word = undefined;
      position++;
      continue;
    }
    const piece = readPiece(text, position);
    word = (word ?? "") + piece.text;
    position = piece.end;
  }
  if (word !== undefined) words.push(word);
  return words;
}

interface Piece {
  readonly text: string;
  readonly end: number;
}

/** Reads one quoted string, one escaped character or a run of plain ones. */
function readPiece(text: string, start: number): Piece {
  const char = text[start];
  if (char === "'") {
    const end = text.indexOf("'", start + 1);
    if (end < 0) throw new SyntaxError("No closing quotation");
    return { text: text.slice(start + 1, end), end: end + 1 };
  }
  if (char === '"') return readDoubleQuoted(text, start + 1);
  if (char === "\\") {
    if (start + 1 >= text.length) throw new SyntaxError("No escaped character");
    return { text: text.slice(start + 1, start + 2), end: start + 2 };
  }
  let end = start + 1;
  while (end < text.length && !" \t\r\n'\"\\".includes(text.charAt(end))) end++;
  return { text: text.slice(start, end), end };
}

/** Inside double quotes a backslash escapes only itself and the double quote. */
function readDoubleQuoted(text: string, start: number): Piece {
  let value = "";
  for (let position = start; position < text.length; position++) {
    const char = text.charAt(position);
    if (char === '"') return { text: value, end: position + 1 };
    if (char !== "\\") {
      value += char;
      continue;
    }
    position++;
    if (position >= text.length) throw new SyntaxError("No escaped character");
    const escaped = text.charAt(position);
    value += escaped === "\\" || escaped === '"' ? escaped : `\\${escaped}`;
  }
  throw new SyntaxError("No closing quotation");
}

/**
 * Quotes one word for a POSIX shell, only where it is needed.
 *
 * @returns a text that a shell reads as exactly this word
 */
export function quote(word: string): string {
  if (SAFE_WORD.test(word)) return word;
  return `'${word.replaceAll("'", `'"'"'`)}'`;
}

/**
 * Joins words into one command line.
 *
 * @returns a text that {@linkcode split} reads as these words
 */
export function join(words: readonly string[]): string {
  return words.map(quote).join(" ");
}
