/**
 * What a caller may ask of a run: the original's arguments in camelCase, flat, in groups.
 *
 * @module
 */
// deno-lint-ignore-file camelcase -- names of credentials are a contract
import type { SettingOptions } from "./settings/declarations.ts";
import type { SettingsMapping } from "./settings/settings_mapping.ts";

/** A value that JSON can carry. */
export type Json = null | boolean | number | string | readonly Json[] | {
  readonly [key: string]: Json;
};

/** A JSON object. */
export type JsonObject = { readonly [key: string]: Json };

/**
 * The inputs of a run that are data (the handlers are in `RunOptions`); isolation, containers,
 * profiling and the fact cache are in `SettingOptions`.
 */
export interface InputOptions extends SettingOptions {
  // Where
  /** Private data directory; made (0700) when missing. */
  readonly privateDataDir: string | URL;
  /** Name of the artifact directory. @default {a random UUID} */
  readonly ident?: string | undefined;
  /** Root of the artifact directories; the ident is appended. @default {"<pdd>/artifacts"} */
  readonly artifactDir?: string | URL | undefined;
  /** Directory of playbooks, and cwd. @default {"<pdd>/project"} */
  readonly projectDir?: string | URL | undefined;
  /** Keep this many newest artifact directories; 0 keeps all. @default {0} */
  readonly rotateArtifacts?: number | undefined;
  /** Accept a private data dir that others may write to. @default {false} */
  readonly allowUnsafePrivateDataDir?: boolean | undefined;

  // What to run
  /** Playbook: path relative to the project dir, or a play, or a list of plays. */
  readonly playbook?: string | URL | object | readonly object[] | undefined;
  /** Module for an ad-hoc run. */
  readonly module?: string | undefined;
  /** Arguments of the module. */
  readonly moduleArgs?: string | undefined;
  /** Hosts of an ad-hoc run. */
  readonly hostPattern?: string | undefined;
  /** Role to run through a generated play. */
  readonly role?: string | undefined;
  /** Variables of the role. */
  readonly roleVars?: object | undefined;
  /** Whether the role's play skips fact gathering. @default {false} */
  readonly roleSkipFacts?: boolean | undefined;
  /** Hosts of the role's play. @default {"all"} */
  readonly hosts?: string | undefined;
  /** Where roles are searched; a list is joined with `:`. @default {"<pdd>/roles" for role runs} */
  readonly rolesPath?: string | URL | readonly (string | URL)[] | undefined;
  /** Program to run in place of `ansible-playbook` or `ansible`; nothing is appended then. */
  readonly binary?: string | URL | undefined;

  // Inputs
  /** Path, `host1,host2,`, INI text, list of sources, or a mapping. @default {"<pdd>/inventory"} */
  readonly inventory?: string | URL | readonly (string | URL | object)[] | object | undefined;
  /** Environment variables. */
  readonly envvars?: Readonly<Record<string, string | number | boolean | null>> | undefined;
  /** Extra vars: a mapping, or the path of a file. */
  readonly extravars?: object | string | URL | undefined;
  /** Extra vars as Ansible's `-e` takes them: `k=v k=v`, `@FILE`, JSON or YAML; they win over all others. */
  readonly extravarsWords?: readonly string[] | undefined;
  /** Regex of a prompt -> its answer. */
  readonly passwords?: Readonly<Record<string, string | number | boolean | null>> | undefined;
  /** Named secrets: `ssh`, `become`, `vault`, `vault@ID`, `ssh_key_passphrase`, `ssh_key_passphrase@FILE`. */
  readonly credentials?: CredentialOptions | undefined;
  /** Settings as in env/settings (snake_case keys, seconds). */
  readonly settings?: SettingsMapping | undefined;
  /** Private key text for the run's own ssh-agent. */
  readonly sshKey?: string | undefined;
  /** More words for Ansible, shell-split; replaces env/cmdline. */
  readonly cmdline?: string | undefined;
  /** Accepted for the original's sake: inputs given as arguments are never written to env/. */
  readonly suppressEnvFiles?: boolean | undefined;

