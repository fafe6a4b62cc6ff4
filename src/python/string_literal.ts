/**
 * Turns a Python string or bytes literal into its value.
 *
 * @module
 */

/** A literal read from a text, and where it ends. */
export interface StringLiteral {
  /** Text, or bytes for a literal with the prefix `b`. */
  readonly value: string | Uint8Array;
  /** Offset behind its closing quote. */
  readonly end: number;
}

const OPENING = /([bB][rR]?|[rR][bB]?|[uU])?('''|"""|'|")/y;

const SIMPLE: Readonly<Record<string, string>> = {
  "\n": "",
  "\\": "\\",
  "'": "'",
  '"': '"',
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
};

/**
 * Reads a literal at a place of a text.
 *
 * @param text the text
 * @param start offset of the prefix or the opening quote
 * @returns the literal, or undefined when none begins there
 * @throws {SyntaxError} when it is malformed
 */
export function readPythonString(text: string, start: number): StringLiteral | undefined {
  OPENING.lastIndex = start;
  const opening = OPENING.exec(text);
  if (!opening) return undefined;
  const [all, prefix = "", quote = ""] = opening;
  const end = closingQuote(text, start + all.length, quote);
  const body = text.slice(start + all.length, end);
  const isBytes = /b/i.test(prefix);
  if (isBytes && /[^\x00-\x7f]/.test(body)) {
    throw new SyntaxError("bytes hold ASCII characters only");
  }
  const decoded = /r/i.test(prefix) ? body : unescape(body, isBytes);
  const value = isBytes ? Uint8Array.from(decoded, (char) => char.charCodeAt(0)) : decoded;
  return { value, end: end + quote.length };
}

function closingQuote(text: string, start: number, quote: string): number {
  for (let position = start; position < text.length; position++) {
    const char = text[position];
    if (char === "\\") position++;
    else if (char === "\n" && quote.length === 1) break;
    else if (text.startsWith(quote, position)) return position;
  }
  throw new SyntaxError("a string has no closing quote");
}

const ESCAPE = /\\(?:([0-7]{1,3})|x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([^]))/g;

function unescape(body: string, isBytes: boolean): string {
  return body.replaceAll(ESCAPE, (all, octal, hex, short, long, char) => {
    if (octal !== undefined) {
      const code = parseInt(octal, 8);
      return String.fromCharCode(isBytes ? code & 0xff : code);
    }
    if (hex !== undefined) return String.fromCharCode(parseInt(hex, 16));
    if (isBytes && (short ?? long) !== undefined) return all;
    if (short !== undefined) return String.fromCharCode(parseInt(short, 16));
    if (long !== undefined) return fromCodePoint(parseInt(long, 16));
    return simpleEscape(char, isBytes);
  });
}

function fromCodePoint(code: number): string {
  if (code > 0x10ffff) throw new SyntaxError("an escape is above U+10FFFF");
  return String.fromCodePoint(code);
}

/** `\q` stays as it is; a `\x` or `\u` without its digits is an error, and so is `\N` for us. */
function simpleEscape(char: string, isBytes: boolean): string {
  const value = SIMPLE[char];
  if (value !== undefined) return value;
  if (char === "x" || (!isBytes && "uUN".includes(char))) {
    throw new SyntaxError(`the escape \\${char} is malformed or not supported`);
  }
  return `\\${char}`;
}
