/**
 * Turns scanned options into typed values, by the library `gunshi`; the only module that knows it.
 *
 * The library tokenises, converts, collects and finds conflicts. It gets each option spelt out as
 * `--key=value`, because otherwise it takes no value that begins with a dash.
 *
 * @module
 */
import { type Args, type ArgSchema, parseArgs, resolveArgs } from "gunshi";
import { flagName } from "./lookup.ts";
import type { Flag, FlagValues } from "./flag.ts";
import { FLAGS } from "./table.ts";
import type { Item, Problem } from "../parse/scan.ts";

/** Typed values, or what is wrong with them. */
export type ConvertedFlags =
  | { readonly ok: true; readonly flags: FlagValues }
  | { readonly ok: false; readonly problem: Problem };

/**
 * Converts scanned options.
 *
 * @param items the parts of the command line
 * @returns typed values by the flags' keys, or the first problem
 */
export function convertFlags(items: readonly Item[]): ConvertedFlags {
  const schema: Args = Object.fromEntries(FLAGS.map((flag) => [flag.key, schemaOf(flag)]));
  const resolved = resolveArgs(schema, parseArgs(items.flatMap(spellOut)));
  const [error] = resolved.error?.errors ?? [];
  if (error instanceof Error) {
    const message = conflictText(resolved.explicit) ?? error.message;
    return { ok: false, problem: { message } };
  }
  const values: Record<string, unknown> = {};
  for (const { key, kind } of FLAGS) {
    const value: unknown = resolved.values[key];
    if (value === undefined) continue;
    values[key] = kind === "count" && Array.isArray(value) ? value.length : value;
  }
  // The schema has for every key the type that `FlagValues` says; a test walks through all.
  return { ok: true, flags: values as FlagValues };
}

function spellOut(item: Item): readonly string[] {
  if (item.type === "list") return item.words.map((word) => `--${item.flag.key}=${word}`);
  if (item.type !== "option") return [];
  return [`--${item.flag.key}` + (item.value === undefined ? "" : `=${item.value}`)];
}

function schemaOf(flag: Flag): ArgSchema {
  const conflicts = { conflicts: [...flag.conflicts ?? []] };
  if (flag.kind === "flag") return { type: "boolean", ...conflicts };
  if (flag.kind === "count") return { type: "boolean", multiple: true, ...conflicts };
  // Not the library's `string`: that one takes empty text for no text.
  const parse = (text: string) => convert(flag, text);
  const multiple = flag.repeatable === true ? { multiple: true as const } : {};
  return { type: "custom", parse, ...multiple, ...conflicts };
}

function convert(flag: Flag, text: string): string | number {
  if (flag.kind === "int") return toInteger(flag, text);
  if (flag.kind === "number") return toSeconds(flag, text);
  return text;
}

function toInteger(flag: Flag, text: string): number {
  // Contract: what Python's int() reads: blanks around, a sign, `1_000`.
  const plain = text.trim();
  if (/^[+-]?\d+(_\d+)*$/.test(plain)) return Number(plain.replaceAll("_", ""));
  throw new TypeError(`Option ${flagName(flag)} needs a whole number, got "${text}"`);
}

function toSeconds(flag: Flag, text: string): number {
  const seconds = text.trim() === "" ? NaN : Number(text);
  if (Number.isFinite(seconds) && seconds > 0) return seconds;
  throw new TypeError(`Option ${flagName(flag)} needs a number above 0, got "${text}"`);
}

function conflictText(explicit: Readonly<Record<string, boolean>>): string | undefined {
  const given = FLAGS.filter((flag) => explicit[flag.key]);
  for (const flag of given) {
    const other = given.find((each) => flag.conflicts?.includes(each.key));
    if (other === undefined) continue;
    return `Option ${flagName(other)} is not allowed with ${flagName(flag)}`;
  }
  return undefined;
}
