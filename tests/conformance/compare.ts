/**
 * Turns two outcomes into the list of places where they differ.
 *
 * @module
 */
import { formatJsonTree, type JsonTree, textOf } from "./json_tree.ts";
import type { EventFile, Outcome } from "./normalize.ts";

/** One place where two outcomes differ. */
export interface Mismatch {
  /** Where: `event 5 runner_on_ok /event_data/res/rc`. */
  readonly where: string;
  /** What is expected there: the original's, with the accepted differences made to it. */
  readonly expected: string;
  /** What is there. */
  readonly actual: string;
}

const absent = "(nothing)";

/**
 * Compares two outcomes whole: codes, files, texts, and every field of every event with its place.
 *
 * @param expected one outcome
 * @param actual the other
 * @returns every difference, none when they are equal
 */
export function compare(expected: Outcome, actual: Outcome): Mismatch[] {
  const found: Mismatch[] = [];
  const check = (where: string, left: string | undefined, right: string | undefined): void => {
    if (left === right) return;
    found.push({ where, expected: left ?? absent, actual: right ?? absent });
  };
  check("exit code", String(expected.exitCode), String(actual.exitCode));
  if (expected.files.join("\n") !== actual.files.join("\n")) {
    const [left, right] = [modes(expected.files), modes(actual.files)];
    for (const path of union(left, right)) check(`mode of ${path}`, left[path], right[path]);
  }
  for (const name of union(expected.texts, actual.texts)) {
    check(`file ${name}`, expected.texts[name], actual.texts[name]);
  }
  check("console output", expected.consoleOut, actual.consoleOut);
  check("console errors", expected.consoleErr, actual.consoleErr);
  for (const name of union(expected.trees, actual.trees)) {
    compareTrees(`file ${name} `, [expected.trees[name], actual.trees[name]], check);
  }
  compareEvents(expected.events, actual.events, check);
  return found;
}

/**
 * Shows mismatches to a person.
 *
 * @param mismatches what differs
 * @param limit how many to show
 * @returns several lines
 */
export function describe(mismatches: readonly Mismatch[], limit = 12): string {
  const lines = mismatches.slice(0, limit).map(({ where, expected, actual }) => {
    const [left, right] = excerpt(expected, actual);
    return `${where}\n    expected ${left}\n    actual   ${right}`;
  });
  const rest = mismatches.length - limit;
  return [...lines, ...(rest > 0 ? [`and ${rest} more`] : [])].join("\n");
}

type Check = (where: string, left: string | undefined, right: string | undefined) => void;

function compareEvents(
  expected: readonly EventFile[],
  actual: readonly EventFile[],
  check: Check,
): void {
  const count = Math.max(expected.length, actual.length);
  check("number of events", String(expected.length), String(actual.length));
  for (let index = 0; index < count; index++) {
    const [left, right] = [expected[index], actual[index]];
    const where = `event ${index + 1} ${textOf((left ?? right)?.body, "event") ?? "?"} `;
    check(`${where}file name`, left?.name, right?.name);
    check(`${where}spelling`, spelling(left), spelling(right));
    compareTrees(where, [left?.body, right?.body], check);
  }
}

function spelling(event: EventFile | undefined): string | undefined {
  return event === undefined ? undefined : event.canonical ? "as json.dumps" : "other";
}

type Pair = readonly [left: JsonTree | undefined, right: JsonTree | undefined];

function compareTrees(where: string, [left, right]: Pair, check: Check): void {
  if (isSame(left, right)) return;
  if (left?.kind === "object" && right?.kind === "object") {
    const keys = [left, right].map((tree) => tree.members.map(([key]) => key));
    check(`${where}/ keys`, JSON.stringify(keys[0]), JSON.stringify(keys[1]));
    const others = new Map(right.members);
    for (const [key, value] of left.members) {
      if (others.has(key)) compareTrees(`${where}/${key}`, [value, others.get(key)], check);
    }
  } else if (left?.kind === "array" && right?.kind === "array") {
    check(`${where}/ length`, String(left.items.length), String(right.items.length));
    for (const [index, item] of left.items.entries()) {
      if (index < right.items.length) {
        compareTrees(`${where}/${index}`, [item, right.items[index]], check);
      }
    }
  } else check(where, left && formatJsonTree(left), right && formatJsonTree(right));
}

/** Tells that two trees are equal without a name for each place in them. */
function isSame(left: JsonTree | undefined, right: JsonTree | undefined): boolean {
  if (left === right) return true;
  if (left?.kind === "string") return right?.kind === "string" && left.value === right.value;
  if (left?.kind === "literal") return right?.kind === "literal" && left.text === right.text;
  if (left?.kind === "array") {
    return right?.kind === "array" && left.items.length === right.items.length &&
      left.items.every((item, index) => isSame(item, right.items[index]));
  }
  return left?.kind === "object" && right?.kind === "object" &&
    left.members.length === right.members.length &&
    left.members.every(([key, value], index) => {
      const other = right.members[index];
      return key === other?.[0] && isSame(value, other[1]);
    });
}

function modes(files: readonly string[]): Record<string, string> {
  return Object.fromEntries(files.map((line) => [line.slice(5), line.slice(0, 4)]));
}

function union(left: Record<string, unknown>, right: Record<string, unknown>): string[] {
  return [...new Set([...Object.keys(left), ...Object.keys(right)])].sort();
}

/** The parts around the first character that differs. */
function excerpt(left: string, right: string): [string, string] {
  let at = 0;
  while (at < left.length && left[at] === right[at]) at++;
  const from = Math.max(0, at - 60);
  const cut = (text: string): string =>
    `${from > 0 ? `[${from}]…` : ""}${
      Deno.inspect(text.slice(from, at + 160), { strAbbreviateSize: 1000 })
    }`;
  return [cut(left), cut(right)];
}
