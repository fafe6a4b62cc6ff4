/**
 * Finds rows of the table of flags.
 *
 * @module
 */
import type { Command, CommandName, Flag } from "./flag.ts";
import { FLAGS } from "./table.ts";

/** Lists the flags that mean something to a command, in the order of the help. */
export function flagsOf(command: CommandName): readonly Flag[] {
  return FLAGS.filter((flag) => flag.commands.includes(command));
}

/** Tells whether a command accepts a flag, be it to ignore it. */
export function acceptsFlag(command: Command, flag: Flag): boolean {
  if (flag.commands.includes(command.name)) return true;
  return command.ignoresRunFlags === true && flag.commands.includes("run");
}

/** Names a flag as messages do: `-p/--playbook`. */
export function flagName(flag: Flag): string {
  const names: string[] = [];
  if (flag.short !== undefined) names.push(`-${flag.short}`);
  if (flag.long !== undefined) names.push(`--${flag.long}`);
  return names.join("/");
}

/** Tells whether a flag takes a value. */
export function takesValue(flag: Flag): boolean {
  return flag.kind !== "flag" && flag.kind !== "count";
}

/**
 * Finds a flag by its letter.
 *
 * @param letter what stands after `-`
 * @returns its row, or undefined
 */
export function findShort(letter: string): Flag | undefined {
  return FLAGS.find((flag) => flag.short === letter);
}

/**
 * Finds the flags that a long name or its beginning may mean.
 *
 * @param name what stands after `--`, less `=value`
 * @returns none, one, or the candidates of an ambiguous prefix
 */
export function findLong(name: string): readonly Flag[] {
  const exact = FLAGS.filter((flag) => flag.long === name);
  // Which of several commands it belongs to is found out when the command is known.
  if (exact.length > 0 || name === "") return exact.slice(0, 1);
  const prefixed = FLAGS.filter((flag) => flag.long?.startsWith(name));
  // `--f` means `--forks` to users of the original: flags of other commands do not disturb.
  const ofRun = prefixed.filter((flag) => flag.commands.includes("run"));
  // Nor does what the original lacks: a prefix that it takes means the same here.
  const ofOriginal = ofRun.filter((flag) => flag.origin !== "ours");
  return [ofOriginal, ofRun, prefixed].find((flags) => flags.length > 0) ?? [];
}

/**
 * Tells whether a word is exactly one of our flags: such a word is no value.
 *
 * @param word a word of the command line
 * @returns whether it is `--name`, `--name=value`, a letter or a row of `v`s
 */
export function isFlagWord(word: string): boolean {
  if (/^-v+$/.test(word)) return true;
  if (/^-[^-]$/.test(word)) return findShort(word.slice(1)) !== undefined;
  if (!word.startsWith("--")) return false;
  const name = word.slice(2).split("=", 1)[0];
  return FLAGS.some((flag) => flag.long === name);
}