  // How
  /** Limit to these hosts; a list is joined with `,`. */
  readonly limit?: string | readonly string[] | undefined;
  /** Number of forks; text is passed on as it is. */
  readonly forks?: number | string | undefined;
  /** Number of `v`s, 0 to 5. @default {0} */
  readonly verbosity?: number | undefined;
  /** Only tasks with these tags; a list is joined with `,`. */
  readonly tags?: string | readonly string[] | undefined;
  /** No tasks with these tags; a list is joined with `,`. */
  readonly skipTags?: string | readonly string[] | undefined;
  /** Change nothing, say what would be changed. @default {false} */
  readonly check?: boolean | undefined;
  /** Show the differences in changed files. @default {false} */
  readonly diff?: boolean | undefined;
  /** Start at the task of this name. */
  readonly startAtTask?: string | undefined;
  /** Become another user (root) on the hosts. @default {false} */
  readonly become?: boolean | undefined;
  /** Log in to the hosts as this user. */
  readonly user?: string | undefined;
  /** Job timeout in seconds; wins over settings. */
  readonly timeout?: number | undefined;

  /** Rows and columns of the terminal that Ansible runs on: it wraps by them. @default {24 rows, 80 columns} */
  readonly terminalSize?: TerminalSize | undefined;

  // Output
  /** Nothing on the console. @default {false} */
  readonly quiet?: boolean | undefined;
  /** Events as JSON lines in place of text. @default {false} */
  readonly jsonMode?: boolean | undefined;
  /** Empty event_data for every event. @default {false} */
  readonly omitEventData?: boolean | undefined;
  /** Empty event_data for all but failed events. @default {false} */
  readonly onlyFailedEventData?: boolean | undefined;
  /** An event without body is an error. @default {false} */
  readonly checkJobEventData?: boolean | undefined;
  /** Debug log to stderr; only where logging is not ignored. @default {false} */
  readonly debug?: boolean | undefined;
  /** Log messages to this file; only where logging is not ignored. */
  readonly logfile?: string | URL | undefined;
  /** Ignore `debug` and `logfile`. @default {true} */
  readonly ignoreLogging?: boolean | undefined;

  // Who is told
  /** Programs that read events and status as JSON lines, besides those of `runner_plugins`. */
  readonly plugins?: readonly string[] | undefined;
  /** File to keep the run's metrics in, in Prometheus' text format. */
  readonly metricsFile?: string | URL | undefined;
  /** Tell the local syslog or journal of start, failures and end. @default {false} */
  readonly syslog?: boolean | undefined;
  /** Tell this syslog server of them, by UDP: `HOST` or `HOST:PORT`. */
  readonly syslogServer?: string | undefined;
  /** Command line to run after a run that was not successful, or URL of a program; it reads a summary as JSON. */
  readonly onFailure?: string | URL | undefined;
  /** Command line to run after each run, or URL of a program; it reads a summary as JSON. */
  readonly onEnd?: string | URL | undefined;

  /** Working directory inside the container. @default {"/runner/project"} */
  readonly containerWorkdir?: string | undefined;
}

/** Size of a terminal, in letters. */
export interface TerminalSize {
  /** Lines, 1 to 65535. */
  readonly rows: number;
  /** Letters in a line, 1 to 65535. */
  readonly columns: number;
}

/** Secrets by name. */
export interface CredentialOptions {
  /** Password of the login. */
  readonly ssh?: string | undefined;
  /** Password of `become`. */
  readonly become?: string | undefined;
  /** Password of the vault. */
  readonly vault?: string | undefined;
  /** Password of a vault id. */
  readonly [vault: `vault@${string}`]: string | undefined;
  /** Passphrase of the private keys. */
  readonly ssh_key_passphrase?: string | undefined;
  /** Passphrase of one file of env/ssh_keys. */
  readonly [passphrase: `ssh_key_passphrase@${string}`]: string | undefined;
}

type WithoutUrl<Value> = Value extends URL ? never
  : Value extends readonly (infer Item)[] ? readonly Exclude<Item, URL>[]
  : Value;

type WithoutUrls<Options> = { readonly [Name in keyof Options]: WithoutUrl<Options[Name]> };

/** Options whose data is copied. */
interface TakenData {
  readonly playbook?: string | JsonObject | readonly JsonObject[];
  readonly roleVars?: JsonObject;
  readonly inventory?: string | readonly string[] | JsonObject;
  readonly extravars?: JsonObject | string;
  readonly credentials?: Readonly<Record<string, string>>;
}

/** The inputs of a run when they were checked and copied: paths are strings, data is JSON. */
export type TakenInputs = WithoutUrls<Omit<InputOptions, keyof TakenData>> & TakenData;
