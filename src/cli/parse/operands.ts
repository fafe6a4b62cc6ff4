/**
 * Turns operands and lists of words into the command and its word.
 *
 * A list such as `--process-isolation-hide-paths a b run demo` takes the words up to the next
 * option, but never the command or the private data directory.
 *
 * @module
 */
import { COMMANDS, findCommand } from "../flags/commands.ts";
import { flagName } from "../flags/lookup.ts";
import type { Command } from "../flags/flag.ts";
import { nearest } from "../nearest.ts";
import type { Item, Problem } from "./scan.ts";

/** What the operands say. */
export interface Operands {
  /** The command, if it is known. */
  readonly command?: Command;
  /** Its word, if it takes one and has one. */
  readonly operand?: string;
  /** Words after that one, of a command that takes more. */
  readonly more?: readonly string[];
  /** The parts of the command line, lists less the words that are operands. */
  readonly items: readonly Item[];
  /** What is wrong. */
  readonly problem?: Problem;
}

/** An operand and the part of the command line it stands in. */
interface Placed {
  readonly value: string;
  readonly at: number;
}

/**
 * Finds the command and its word.
 *
 * @param scanned the parts of the command line
 * @returns command, word, and the parts less what was taken out of lists
 */
export function resolveOperands(scanned: readonly Item[]): Operands {
  const items = [...scanned];
  let placed = operandsOf(items);
  if (findCommand(placed[0]?.value ?? "") === undefined) {
    placed = [...takeCommandFromList(items, placed[0]?.at ?? items.length), ...placed];
  }
  const [first, ...others] = placed;
  if (first === undefined) return { items, problem: { message: missingCommand() } };
  const command = findCommand(first.value);
  if (command === undefined) return { items, problem: unknownCommand(first.value) };
  return resolveOperand(items, { command, at: first.at, others });
}

function operandsOf(items: readonly Item[]): readonly Placed[] {
  return items.flatMap((item, at) => item.type === "operand" ? [{ value: item.value, at }] : []);
}

/** Cuts the command and what follows it out of the last list before a place. */
function takeCommandFromList(items: Item[], before: number): readonly Placed[] {
  for (let at = before - 1; at >= 0; at--) {
    const item = items[at];
    if (item?.type !== "list") continue;
    const cut = item.words.findLastIndex((word, index) => index > 0 && isCommand(word));
    if (cut === -1) continue;
    items[at] = { ...item, words: item.words.slice(0, cut) };
    return item.words.slice(cut).map((value) => ({ value, at }));
  }
  return [];
}

function isCommand(word: string): boolean {
  return findCommand(word) !== undefined;
}

interface Found {
  readonly command: Command;
  readonly at: number;
  readonly others: readonly Placed[];
}

function resolveOperand(items: Item[], { command, at, others }: Found): Operands {
  const [first, ...rest] = others;
  const { words = [], takesIdents = false } = command;
  const isAction = command.action !== undefined && first?.value === command.action;
  const extra = command.operand === undefined && !isAction ? first : rest[words.length];
  if (extra !== undefined && !takesIdents) {
    return { command, items, problem: { message: `Unexpected argument "${extra.value}"` } };
  }
  if (command.operand === undefined && first === undefined) return { command, items };
  if (first !== undefined) {
    const more = rest.map(({ value }) => value);
    const missing = words.slice(more.length).join(" and ");
    const problem = { message: `Command "${command.name}" needs ${missing}: names of runs` };
    if (missing !== "") return { command, items, operand: first.value, problem };
    return { command, items, operand: first.value, ...(more.length > 0 ? { more } : {}) };
  }
  // A list keeps at least one word of its own.
  const lists = items.flatMap((item, index) =>
    index > at && item.type === "list" && item.words.length > 1 ? [{ item, index }] : []
  );
  const [list] = lists;
  if (list === undefined || lists.length > 1) {
    return { command, items, problem: missingOperand(command, items) };
  }
  items[list.index] = { ...list.item, words: list.item.words.slice(0, -1) };
  return { command, items, operand: list.item.words.at(-1) ?? "" };
}

function missingCommand(): string {
  return `Missing command: expected one of ${COMMANDS.map(({ name }) => name).join(", ")}`;
}

function missingOperand(command: Command, items: readonly Item[]): Problem {
  const message = command.operand === "SHELL"
    ? `Command "${command.name}" needs a shell: bash, zsh or fish`
    : `Command "${command.name}" needs a private data directory`;
  const list = items.find((item) => item.type === "list");
  if (list?.type !== "list") return { message };
  const hint = `Put it right after the command; ${flagName(list.flag)} takes the words after it`;
  return { message, hint };
}

function unknownCommand(word: string): Problem {
  const near = nearest(word, COMMANDS.map(({ name }) => name));
  const message = `Unknown command "${word}"`;
  if (near === undefined) return { message, hint: missingCommand().replace(/^.*: e/, "E") };
  return { message, hint: `Did you mean "${near}"?` };
}
