/**
 * Turns the words of the command line into a command with typed flags; touches no system.
 *
 * @module
 */
import { UsageError } from "../../errors.ts";
import { SHELLS } from "../flags/commands.ts";
import { acceptsFlag, flagName, takesValue } from "../flags/lookup.ts";
import type { Command, CommandName, DirCommandName, ShellName } from "../flags/flag.ts";
import { type FlagKey, FLAGS, type FlagValues } from "../flags/table.ts";
import { nearest } from "../nearest.ts";
import { resolveOperands } from "./operands.ts";
import { convertFlags } from "./convert.ts";
import { type Item, type Problem, scan } from "./scan.ts";

/** A command that works on a private data directory. */
export interface DirCommand {
  readonly kind: "command";
  /** Which command. */
  readonly command: DirCommandName;
  /** The private data directory, as typed. */
  readonly privateDataDir: string;
  /** The words after it, where the command takes some. */
  readonly words?: readonly string[];
  /** The flags that were typed. */
  readonly flags: FlagValues;
  /** All idents, of a command that takes several; of others the last one is in the flags. */
  readonly idents?: readonly string[];
}

/** The command that runs the jobs of others. */
export interface WorkerCommand {
  readonly kind: "worker";
  /** Whether it cleans up after them instead. */
  readonly isCleanup: boolean;
  /** The flags that were typed. */
  readonly flags: FlagValues;
}

/** What the command line says. */
export type ParsedCommandLine =
  | { readonly kind: "bare" }
  | { readonly kind: "help"; readonly command?: CommandName }
  | { readonly kind: "version" }
  | { readonly kind: "completions"; readonly shell: ShellName }
  | { readonly kind: "doctor"; readonly flags: FlagValues }
  | WorkerCommand
  | DirCommand;

/** Bad usage of a command, if it is known which: its usage is shown. */
export class CommandLineError extends UsageError {
  /** The command. */
  readonly command: CommandName | undefined;

  /** Makes an error. */
  constructor(problem: Problem, command?: CommandName) {
    super(problem.message, { hint: problem.hint });
    this.command = command;
  }
}

/**
 * Parses the command line. Options may stand before the command, between it and the private data
 * directory, and after.
 *
 * @param args what stands after the program's name
 * @throws {CommandLineError} when it is no command line of ours
 *
 * @example
 * ```ts
 * const parsed = parseCommandLine(["-p", "test.yml", "run", "demo"]);
 * ```
 */
export function parseCommandLine(args: readonly string[]): ParsedCommandLine {
  if (args.length === 0) return { kind: "bare" };
  const scanned = scan(args);
  const { command, operand, more = [], items, problem } = resolveOperands(scanned);
  if (hasOption(items, "help")) {
    return command === undefined ? { kind: "help" } : { kind: "help", command: command.name };
  }
  if (hasOption(items, "version")) return { kind: "version" };
  const [wrong] = items.flatMap((item) => item.type === "problem" ? [item.problem] : []);
  if (wrong !== undefined) throw new CommandLineError(wrong, command?.name);
  if (command === undefined || problem !== undefined) {
    throw new CommandLineError(problem ?? { message: "Missing command" }, command?.name);
  }
  const flags = flagsFor(command, items);
  return toCommand(command, { operand, words: more, flags, idents: [...identsOf(items), ...more] });
}

function hasOption(items: readonly Item[], key: FlagKey): boolean {
  return items.some((item) => item.type === "option" && item.flag.key === key);
}

function flagsFor(command: Command, scanned: readonly Item[]): FlagValues {
  const items = scanned.map((item) => meantBy(command, item));
  for (const item of items) {
    if (item.type !== "option" && item.type !== "list" || acceptsFlag(command, item.flag)) continue;
    const message = `Option ${flagName(item.flag)} does not apply to "${command.name}"`;
    throw new CommandLineError({ message }, command.name);
  }
  const converted = convertFlags(items);
  if (!converted.ok) throw new CommandLineError(converted.problem, command.name);
  return converted.flags;
}

/** A name may mean one flag to this command and another to others: `--host` is `--hosts` of run. */
function meantBy(command: Command, item: Item): Item {
  if (item.type !== "option" || acceptsFlag(command, item.flag)) return item;
  const { typed, value } = item;
  const meant = FLAGS.filter((flag) =>
    acceptsFlag(command, flag) && takesValue(flag) === (value !== undefined) &&
    (typed === `-${flag.short}` || `--${flag.long}`.startsWith(typed))
  );
  return meant.length === 1 && meant[0] !== undefined ? { ...item, flag: meant[0] } : item;
}

function identsOf(items: readonly Item[]): string[] {
  return items.flatMap((item) =>
    item.type === "option" && item.flag.key === "ident" ? [item.value ?? ""] : []
  );
}

interface Rest {
  readonly operand: string | undefined;
  readonly words: readonly string[];
  readonly flags: FlagValues;
  readonly idents: readonly string[];
}

function toCommand(
  { name, takesIdents }: Command,
  { operand, words, flags, idents }: Rest,
): ParsedCommandLine {
  if (name === "doctor") return { kind: "doctor", flags };
  if (name === "worker") return { kind: "worker", isCleanup: operand !== undefined, flags };
  if (name === "completions") return { kind: "completions", shell: toShell(operand ?? "") };
  if (operand === undefined || operand === "") {
    // An empty word is an unset variable of a script rather than the current directory.
    throw new CommandLineError(
      { message: `Command "${name}" needs a private data directory` },
      name,
    );
  }
  const several = takesIdents === true && idents.length > 0 ? { idents } : {};
  const more = takesIdents === true || words.length === 0 ? {} : { words };
  return { kind: "command", command: name, privateDataDir: operand, ...more, flags, ...several };
}

function toShell(word: string): ShellName {
  const shell = SHELLS.find((each) => each === word);
  if (shell !== undefined) return shell;
  const near = nearest(word, SHELLS);
  const hint = near === undefined ? {} : { hint: `Did you mean "${near}"?` };
  const message = `Unknown shell "${word}": expected bash, zsh or fish`;
  throw new CommandLineError({ message, ...hint }, "completions");
}
