/**
 * The characters that Python's `re.IGNORECASE` takes for the same.
 *
 * JavaScript's own `i` is close but not the same (`İ`, `ı`), and V8's `(?i:…)` loses the flag of the
 * characters around it, so that sets of characters are written instead.
 *
 * @module
 */

/** Blocks with letters of two cases; the rest is ideographs and the like. */
const BLOCKS: readonly (readonly [number, number])[] = [
  [0x41, 0x2fff],
  [0xa640, 0xabff],
  [0xfb00, 0xffff],
  [0x10400, 0x10fff],
  [0x11800, 0x118ff],
  [0x16e00, 0x16fff],
  [0x1d400, 0x1d7ff],
  [0x1e900, 0x1e9ff],
];

let variants: ReadonlyMap<number, readonly number[]> | undefined;

/**
 * Gives the characters that are the same but for their case.
 *
 * @param isAscii whether only ASCII letters have cases
 * @returns all of them, the code point itself included
 */
export function caseVariants(code: number, isAscii: boolean): readonly number[] {
  if (isAscii) {
    const isLetter = /^[a-z]$/i.test(String.fromCodePoint(code));
    return isLetter ? [code & ~0x20, code | 0x20] : [code];
  }
  variants ??= findVariants();
  return variants.get(code) ?? [code];
}

/** Groups the letters by the upper case of their lower case; takes some ms, once. */
function findVariants(): ReadonlyMap<number, readonly number[]> {
  const groups = new Map<string, number[]>();
  for (const [first, last] of BLOCKS) {
    for (let code = first; code <= last; code++) {
      const char = String.fromCodePoint(code);
      // The one letter whose lower case is two characters here, and one for Python.
      const lower = char === "\u0130" ? "i" : char.toLowerCase();
      const key = lower.toUpperCase();
      if (key === char && lower === char) continue;
      const group = groups.get(key);
      if (group) group.push(code);
      else groups.set(key, [code]);
    }
  }
  const result = new Map<number, readonly number[]>();
  for (const group of groups.values()) {
    if (group.length > 1) { for (const code of group) result.set(code, group); }
  }
  return result;
}
