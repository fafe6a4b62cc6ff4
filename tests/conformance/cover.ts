/**
 * Picks the cases that are worth a run on a second ansible-core. Together they show every kind of place
 * where its records differ from the first one's, and every accepted difference that shows at all.
 *
 * @module
 */
import { isLong } from "../testing/samples.ts";
import type { AnsibleStack } from "../testing/original.ts";
import type { Case } from "./cases.ts";
import { compare } from "./compare.ts";
import { expectedOutcome } from "./expect.ts";
import { normalize } from "./normalize.ts";
import { knownRecord } from "./record.ts";

/** Each of these asks for the whole corpus, or has said itself which cases to run. */
const ASKS_FOR_ALL = [
  "RUNNER_CONFORMANCE_ALL",
  "RUNNER_CONFORMANCE_CASES",
  "RUNNER_CONFORMANCE_FRESH",
  "RUNNER_CONFORMANCE_SELF",
  "RUNNER_CONFORMANCE_GOLDEN",
];

/** Two versions of ansible-core: cases are run on `stack`, the whole corpus on `first`. */
export interface StackPair {
  readonly stack: AnsibleStack;
  readonly first: AnsibleStack;
}

/** Gives the cases to run: all of them when asked for, and while anything is not recorded yet. */
export async function casesWorthARun(cases: readonly Case[], pair: StackPair): Promise<Case[]> {
  if (isLong || ASKS_FOR_ALL.some((name) => Deno.env.get(name))) return [...cases];
  const shown = new Map<Case, ReadonlySet<string>>();
  for (const theCase of cases) {
    const kinds = await kindsOf(theCase, pair);
    if (kinds === undefined) return [...cases];
    shown.set(theCase, kinds);
  }
  const chosen = cover(shown);
  return cases.filter((theCase) => chosen.has(theCase));
}

/**
 * Picks keys, the most telling first, until each item of any set is in the set of a picked key; then
 * gives back those whose items the others have come to show.
 */
export function cover<Key>(sets: ReadonlyMap<Key, ReadonlySet<string>>): Set<Key> {
  const missing = new Set([...sets.values()].flatMap((items) => [...items]));
  const chosen = new Set<Key>();
  while (missing.size > 0) {
    let best: readonly [number, Key] | undefined;
    for (const [key, items] of sets) {
      const count = [...items].filter((item) => missing.has(item)).length;
      if (count > (best?.[0] ?? 0)) best = [count, key];
    }
    if (best === undefined) break;
    chosen.add(best[1]);
    for (const item of sets.get(best[1]) ?? []) missing.delete(item);
  }
  for (const key of [...chosen]) {
    chosen.delete(key);
    const seen = new Set([...chosen].flatMap((other) => [...sets.get(other) ?? []]));
    if (![...sets.get(key) ?? []].every((item) => seen.has(item))) chosen.add(key);
  }
  return chosen;
}

/**
 * What a place where records differ is one of: the name of an event and, apart from it, of a field,
 * without numbers, names of hosts and what modules say of themselves. An event more or less makes
 * those behind it differ in every field: that is not one kind for each pair.
 */
export function kindsOfPlace(where: string): readonly string[] {
  const [, event, place = ""] = /^event \d+ (\S+) (.*)$/.exec(where) ?? [];
  if (event !== undefined) {
    const field = place.replace(/^(\/event_data\/res)\/.*/, "$1").replace(/\d+/g, "N");
    return [`event ${event}`, field];
  }
  return [
    where.replace(/\b(fact_cache|__pycache__)\/.*/, "$1/")
      .replace(/\bartifacts\/[^/]+/, "artifacts/*").replace(/\d+/g, "N"),
  ];
}

/** The kinds of places where the records differ. */
async function kindsOf(
  theCase: Case,
  { stack, first }: StackPair,
): Promise<Set<string> | undefined> {
  const [record, other] = [await knownRecord(stack, theCase), await knownRecord(first, theCase)];
  if (record === undefined || other === undefined) return undefined;
  const kinds = new Set<string>();
  expectedOutcome(record, { theCase, stack, used: kinds });
  for (const { where } of compare(normalize(other, theCase), normalize(record, theCase))) {
    for (const kind of kindsOfPlace(where)) kinds.add(kind);
  }
  return kinds;
}
