/**
 * Turns the words of the command line into options with their values, and operands.
 *
 * What no library does is done here: values that begin with a dash, long prefixes, clusters of
 * letters, and lists of words.
 *
 * @module
 */
import { findLong, findShort, flagName, isFlagWord, takesValue } from "../flags/lookup.ts";
import { hintForAnsibleOption } from "../flags/ansibles_own.ts";
import type { Flag } from "../flags/flag.ts";
import { FLAGS } from "../flags/table.ts";
import { nearest } from "../nearest.ts";

/** Something wrong with the command line; told unless help was asked for. */
export interface Problem {
  /** What is wrong. */
  readonly message: string;
  /** How to mend it. */
  readonly hint?: string;
}

/** A part of the command line, in its order. */
export type Item =
  | {
    readonly type: "option";
    readonly flag: Flag;
    readonly value?: string;
    /** The name as typed: to another command it may mean another flag. */
    readonly typed: string;
  }
  | { readonly type: "list"; readonly flag: Flag; readonly words: readonly string[] }
  | { readonly type: "operand"; readonly value: string }
  | { readonly type: "problem"; readonly problem: Problem };

/** The words that are not yet read. */
interface Words {
  readonly all: readonly string[];
  next: number;
}

/**
 * Scans the words of the command line.
 *
 * @param args what stands after the program's name
 * @returns its parts, in order
 */
export function scan(args: readonly string[]): readonly Item[] {
  const words: Words = { all: args, next: 0 };
  const items: Item[] = [];
  for (let word = words.all[words.next++]; word !== undefined; word = words.all[words.next++]) {
    if (word === "--") {
      items.push(...args.slice(words.next).map((value): Item => ({ type: "operand", value })));
      break;
    }
    if (word.startsWith("--")) items.push(scanLong(word, words));
    else if (word.startsWith("-") && word !== "-") items.push(...scanShorts(word, words));
    else items.push({ type: "operand", value: word });
  }
  return items;
}

function scanLong(word: string, words: Words): Item {
  const equals = word.indexOf("=");
  const typed = equals === -1 ? word : word.slice(0, equals);
  const inline = equals === -1 ? undefined : word.slice(equals + 1);
  const [flag, ...others] = findLong(typed.slice(2));
  if (flag === undefined) return unknownOption(typed);
  if (others.length > 0) {
    const candidates = [flag, ...others].map((each) => `--${each.long}`).join(", ");
    return problem(`Option "${typed}" is ambiguous: it may be ${candidates}`);
  }
  if (takesValue(flag)) return withValue({ flag, typed, inline }, words);
  if (inline === undefined) return { type: "option", flag, typed };
  return problem(`Option "${typed}" takes no value, got "${inline}"`);
}

function scanShorts(word: string, words: Words): readonly Item[] {
  const items: Item[] = [];
  for (let at = 1; at < word.length; at++) {
    const letter = String.fromCodePoint(word.codePointAt(at) ?? 0);
    const typed = `-${letter}`;
    const flag = findShort(letter);
    if (flag === undefined) return [...items, unknownOption(word, typed)];
    const rest = word.slice(at + 1);
    if (takesValue(flag)) {
      // Contract: `-p=x` is `-p x`, as with long options.
      const inline = rest === "" ? undefined : at === 1 ? rest.replace(/^=/, "") : rest;
      return [...items, withValue({ flag, typed, inline }, words)];
    }
    if (at === 1 && rest.startsWith("=")) {
      return [problem(`Option "${typed}" takes no value, got "${rest.slice(1)}"`)];
    }
    items.push({ type: "option", flag, typed });
  }
  return items;
}

interface Typed {
  readonly flag: Flag;
  readonly typed: string;
  readonly inline: string | undefined;
}

function withValue({ flag, typed, inline }: Typed, words: Words): Item {
  if (flag.kind === "list") {
    return { type: "list", flag, words: inline === undefined ? takeList(words) : [inline] };
  }
  if (inline !== undefined) return { type: "option", flag, value: inline, typed };
  const value = words.all[words.next];
  if (value === undefined) return problem(`Option "${typed}" needs a value`);
  if (flag.anyValue !== true && (value === "--" || isFlagWord(value))) {
    return problem(
      `Option "${typed}" needs a value, got the option "${value}"`,
      `If that is the value, write "--${flag.long}=${value}"`,
    );
  }
  words.next++;
  return { type: "option", flag, value, typed };
}

function takeList(words: Words): readonly string[] {
  const start = words.next;
  while (words.all[words.next]?.startsWith("-") === false) words.next++;
  return words.all.slice(start, words.next);
}

/** An option that is none of ours; of a group of letters, the one that is unknown. */
function unknownOption(typed: string, option = typed): Item {
  return problem(`Unknown option "${typed}"`, hintForAnsibleOption(option) ?? nearOption(option));
}

function nearOption(option: string): string | undefined {
  const known = FLAGS.flatMap((flag) => flag.long === undefined ? [] : [flag.long]);
  const near = nearest(option.replace(/^-+/, ""), known);
  const flag = near === undefined ? undefined : FLAGS.find((each) => each.long === near);
  return flag === undefined ? undefined : `Did you mean ${flagName(flag)}?`;
}

function problem(message: string, hint?: string): Item {
  return { type: "problem", problem: hint === undefined ? { message } : { message, hint } };
}
