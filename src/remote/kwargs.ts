/**
 * Turns options into the kwargs of the wire and back: one table has both names.
 *
 * @module
 */
import type { TakenInputs } from "../config/options.ts";
import { optionName } from "../config/settings/setting.ts";
import { SETTINGS } from "../config/settings/table.ts";
import { ConfigError } from "../errors.ts";
import { pythonJson } from "../python/json_write.ts";
import { kindOf, PyFloat } from "../python/values.ts";
import type { Message } from "./wire/messages.ts";

/** What a value is: `words` is a text or a list of texts, `any` has several forms. */
type KwargKind = "text" | "flag" | "number" | "words" | "mapping" | "any";

/** One name of the wire. */
export interface KwargRow {
  /** Name on the wire. Contract: the original's. */
  readonly name: string;
  /** Option that it is. */
  readonly option: keyof TakenInputs;
  readonly kind: KwargKind;
  /** Value where the command line says nothing; rows without it are then left out. */
  readonly absent?: null | false | 0;
  /** Whether it concerns the sender alone: a worker takes it and does nothing with it. */
  readonly isSenders?: true;
}

const KINDS: Readonly<Record<string, KwargKind>> = {
  boolean: "flag",
  seconds: "number",
  text: "text",
  paths: "words",
  list: "words",
  registry: "mapping",
};

/** All of them; those of the command line first, in the original's order. */
export const KWARGS: readonly KwargRow[] = [
  { name: "ident", option: "ident", kind: "text", absent: null },
  { name: "binary", option: "binary", kind: "text", absent: null },
  { name: "playbook", option: "playbook", kind: "any", absent: null },
  { name: "module", option: "module", kind: "text", absent: null },
  { name: "module_args", option: "moduleArgs", kind: "text", absent: null },
  { name: "host_pattern", option: "hostPattern", kind: "text", absent: null },
  { name: "verbosity", option: "verbosity", kind: "number", absent: null },
  { name: "quiet", option: "quiet", kind: "flag", absent: false, isSenders: true },
  { name: "rotate_artifacts", option: "rotateArtifacts", kind: "number", absent: 0 },
  { name: "json_mode", option: "jsonMode", kind: "flag", absent: false },
  { name: "omit_event_data", option: "omitEventData", kind: "flag", absent: false },
  { name: "only_failed_event_data", option: "onlyFailedEventData", kind: "flag", absent: false },
  { name: "inventory", option: "inventory", kind: "any", absent: null },
  { name: "forks", option: "forks", kind: "text", absent: null },
  { name: "project_dir", option: "projectDir", kind: "text", absent: null },
  { name: "artifact_dir", option: "artifactDir", kind: "text", absent: null, isSenders: true },
  { name: "roles_path", option: "rolesPath", kind: "words", absent: null },
  setting("process_isolation", { absent: null }),
  setting("process_isolation_executable", { absent: null }),
  setting("process_isolation_path", { absent: null }),
  setting("process_isolation_hide_paths", { absent: null }),
  setting("process_isolation_show_paths", { absent: null }),
  setting("process_isolation_ro_paths", { absent: null }),
  setting("container_image", { absent: null }),
  setting("container_volume_mounts", { absent: null }),
  setting("container_options", { absent: null }),
  setting("directory_isolation_base_path", { absent: null }),
  { name: "cmdline", option: "cmdline", kind: "text", absent: null },
  { name: "limit", option: "limit", kind: "words", absent: null },
  {
    name: "suppress_env_files",
    option: "suppressEnvFiles",
    kind: "flag",
    absent: false,
    isSenders: true,
  },
  { name: "role", option: "role", kind: "text" },
  { name: "role_vars", option: "roleVars", kind: "mapping" },
  { name: "role_skip_facts", option: "roleSkipFacts", kind: "flag" },
  { name: "hosts", option: "hosts", kind: "text" },
  { name: "envvars", option: "envvars", kind: "mapping" },
  { name: "extravars", option: "extravars", kind: "any" },
  { name: "passwords", option: "passwords", kind: "mapping" },
  { name: "credentials", option: "credentials", kind: "mapping" },
  { name: "settings", option: "settings", kind: "mapping" },
  { name: "ssh_key", option: "sshKey", kind: "text" },
  { name: "tags", option: "tags", kind: "words" },
  { name: "skip_tags", option: "skipTags", kind: "words" },
  { name: "timeout", option: "timeout", kind: "number" },
  setting("fact_cache"),
  setting("fact_cache_type"),
  setting("container_auth_data"),
  { name: "container_workdir", option: "containerWorkdir", kind: "text" },
  { name: "check_job_event_data", option: "checkJobEventData", kind: "flag" },
  setting("resource_profiling"),
  setting("resource_profiling_base_cgroup"),
  setting("resource_profiling_cpu_poll_interval"),
  setting("resource_profiling_memory_poll_interval"),
  setting("resource_profiling_pid_poll_interval"),
  setting("resource_profiling_results_dir"),
  setting("suppress_ansible_output", { isSenders: true }),
  { name: "debug", option: "debug", kind: "flag", isSenders: true },
  { name: "logfile", option: "logfile", kind: "text", isSenders: true },
  { name: "ignore_logging", option: "ignoreLogging", kind: "flag", isSenders: true },
  { name: "private_data_dir", option: "privateDataDir", kind: "text", isSenders: true },
];

