/**
 * The flags that are in force in a group of a Python regex, by its inline flags.
 *
 * @module
 */
import type { RegexFlags } from "./atoms.ts";
import type { RegexReader } from "./reader.ts";

/** What a group such as `(?i)` or `(?s-i:` says. */
export interface FlagGroup {
  /** The flags from here on. */
  readonly flags: RegexFlags;
  /** Whether they hold for the whole pattern: there was no colon. */
  readonly isGlobal: boolean;
}

/**
 * Reads inline flags up to their `)` or `:`.
 *
 * @param reader the pattern, behind `(?`
 * @param outer the flags in force outside
 */
export function readFlags(reader: RegexReader, outer: RegexFlags): FlagGroup {
  const on = reader.take(/[A-Za-z]/);
  const isMinus = reader.eat("-");
  const off = isMinus ? reader.take(/[A-Za-z]/) : "";
  const isGlobal = !isMinus && reader.eat(")");
  if (!isGlobal && !reader.eat(":")) throw reader.invalid("a group has unknown flags");
  checkFlags(reader, { on, off: isMinus ? off : undefined });
  const flags = { ...outer };
  for (const flag of on) if (flag in flags) flags[flag as keyof RegexFlags] = true;
  for (const flag of off) flags[flag as keyof RegexFlags] = false;
  if (on.includes("u")) flags.a = false;
  return { flags, isGlobal };
}

function checkFlags(
  reader: RegexReader,
  { on, off }: { readonly on: string; readonly off: string | undefined },
): void {
  if (/[^aiLmsux]/.test(on) || /[^imsx]/.test(off ?? "")) {
    throw reader.invalid("a group has unknown flags");
  }
  if (on.includes("L")) throw reader.invalid("the flag L is for bytes only");
  if (on.includes("a") && on.includes("u")) {
    throw reader.invalid("the flags a and u exclude each other");
  }
  if (off === "") throw reader.invalid("a flag is missing after the minus");
  if ([...(off ?? "")].some((flag) => on.includes(flag))) {
    throw reader.invalid("a flag is turned on and off");
  }
}
