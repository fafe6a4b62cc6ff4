/**
 * Turns the escapes and character sets of a Python regex into those of JavaScript's `v` mode.
 *
 * @module
 */
import { caseVariants } from "./case_variants.ts";
import type { RegexReader } from "./reader.ts";

/** The inline flags that change what an atom means. */
export interface RegexFlags {
  /** Ignore case. */
  readonly i: boolean;
  /** `^` and `$` at every line. */
  readonly m: boolean;
  /** `.` matches a newline too. */
  readonly s: boolean;
  /** Blanks and comments in the pattern. */
  readonly x: boolean;
  /** `\w`, `\d`, `\s`, `\b` are ASCII only. */
  readonly a: boolean;
}

const OCTAL = /[0-7]/;
const HEX = /[0-9a-fA-F]/;
const SIMPLE: Readonly<Record<string, number>> = {
  a: 7,
  f: 12,
  n: 10,
  r: 13,
  t: 9,
  v: 11,
  "\\": 92,
};
const HEX_LENGTH: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

/** Contents of the sets `\w`, `\d` and `\s`: Python's blanks are not JavaScript's. */
const CATEGORIES = {
  unicode: {
    w: "\\p{L}\\p{N}_",
    d: "\\p{Nd}",
    s: "\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000",
  },
  ascii: { w: "a-zA-Z0-9_", d: "0-9", s: "\\t-\\r\\x20" },
} as const;

/**
 * Writes a category such as `\w` or `\W` as a set.
 *
 * @param letter one of `w d s W D S`
 * @returns a set in brackets, or undefined when the letter is no category
 */
export function categorySet(letter: string, flags: RegexFlags): string | undefined {
  const table = flags.a ? CATEGORIES.ascii : CATEGORIES.unicode;
  const lower = letter.toLowerCase();
  if (lower !== "w" && lower !== "d" && lower !== "s") return undefined;
  return letter === lower ? `[${table[lower]}]` : `[^${table[lower]}]`;
}

/**
 * Writes `\\b` or `\\B`.
 *
 * @param letter `b` or `B`
 */
export function wordBoundary(letter: "b" | "B", flags: RegexFlags): string {
  const word = categorySet("w", flags) ?? "";
  const text = letter === "b"
    ? `(?<=${word})(?!${word})|(?<!${word})(?=${word})`
    // Contract: in an empty text there is no `\\B` for Python.
    : `(?<=${word})(?=${word})|(?<!${word})(?!${word})(?:(?<=[^])|(?=[^]))`;
  return `(?:${text})`;
}

/**
 * Writes one character so that it stands for itself everywhere.
 *
 * @returns the character or its escape, or a set of the characters that count as the same
 */
export function literal(code: number, flags: RegexFlags): string {
  const variants = flags.i ? caseVariants(code, flags.a) : [code];
  return variants.length > 1 ? `[${variants.map(escape).join("")}]` : escape(code);
}

function escape(code: number): string {
  const char = String.fromCodePoint(code);
  return /[A-Za-z0-9_]/.test(char) ? char : `\\u{${code.toString(16)}}`;
}

/**
 * Reads what follows a backslash when it stands for one character, in a set or outside.
 *
 * @param reader the pattern, behind the letter
 * @param letter the character behind the backslash
 * @returns the code point, or undefined when it is no such escape
 */
export function escapedCode(reader: RegexReader, letter: string): number | undefined {
  const simple = SIMPLE[letter];
  if (simple !== undefined) return simple;
  const length = HEX_LENGTH[letter];
  if (length !== undefined) {
    const digits = reader.take(HEX, length);
    const code = parseInt(digits, 16);
    if (digits.length < length || code > 0x10ffff) {
      throw reader.invalid(`incomplete escape \\${letter}${digits}`);
    }
    return code;
  }
  if (letter === "N") throw reader.unsupported("the escape \\N{…}");
  if (letter === "") throw reader.invalid("a backslash stands at its end");
  return /[A-Za-z0-9]/.test(letter) ? undefined : letter.codePointAt(0);
}

/**
 * Reads the rest of an octal escape.
 *
 * @param reader the pattern, behind the first digit
 */
export function octalCode(reader: RegexReader, first: string): number {
  const digits = first + reader.take(OCTAL, 2);
  const code = parseInt(digits, 8);
  if (code > 0o377) throw reader.invalid(`octal escape \\${digits} is above \\377`);
  return code;
}

/**
 * Reads a character set.
 *
 * @param reader the pattern, behind the opening bracket
 */
export function readSet(reader: RegexReader, flags: RegexFlags): string {
  let set = reader.eat("^") ? "[^" : "[";
  let isFirst = true;
  while (isFirst || reader.peek() !== "]") {
    isFirst = false;
    const start = readSetMember(reader, flags);
    if (!reader.eat("-")) {
      set += memberText(start, flags);
      continue;
    }
    if (reader.peek() === "]") {
      set += memberText(start, flags) + escape(0x2d);
      continue;
    }
    const end = readSetMember(reader, flags);
    if (typeof start === "string" || typeof end === "string" || end < start) {
      throw reader.invalid("a range in a set has a wrong bound");
    }
    set += rangeText([start, end], flags);
  }
  reader.next();
  return `${set}]`;
}

/** Reads a code point, or a category as a nested set. */
function readSetMember(reader: RegexReader, flags: RegexFlags): number | string {
  const char = reader.next();
  if (char === "") throw reader.invalid("a set has no ]");
  if (char !== "\\") return char.codePointAt(0) ?? 0;
  const letter = reader.next();
  if (letter === "b") return 8;
  if (OCTAL.test(letter)) return octalCode(reader, letter);
  const member = categorySet(letter, flags) ?? escapedCode(reader, letter);
  if (member === undefined) throw reader.invalid(`bad escape \\${letter} in a set`);
  return member;
}

function memberText(member: number | string, flags: RegexFlags): string {
  return typeof member === "string" ? member : rangeText([member, member], flags);
}

function rangeText([start, end]: [number, number], flags: RegexFlags): string {
  const range = start === end ? escape(start) : `${escape(start)}-${escape(end)}`;
  if (!flags.i) return range;
  const others = new Set<number>();
  for (let code = start; code <= end; code++) {
    for (const variant of caseVariants(code, flags.a)) {
      if (variant < start || variant > end) others.add(variant);
    }
  }
  return range + [...others].map(escape).join("");
}
