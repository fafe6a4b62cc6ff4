/**
 * The bounds of a repetition in a Python regex.
 *
 * @module
 */
import type { RegexReader } from "./reader.ts";

/** Python's word for "without end". */
const MAX_REPEAT = 4294967295;

/**
 * Reads the bounds of a repetition.
 *
 * @param reader the pattern, behind the sign
 * @param sign one of `* + ? {`
 * @returns the bounds, or undefined when a `{` stands for itself
 */
export function readBounds(
  reader: RegexReader,
  sign: string,
): { readonly min: number; readonly max: number } | undefined {
  if (sign !== "{") return { min: sign === "+" ? 1 : 0, max: sign === "?" ? 1 : Infinity };
  const start = reader.position;
  const low = reader.take(/[0-9]/);
  const hasComma = reader.eat(",");
  const high = hasComma ? reader.take(/[0-9]/) : low;
  if (!reader.eat("}") || (low === "" && !hasComma)) {
    reader.rewind(start);
    return undefined;
  }
  const min = Number(low || "0");
  const max = high === "" ? Infinity : Number(high);
  if (min >= MAX_REPEAT || (high !== "" && max >= MAX_REPEAT)) {
    throw reader.invalid("a repetition is too long");
  }
  if (max < min) throw reader.invalid("a repetition has its bounds in the wrong order");
  return { min, max };
}
