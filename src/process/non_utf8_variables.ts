/**
 * Those variables of our environment that are not UTF-8 and that Deno leaves out.
 *
 * @module
 */
import { splitAtNul } from "../internal/bytes.ts";

/**
 * Finds variables that Deno cannot carry, so that a program still gets them.
 *
 * @param env what the program gets anyway; it wins
 * @returns `NAME=VALUE` as bytes
 */
export function findOddVariables(env: Readonly<Record<string, string>>): Uint8Array[] {
  let bytes: Uint8Array;
  try {
    bytes = Deno.readFileSync("/proc/self/environ");
  } catch {
    return [];
  }
  if (decode(bytes) !== undefined) return [];
  return splitAtNul(bytes).filter((item) => {
    const at = item.indexOf(EQUALS);
    if (at <= 0 || decode(item) !== undefined) return false;
    const name = decode(item.subarray(0, at));
    return name === undefined || !Object.hasOwn(env, name);
  });
}

const EQUALS = 61;

function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
