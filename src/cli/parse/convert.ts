/**
 * Turns scanned options into typed values, as the table of flags says.
 *
 * @module
 */
import type { Flag } from "../flags/flag.ts";
import { flagName } from "../flags/lookup.ts";
import { FLAGS, type FlagValues } from "../flags/table.ts";
import type { Item, Problem } from "./scan.ts";

/** Typed values, or what is wrong with them. */
export type ConvertedFlags =
  | { readonly ok: true; readonly flags: FlagValues }
  | { readonly ok: false; readonly problem: Problem };

/** Converts scanned options; of several problems the first is told, conflicts before all others. */
export function convertFlags(items: readonly Item[]): ConvertedFlags {
  const given = items.filter((item) => item.type === "option" || item.type === "list");
  const conflict = conflictText(given.map(({ flag }) => flag));
  if (conflict !== undefined) return { ok: false, problem: { message: conflict } };
  const values: Record<string, unknown> = {};
  for (const item of given) {
    const { key, repeatable } = item.flag;
    const texts = item.type === "list" ? item.words : [item.value ?? ""];
    for (const text of texts) {
      const value = convert(item.flag, text);
      if (value instanceof Unfit) return { ok: false, problem: { message: value.message } };
      const former = values[key];
      if (item.flag.kind === "count") values[key] = Number(former ?? 0) + 1;
      else if (repeatable !== true) values[key] = value;
      else values[key] = Array.isArray(former) ? [...former, value] : [value];
    }
  }
  // Every key has the type that its row says; a test walks through all rows.
  return { ok: true, flags: values as FlagValues };
}

/** A text that is no value of its flag. */
class Unfit {
  readonly message: string;

  constructor(flag: Flag, { text, expected }: { text: string; expected: string }) {
    this.message = `Option ${flagName(flag)} needs ${expected}, got "${text}"`;
  }
}

function convert(flag: Flag, text: string): string | number | boolean | Unfit {
  switch (flag.kind) {
    case "flag":
    case "count":
      return true;
    case "int": {
      // Contract: what Python's int() reads: blanks around, a sign, `1_000`.
      const plain = text.trim();
      const isInt = /^[+-]?\d+(_\d+)*$/.test(plain);
      return isInt
        ? Number(plain.replaceAll("_", ""))
        : new Unfit(flag, { text, expected: "a whole number" });
    }
    case "number": {
      const seconds = text.trim() === "" ? NaN : Number(text);
      const isFit = Number.isFinite(seconds) && seconds > 0;
      return isFit ? seconds : new Unfit(flag, { text, expected: "a number above 0" });
    }
    default: {
      const { choices } = flag;
      return choices === undefined || choices.includes(text)
        ? text
        : new Unfit(flag, { text, expected: choices.join(" or ") });
    }
  }
}

function conflictText(given: readonly Flag[]): string | undefined {
  for (const flag of FLAGS.filter((each) => given.includes(each))) {
    const other = given.find(({ key }) => flag.conflicts?.includes(key));
    if (other === undefined) continue;
    return `Option ${flagName(other)} is not allowed with ${flagName(flag)}`;
  }
  return undefined;
}
