/**
 * What a flag and a command of the command line are.
 *
 * @module
 */

/** Name of a command, as typed. */
export type CommandName =
  | "run"
  | "start"
  | "stop"
  | "is-alive"
  | "status"
  | "logs"
  | "wait"
  | "show"
  | "events"
  | "retry"
  | "report"
  | "deliver"
  | "transmit"
  | "worker"
  | "process"
  | "diff"
  | "replay"
  | "prune"
  | "profile"
  | "doctor"
  | "completions";

/** Commands that take a private data directory. */
export type DirCommandName = Exclude<CommandName, "worker" | "doctor" | "completions">;

/** Shells for which completions are made. */
export type ShellName = "bash" | "zsh" | "fish";

/**
 * How a flag takes values: `flag` none; `count` none, counted; `text`, `path`, `int`, `number`
 * one; `list` the words up to the next option.
 */
export type FlagKind = "flag" | "count" | "text" | "path" | "int" | "number" | "list";

/** Which line of the original has the flag; `ours` is new, no tag: all have it. */
export type FlagOrigin = "1.4" | "2" | "ours";

/** One row of the table of flags. */
export interface Flag {
  /** Name of its value; of a flag that is an option of the library as well, that option's name. */
  readonly key: string;
  /** Name after `--`. */
  readonly long?: string;
  /** Letter after `-`. */
  readonly short?: string;
  /** How values are taken. */
  readonly kind: FlagKind;
  /** Placeholder of the value in help. */
  readonly value?: string;
  /** Whether several uses add up; otherwise the last one counts. */
  readonly repeatable?: boolean;
  /** Whether the value may be one of our own flags (text for Ansible). */
  readonly anyValue?: boolean;
  /** The only values that it takes. @default {any} */
  readonly choices?: readonly string[];
  /** Default, as help shows it. */
  readonly default?: string;
  /** Environment variable used when the flag is not given. */
  readonly env?: string;
  /** Heading in help. */
  readonly group: FlagGroup;
  /** Commands for which it means something. */
  readonly commands: readonly CommandName[];
  /** Flags that exclude it. */
  readonly conflicts?: readonly string[];
  /** One line for people: what it does. */
  readonly doc: string;
  /** Which original has it. */
  readonly origin?: FlagOrigin;
}

/** Headings of the help, in this order. */
export const FLAG_GROUPS = [
  "What to run",
  "Runner",
  "Output",
  "Ansible",
  "Role",
  "Module",
  "Process isolation",
  "Directory isolation",
  "Resource profiling",
  "Container",
  "Remote jobs",
  "Cleanup",
  "Past runs",
  "Report",
  "General",
] as const;

/** A heading of the help. */
export type FlagGroup = typeof FLAG_GROUPS[number];

/** One row of the table of commands. */
export interface Command {
  /** Name, as typed. */
  readonly name: CommandName;
  /** Placeholder of its word, if it takes one. */
  readonly operand?: "PRIVATE_DATA_DIR" | "SHELL";
  /** A word that it may take instead. */
  readonly action?: "cleanup";
  /** Placeholders of the words after that one. */
  readonly words?: readonly string[];
  /** What it does, one line. */
  readonly doc: string;
  /** Exit codes, code (or words) to meaning. */
  readonly exitCodes: readonly (readonly [code: string, meaning: string])[];
  /** Whether words after the directory are idents, as those of `-i` are. */
  readonly takesIdents?: boolean;
  /** Whether flags of `run` that mean nothing here are accepted and ignored. */
  readonly ignoresRunFlags?: boolean;
}

/** The value of a flag, as its row says. */
type FlagValue<Row> = Row extends { readonly kind: "flag" } ? boolean
  : Row extends { readonly kind: "count" | "int" | "number" } ? number
  : Row extends { readonly repeatable: true } ? readonly string[]
  : string;

/** The values of flags by their keys; a flag that was not typed has no entry. */
export type FlagValuesOf<Row extends { readonly key: string }> = {
  readonly [Each in Row as Each["key"]]?: FlagValue<Each>;
};
