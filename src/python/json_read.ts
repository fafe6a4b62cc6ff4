/**
 * Reads JSON as Python's `json` does: big integers, `1.0` and `NaN` are kept.
 *
 * @module
 */
import { pyFloat, pyInt } from "./values.ts";

/** Where `JSON.parse` alone may lose something: a point, an exponent, 16 digits, `-0`. */
const INEXACT = /\d[.eE]\d|\d[eE][-+]|\d{16}|-0/;

/** Texts, so that they are stepped over, and the numbers that only Python's JSON has. */
const CONSTANTS = /"[^"\\]*(?:\\.[^"\\]*)*"|-?Infinity|NaN/g;

/** What stands for those numbers while `JSON.parse` reads the text. */
const STAND_INS: Readonly<Record<string, string>> = {
  "Infinity": "1e99999",
  "-Infinity": "-1e99999",
  "NaN": "0e99999",
};

/**
 * Reads a JSON text.
 *
 * @returns the value; ints above 2^53 as `bigint`, integral floats as `PyFloat`
 * @throws {SyntaxError} when it is not JSON as Python reads it
 */
export function parseJson(text: string): unknown {
  const mayHaveConstants = text.includes("NaN") || text.includes("Infinity");
  if (!mayHaveConstants && !INEXACT.test(text)) return JSON.parse(text);
  const source = mayHaveConstants
    ? text.replaceAll(CONSTANTS, (found) => STAND_INS[found] ?? found)
    : text;
  return (JSON.parse as ParseWithSource)(source, exactNumber);
}

/** TypeScript's library does not know the reviver's third argument yet. */
type ParseWithSource = (
  text: string,
  reviver: (key: string, value: unknown, context: { readonly source?: string }) => unknown,
) => unknown;

function exactNumber(_key: string, value: unknown, context: { readonly source?: string }): unknown {
  if (typeof value !== "number") return value;
  const source = context.source ?? String(value);
  if (source === STAND_INS["NaN"]) return NaN;
  return /[.eE]/.test(source) ? pyFloat(value) : pyInt(BigInt(source));
}
