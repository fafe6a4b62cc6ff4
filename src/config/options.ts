/**
 * What a caller may ask of a run: the original's arguments in camelCase, flat, in groups.
 *
 * @module
 */
import type { SettingOptions, SettingsMapping } from "./settings/declarations.ts";

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
  readonly privateDataDir: string;
  /** Name of the artifact directory. @default {a random UUID} */
  readonly ident?: string;
  /** Root of the artifact directories; the ident is appended. @default {"<pdd>/artifacts"} */
  readonly artifactDir?: string;
  /** Directory of playbooks, and cwd. @default {"<pdd>/project"} */
  readonly projectDir?: string;
  /** Keep this many newest artifact directories; 0 keeps all. @default {0} */
  readonly rotateArtifacts?: number;
  /** Accept a private data dir that others may write to. @default {false} */
  readonly allowUnsafePrivateDataDir?: boolean;

  // What to run
  /** Playbook: path relative to the project dir, or a play, or a list of plays. */
  readonly playbook?: string | JsonObject | readonly JsonObject[];
  /** Module for an ad-hoc run. */
  readonly module?: string;
  /** Arguments of the module. */
  readonly moduleArgs?: string;
  /** Hosts of an ad-hoc run. */
  readonly hostPattern?: string;
  /** Role to run through a generated play. */
  readonly role?: string;
  /** Variables of the role. */
  readonly roleVars?: JsonObject;
  /** Whether the role's play skips fact gathering. @default {false} */
  readonly roleSkipFacts?: boolean;
  /** Hosts of the role's play. @default {"all"} */
  readonly hosts?: string;
  /** Where roles are searched; a list is joined with `:`. @default {"<pdd>/roles" for role runs} */
  readonly rolesPath?: string | readonly string[];
  /** Program to run in place of `ansible-playbook` or `ansible`; nothing is appended then. */
  readonly binary?: string;

  // Inputs
  /** Path, `host1,host2,`, INI text, list of sources, or a mapping. @default {"<pdd>/inventory"} */
  readonly inventory?: string | readonly string[] | JsonObject;
  /** Environment variables. */
  readonly envvars?: Readonly<Record<string, string | number | boolean | null>>;
  /** Extra vars: a mapping, or the path of a file. */
  readonly extravars?: JsonObject | string;
  /** Extra vars as Ansible's `-e` takes them: `k=v k=v`, `@FILE`, JSON or YAML; they win over all others. */
  readonly extravarsWords?: readonly string[];
  /** Regex of a prompt -> its answer. */
  readonly passwords?: Readonly<Record<string, string | number | boolean | null>>;
  /** Named secrets: `ssh`, `become`, `vault`, `vault@ID`, `ssh_key_passphrase`, `ssh_key_passphrase@FILE`. */
  readonly credentials?: Readonly<Record<string, string>>;
  /** Settings as in env/settings (snake_case keys, seconds). */
  readonly settings?: SettingsMapping;
  /** Private key text for the run's own ssh-agent. */
  readonly sshKey?: string;
  /** More words for Ansible, shell-split; replaces env/cmdline. */
  readonly cmdline?: string;
  /** Accepted for the original's sake: inputs given as arguments are never written to env/. */
  readonly suppressEnvFiles?: boolean;

  // How
  /** Limit to these hosts; a list is joined with `,`. */
  readonly limit?: string | readonly string[];
  /** Number of forks; text is passed on as it is. */
  readonly forks?: number | string;
  /** Number of `v`s, 0 to 5. @default {0} */
  readonly verbosity?: number;
  /** Only tasks with these tags; a list is joined with `,`. */
  readonly tags?: string | readonly string[];
  /** No tasks with these tags; a list is joined with `,`. */
  readonly skipTags?: string | readonly string[];
  /** Change nothing, say what would be changed. @default {false} */
  readonly check?: boolean;
  /** Show the differences in changed files. @default {false} */
  readonly diff?: boolean;
  /** Start at the task of this name. */
  readonly startAtTask?: string;
  /** Become another user (root) on the hosts. @default {false} */
  readonly become?: boolean;
  /** Log in to the hosts as this user. */
  readonly user?: string;
  /** Job timeout in seconds; wins over settings. */
  readonly timeout?: number;

  // Output
  /** Nothing on the console. @default {false} */
  readonly quiet?: boolean;
  /** Events as JSON lines in place of text. @default {false} */
  readonly jsonMode?: boolean;
  /** Empty event_data for every event. @default {false} */
  readonly omitEventData?: boolean;
  /** Empty event_data for all but failed events. @default {false} */
  readonly onlyFailedEventData?: boolean;
  /** An event without body is an error. @default {false} */
  readonly checkJobEventData?: boolean;
  /** Debug log to stderr; only where logging is not ignored. @default {false} */
  readonly debug?: boolean;
  /** Log messages to this file; only where logging is not ignored. */
  readonly logfile?: string;
  /** Ignore `debug` and `logfile`. @default {true} */
  readonly ignoreLogging?: boolean;

  // Who is told
  /** Programs that read events and status as JSON lines, besides those of `runner_plugins`. */
  readonly plugins?: readonly string[];
  /** Program to run after a run that was not successful; it reads a summary as JSON. */
  readonly onFailure?: string;
  /** Program to run after each run; it reads a summary as JSON. */
  readonly onEnd?: string;

  /** Working directory inside the container. @default {"/runner/project"} */
  readonly containerWorkdir?: string;
}
