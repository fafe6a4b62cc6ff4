/**
 * Turns Python literals into values as `ast.literal_eval` does, and the text of `--role-vars` into
 * variables.
 *
 * @module
 */
import { ConfigError } from "../errors.ts";
import type { JsonObject } from "./options.ts";
import { LiteralParser } from "../python/literal.ts";
import { BigNumber, PyFloat } from "../python/values.ts";

/**
 * Reads one Python literal.
 *
 * Tuples and lists come as arrays, sets as `Set`, bytes as `Uint8Array`, dicts as objects whose keys
 * are what Python's `json` writes for them.
 *
 * @param text the literal
 * @returns the value
 * @throws {SyntaxError} when it is no literal, or one that JSON has no counterpart for (`1j`, `...`)
 */
export function parsePythonLiteral(text: string): unknown {
  return new LiteralParser(text.replaceAll(/\r\n?/g, "\n").replace(/^[ \t]+/, "")).parse();
}

/** Blanks of Python's `str.split()`. */
const BLANKS = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/;

/**
 * Reads the variables of `--role-vars`: `key=value` words, values as Python literals or else as text.
 *
 * Contract: words end at any blank, also inside quotes. Where that leaves a word without `=`, which
 * the original refuses, quotes and brackets hold a value together: `a="x y" b=[1, 2]`.
 *
 * @param text what follows the flag
 * @returns the variables, as JSON can carry them: bytes as text, sets and tuples as lists
 * @throws {ConfigError} when a word is not `key=value`
 */
export function parseRoleVars(text: string): JsonObject {
  const words = text.split(BLANKS).filter((word) => word !== "");
  const isPlain = words.every((word) => word.indexOf("=") > 0);
  const entries = (isPlain ? words : splitByLiterals(text)).map((word) => {
    const equals = word.indexOf("=");
    if (equals <= 0) {
      const message = `Cannot read --role-vars: expected key=value, got ${JSON.stringify(word)}`;
      throw new ConfigError("config.role_vars", message, {
        hint: "write values with blanks in quotes, as in --role-vars 'a=1 b=\"two words\"'",
      });
    }
    return [word.slice(0, equals), literalOrText(word.slice(equals + 1))] as const;
  });
  return Object.fromEntries(entries) as JsonObject;
}

/** Splits at blanks that stand neither in quotes nor in brackets. */
function splitByLiterals(text: string): string[] {
  const word =
    /(?:[^\s"'[\](){}]|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\[[^\]]*\]|\{[^}]*\}|\([^)]*\)|[^\s])+/gs;
  return text.match(word) ?? [];
}

function literalOrText(text: string): unknown {
  try {
    return toJson(parsePythonLiteral(text));
  } catch (error) {
    if (error instanceof SyntaxError) return text;
    throw error;
  }
}

/** Makes a value that JSON can carry, and that `JSON.stringify` writes exactly. */
function toJson(value: unknown): unknown {
  if (typeof value === "bigint") return new BigNumber(value);
  if (value instanceof Uint8Array) return new TextDecoder().decode(value);
  if (value instanceof Set) return [...value].map(toJson);
  if (Array.isArray(value)) return value.map(toJson);
  if (typeof value !== "object" || value === null || value instanceof PyFloat) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, toJson(item)]));
}
