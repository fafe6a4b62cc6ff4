/**
 * What a run is, decided once: the value that `resolve` makes and everything else only reads.
 *
 * @module
 */
import type { JsonObject, TerminalSize } from "./options.ts";
import type { EventTimes } from "./event_times.ts";
import type { Settings } from "./settings/declarations.ts";
import type { NamedSettings } from "./settings/merge.ts";

/** What is started: a playbook, an ad-hoc module, or a command line taken as it is. */
export type RunMode = "playbook" | "module" | "raw";

/** Where extra vars given as an argument come from. */
export type ExtraVars =
  | { readonly kind: "path"; readonly path: string }
  | { readonly kind: "data"; readonly data: JsonObject }
  | { readonly kind: "text"; readonly text: string };

/** A file the run needs and removes at its end. */
export interface Material {
  /** Absolute path; nothing may be there yet. */
  readonly path: string;
  /** Its text. */
  readonly text: string;
}

/** A private key. */
export interface NamedKey {
  /** `env/ssh_key`, `env/ssh_keys/FILE` or `sshKey`. */
  readonly name: string;
  /** One or more PEM blocks. */
  readonly text: string;
}

/** What isolates the program. */
export interface Isolation {
  /** A bwrap-like program, or a container engine. */
  readonly kind: "sandbox" | "container";
  /** Its name or path. */
  readonly executable: string;
}

/** A run, decided. All paths are absolute. */
export interface RunConfig {
  /** Name of the artifact directory. */
  readonly ident: string;
  /** The private data directory. */
  readonly privateDataDir: string;
  /** Directory of all artifact directories. */
  readonly artifactRoot: string;
  /** This run's artifact directory. */
  readonly artifactDir: string;
  /** This run's scratch directory, `<artifact dir>/.run`. */
  readonly scratchDir: string;
  /** Directory of playbooks. */
  readonly projectDir: string;
  /** Working directory, before directory isolation. */
  readonly cwd: string;
  /** What is started. */
  readonly mode: RunMode;
  /** Words of the command, the program's name first; extra vars given as data are not among them. */
  readonly argv: readonly string[];
  /** Our own environment with the inputs laid over it, before what the run sets itself. */
  readonly env: Readonly<Record<string, string>>;
  /** Names in `env` that come from the inputs (a container gets only these). */
  readonly inputEnv: readonly string[];
  /** ANSIBLE_ROLES_PATH to set, or undefined. */
  readonly rolesPath: string | undefined;
  /** Files to make before the start. */
  readonly materials: readonly Material[];
  /** Prompt regex and answer, in order; null answers nothing. */
  readonly passwords: readonly (readonly [pattern: string, answer: string | null])[];
  /** Named secrets. */
  readonly credentials: Readonly<Record<string, string>>;
  /** Private keys for the run's own agent, named for messages and passphrases. */
  readonly sshKeys: readonly NamedKey[];
  /** How the program is isolated, or undefined. */
  readonly isolation: Isolation | undefined;
  /** Working directory inside a container, when another than the default. */
  readonly containerWorkdir: string | undefined;
  /** What a helper's command in a container is: where its relative paths begin. @default {it is a run} */
  readonly helper?: {
    /** Directory of the caller, or the one that he named. */
    readonly cwd: string;
    /** Whether he named it: the command runs there then. */
    readonly isMounted: boolean;
    /** Whether it is given a terminal that is there already: the caller's. */
    readonly hasTerminal: boolean;
  };
  /**
   * Settings with arguments and files laid over each other: decided ones in camelCase, and besides
   * what was written, under its own name (`job_timeout`, in seconds).
   */
  readonly settings: Settings & NamedSettings;
  /** Settings that are not ours, for emitters. */
  readonly unknownSettings: Readonly<Record<string, unknown>>;
  /** Size of the terminal that it runs on. */
  readonly terminalSize: TerminalSize;
  /** Nothing on the console. */
  readonly quiet: boolean;
  /** Events as JSON lines in place of text. */
  readonly jsonMode: boolean;
  /** Whether the times of events carry their zone. */
  readonly eventTimes: EventTimes;
  /** Empty event_data. */
  readonly omitEventData: boolean;
  /** Empty event_data but for failures. */
  readonly onlyFailedEventData: boolean;
  /** An event without body is an error. */
  readonly checkJobEventData: boolean;
  /** How many artifact directories are kept; 0: all. */
  readonly rotateArtifacts: number;
  /** What a person should know, one line each. */
  readonly warnings: readonly string[];
}

/** What is known of a run that is told of, also of one that ran elsewhere. */
export type ToldRun = Pick<
  RunConfig,
  "argv" | "artifactDir" | "env" | "ident" | "privateDataDir" | "settings" | "unknownSettings"
>;
