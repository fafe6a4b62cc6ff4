/**
 * Turns the words "flag", "command" and "value" of the command line into types.
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
  | "doctor"
  | "completions";

/** Commands that take a private data directory. */
export type DirCommandName = Exclude<CommandName, "doctor" | "completions">;

/** Shells for which completions are made. */
export type ShellName = "bash" | "zsh" | "fish";

/** What was typed, by the flag's key; a flag that was not typed has no entry. */
export interface FlagValues {
  readonly playbook?: string;
  readonly module?: string;
  readonly role?: string;
  readonly binary?: string;
  readonly debug?: boolean;
  readonly logfile?: string;
  readonly ident?: string;
  readonly rotateArtifacts?: number;
  readonly artifactDir?: string;
  readonly projectDir?: string;
  readonly inventory?: string;
  readonly json?: boolean;
  readonly omitEventData?: boolean;
  readonly onlyFailedEventData?: boolean;
  readonly omitEnvFiles?: boolean;
  readonly quiet?: boolean;
  readonly verbosity?: number;
  readonly allowUnsafePrivateDataDir?: boolean;
  readonly limit?: string;
  readonly cmdline?: string;
  readonly hosts?: string;
  readonly forks?: string;
  readonly credential?: readonly string[];
  readonly rolesPath?: string;
  readonly roleVars?: string;
  readonly roleSkipFacts?: boolean;
  readonly moduleArgs?: string;
  readonly processIsolation?: boolean;
  readonly processIsolationExecutable?: string;
  readonly processIsolationPath?: string;
  readonly processIsolationHidePaths?: readonly string[];
  readonly processIsolationShowPaths?: readonly string[];
  readonly processIsolationRoPaths?: readonly string[];
  readonly directoryIsolationBasePath?: string;
  readonly resourceProfiling?: boolean;
  readonly resourceProfilingBaseCgroup?: string;
  readonly resourceProfilingCpuPollInterval?: number;
  readonly resourceProfilingMemoryPollInterval?: number;
  readonly resourceProfilingPidPollInterval?: number;
  readonly resourceProfilingResultsDir?: string;
  readonly containerImage?: string;
  readonly containerVolumeMounts?: readonly string[];
  readonly containerOptions?: readonly string[];
  readonly follow?: boolean;
  readonly help?: boolean;
  readonly version?: boolean;
}

/** Key of a flag in {@linkcode FlagValues}. */
export type FlagKey = keyof FlagValues;

/**
 * How a flag takes values: `flag` none; `count` none, counted; `text`, `path`, `int`, `number`
 * one; `list` the words up to the next option.
 */
export type FlagKind = "flag" | "count" | "text" | "path" | "int" | "number" | "list";

/** Which line of the original has the flag; `ours` is new, no tag: all have it. */
export type FlagOrigin = "1.4" | "2" | "ours";

/** One row of the table of flags. */
export interface Flag {
  /** Name of the value in {@linkcode FlagValues}. */
  readonly key: FlagKey;
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
  /** Default, as help shows it. */
  readonly default?: string;
  /** Environment variable used when the flag is not given. */
  readonly env?: string;
  /** Heading in help. */
  readonly group: FlagGroup;
  /** Commands for which it means something. */
  readonly commands: readonly CommandName[];
  /** Flags that exclude it. */
  readonly conflicts?: readonly FlagKey[];
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
  /** What it does, one line. */
  readonly doc: string;
  /** Exit codes, code (or words) to meaning. */
  readonly exitCodes: readonly (readonly [code: string, meaning: string])[];
  /** Whether flags of `run` that mean nothing here are accepted and ignored. */
  readonly ignoresRunFlags?: boolean;
}
