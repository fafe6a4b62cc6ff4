/**
 * Python's `str.splitlines(keepends=True)`.
 *
 * @module
 */

/** Every line end of Python's but the lone `\n`, which the fast path handles. */
const OTHER_ENDS = /[\r\v\f\x1c-\x1e\x85\u2028\u2029]/;

/** One line with its end, or the unfinished last one. */
const LINE =
  /[^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]*(?:\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029])|[^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+/g;

/**
 * Splits a text into lines that keep their ends; their concatenation is the text.
 *
 * Line ends are `\n`, `\r\n`, `\r`, `\v`, `\f`, `\x1c`, `\x1d`, `\x1e`, `\x85`, U+2028 and U+2029.
 *
 * @returns the lines; none for an empty text
 */
export function splitLines(text: string): string[] {
  if (text === "") return [];
  if (OTHER_ENDS.test(text)) return text.match(LINE) ?? [];
  const lines: string[] = [];
  let start = 0;
  for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", start)) {
    lines.push(text.slice(start, end + 1));
    start = end + 1;
  }
  if (start < text.length) lines.push(text.slice(start));
  return lines;
}