/** The row of an option that is a setting as well: its name and kind are those of the setting. */
function setting(name: string, more: Pick<KwargRow, "absent" | "isSenders"> = {}): KwargRow {
  const row = SETTINGS.find(({ key, isOption }) => key === name && isOption === true);
  const kind = KINDS[String(row?.type)];
  if (row === undefined || kind === undefined) throw new Error(`${name} is no option`);
  return { name, option: optionName(row) as keyof TakenInputs, kind, ...more };
}

/** Arguments of the original's functions that are no options, and mean nothing to a worker. */
const IGNORED: ReadonlySet<string> = new Set([
  "streamer",
  "keepalive_seconds",
  "only_transmit_kwargs",
  "event_handler",
  "status_handler",
  "cancel_callback",
  "finished_callback",
  "artifacts_handler",
  "_input",
  "_output",
]);

/** Options that stay with the sender, whoever sends. */
const NEVER_SENT: ReadonlySet<string> = new Set([
  "private_data_dir",
  "debug",
  "logfile",
  "ignore_logging",
]);

/**
 * Makes the kwargs of a job.
 *
 * @param options what can be sent as it is
 * @param how whether names of the command line that were not given are there with null, false or 0
 */
export function toKwargs(
  options: TakenInputs,
  { isWhole }: { readonly isWhole: boolean },
): Record<string, unknown> {
  const kwargs: Record<string, unknown> = {};
  for (const { name, option, absent } of KWARGS) {
    if (NEVER_SENT.has(name)) continue;
    const value = options[option];
    if (value !== undefined) kwargs[name] = value;
    else if (isWhole && absent !== undefined) kwargs[name] = absent;
  }
  return kwargs;
}

/**
 * Reads the kwargs of a job. Any of them may be missing, or null.
 *
 * @returns the options, without the place of the job
 * @throws {ConfigError} when one is unknown and has a value, or has a value of the wrong kind
 */
export function fromKwargs(kwargs: Message): Omit<TakenInputs, "privateDataDir"> {
  const options: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(kwargs)) {
    const row = KWARGS.find((each) => each.name === name);
    if (IGNORED.has(name) || row?.isSenders === true || value === null) continue;
    if (row === undefined) {
      if (isEmpty(value)) continue;
      throw new ConfigError(
        "remote.kwargs",
        // Contract: AWX looks for these words, and then tells people to update.
        `Cannot run the job: got an unexpected keyword argument '${name}'`,
      );
    }
    options[row.option] = convert(row, value);
  }
  const { extravars, ...others } = options as Omit<TakenInputs, "privateDataDir">;
  if (extravars === undefined || typeof extravars === "string") {
    return { ...others, ...(extravars === undefined ? {} : { extravars }) };
  }
  // As text numbers stay what they are, however large.
  return { ...others, extravarsWords: [pythonJson(extravars)] };
}

function isEmpty(given: unknown): boolean {
  const value = plain(given);
  if (typeof value === "object" && value !== null) return Object.keys(value).length === 0;
  return value === false || value === "" || Number(value) === 0;
}

function convert(row: KwargRow, given: unknown): unknown {
  const value = plain(given);
  switch (row.kind) {
    case "any":
      return given;
    case "flag":
      return !isEmpty(value);
    case "text":
      return textOf(row, value);
    case "words":
      return Array.isArray(value) ? value.map((word) => textOf(row, word)) : textOf(row, value);
    case "number": {
      const number = typeof value === "object" ? NaN : Number(value);
      return Number.isFinite(number) ? number : unfit(row, { expected: "a number", value });
    }
    case "mapping":
      return kindOf(value) === "a mapping" ? value : unfit(row, { expected: "a mapping", value });
  }
}

/** The value, a number where it is a float of Python's: as an object it would be no number, and never empty. */
function plain(value: unknown): unknown {
  return value instanceof PyFloat ? value.value : value;
}

function textOf(row: KwargRow, value: unknown): string {
  const isScalar = ["string", "number", "bigint"].includes(typeof value);
  return isScalar ? String(value) : unfit(row, { expected: "a string", value });
}

function unfit(
  { name }: KwargRow,
  { expected, value }: { readonly expected: string; readonly value: unknown },
): never {
  throw new ConfigError(
    "remote.kwargs",
    `Cannot run the job: ${name} is not what it should be: expected ${expected}, got ${
      kindOf(value)
    }`,
  );
}
