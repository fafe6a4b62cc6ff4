/**
 * Holds options of helpers against the values that they may have.
 *
 * @module
 */
import { ConfigError } from "../errors.ts";

/**
 * Makes sure that an option has one of its values.
 *
 * @param what name of the option, the function that has it, and what may be given
 * @throws {ConfigError} when it is none of these
 */
export function checkChoice(
  what: { readonly option: string; readonly of: string; readonly allowed: readonly string[] },
  value: string | undefined,
): void {
  const { allowed } = what;
  if (value === undefined || allowed.includes(value)) return;
  throw new ConfigError(
    "config.choice",
    `Cannot use ${what.option} "${value}" of ${what.of}: expected ${allowed.join(", ")}`,
  );
}
