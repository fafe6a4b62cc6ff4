/**
 * Reads how a line of the spool begins: `KEY UUID `, as the plugin writes them.
 *
 * Looks at each byte once and decodes both at once: every event comes by here.
 *
 * @module
 */

/** The beginning of a line. */
export interface LineHead {
  /** `<pid>.<n>`. */
  readonly key: string;
  /** Letters, digits, `_` and `-`: it becomes part of a file name. */
  readonly uuid: string;
  /** Where what follows begins. */
  readonly end: number;
}

const MAX_DIGITS = 10;
const MAX_UUID = 100;

const DOT = 0x2e;
const SPACE = 0x20;

/** 1 for digits, 2 for what else a uuid may have. */
const KINDS = new Uint8Array(256);
for (const byte of new TextEncoder().encode("0123456789")) KINDS[byte] = 1;
for (const byte of new TextEncoder().encode(allLetters() + "_-")) KINDS[byte] = 2;

const decoder = new TextDecoder();

/**
 * Reads the beginning of a line.
 *
 * @param from where the line begins
 * @returns undefined when the key, or the uuid, is none
 */
export function readHead(bytes: Uint8Array, from: number): LineHead | undefined {
  const keyEnd = endOfKey(bytes, from);
  if (keyEnd < 0) return undefined;
  let end = keyEnd + 1;
  for (const limit = end + MAX_UUID; end < limit && KINDS[bytes[end] ?? 0] !== 0; end++);
  if (end === keyEnd + 1 || bytes[end] !== SPACE) return undefined;
  const text = decoder.decode(bytes.subarray(from, end));
  return { key: text.slice(0, keyEnd - from), uuid: text.slice(keyEnd + 1 - from), end: end + 1 };
}

/**
 * Reads the key alone.
 *
 * @returns undefined when it is none
 */
export function readKey(line: Uint8Array): string | undefined {
  const end = endOfKey(line, 0);
  return end < 0 ? undefined : decoder.decode(line.subarray(0, end));
}

/** Where the blank behind a key is; -1 when it is none. */
function endOfKey(bytes: Uint8Array, from: number): number {
  const dot = endOfDigits(bytes, from);
  if (dot === from || bytes[dot] !== DOT) return -1;
  const end = endOfDigits(bytes, dot + 1);
  return end === dot + 1 || bytes[end] !== SPACE ? -1 : end;
}

function endOfDigits(bytes: Uint8Array, from: number): number {
  let end = from;
  while (end < from + MAX_DIGITS && KINDS[bytes[end] ?? 0] === 1) end++;
  return end;
}

function allLetters(): string {
  const lower = "abcdefghijklmnopqrstuvwxyz";
  return lower + lower.toUpperCase();
}
