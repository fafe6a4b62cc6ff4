/**
 * Turns the mapping of env/settings into typed settings; seconds become milliseconds here only.
 *
 * @module
 */
import { ConfigError } from "../errors.ts";
import { editDistance } from "../internal/edit_distance.ts";
import type { ContainerAuthData } from "./options.ts";
import { exactJson, kindOf } from "./python_text.ts";
import { readSetting, TypeMismatch } from "./setting_types.ts";
import { type SettingRow, SETTINGS } from "./settings_table.ts";

/**
 * Settings that were given. A name that is there with `undefined` was set to none or null: laid over
 * another source, it takes that one's value away.
 */
export interface Settings {
  /** Longest silence; undefined for no limit. */
  readonly idleTimeoutMs?: number | undefined;
  /** Longest run; undefined for no limit. */
  readonly jobTimeoutMs?: number | undefined;
  /** Accepted, without effect. */
  readonly pexpectTimeoutMs?: number | undefined;
  /** Accepted, without effect. */
  readonly pexpectUsePoll?: boolean | undefined;
  /** Longest helper command; undefined for no limit. */
  readonly subprocessTimeoutMs?: number | undefined;
  /** Nothing on the console. @default {false} */
  readonly suppressAnsibleOutput?: boolean | undefined;
  /** No `stdout` and `stderr` files. @default {false} */
  readonly suppressOutputFile?: boolean | undefined;
  /** Directory of the fact cache, below the artifact directory. @default {"fact_cache"} */
  readonly factCache?: string | undefined;
  /** Cache plugin. @default {"jsonfile"} */
  readonly factCacheType?: string | undefined;
  /** Run under bwrap or a container engine. @default {false} */
  readonly processIsolation?: boolean | undefined;
  /** Program that isolates. @default {"bwrap", or "podman" with a container option} */
  readonly processIsolationExecutable?: string | undefined;
  /** Where staging directories are made. @default {"/tmp"} */
  readonly processIsolationPath?: string | undefined;
  /** Paths hidden from the run. */
  readonly processIsolationHidePaths?: readonly string[] | undefined;
  /** Paths shown read-write. */
  readonly processIsolationShowPaths?: readonly string[] | undefined;
  /** Paths shown read-only. */
  readonly processIsolationRoPaths?: readonly string[] | undefined;
  /** What bwrap starts from. @default {"host"} */
  readonly processIsolationRoot?: "host" | "minimal" | undefined;
  /** Where the copy of the project is made; none: no copy. */
  readonly directoryIsolationBasePath?: string | undefined;
  /** Whether that copy is removed. @default {true} */
  readonly directoryIsolationCleanup?: boolean | undefined;
  /** Image to run in. */
  readonly containerImage?: string | undefined;
  /** More mounts. */
  readonly containerVolumeMounts?: readonly string[] | undefined;
  /** More options for the engine. */
  readonly containerOptions?: readonly string[] | undefined;
  /** Credentials of the image's registry. */
  readonly containerAuthData?: (ContainerAuthData & { readonly verifySsl: boolean }) | undefined;
  /** Measure cpu, memory and processes per task. @default {false} */
  readonly resourceProfiling?: boolean | undefined;
  /** Cgroup below which the run's own is made. @default {"ansible-runner"} */
  readonly resourceProfilingBaseCgroup?: string | undefined;
  /** Time between two looks at the cpu. @default {250} */
  readonly resourceProfilingCpuPollIntervalMs?: number | undefined;
  /** Time between two looks at the memory. @default {250} */
  readonly resourceProfilingMemoryPollIntervalMs?: number | undefined;
  /** Time between two looks at the number of processes. @default {250} */
  readonly resourceProfilingPidPollIntervalMs?: number | undefined;
  /** Where the results go. @default {"<pdd>/profiling_data"} */
  readonly resourceProfilingResultsDir?: string | undefined;
  /** URL, or path of a unix socket, that events and status are posted to. */
  readonly runnerHttpUrl?: string | undefined;
  /** Headers of these requests. */
  readonly runnerHttpHeaders?: Readonly<Record<string, string>> | undefined;
  /** Request path when the URL is a unix socket. */
  readonly runnerHttpPath?: string | undefined;
  /** Longest wait of a prompt without answer; 0 for no limit. @default {10_000} */
  readonly promptTimeoutMs?: number | undefined;
  /** Time between TERM and KILL. @default {2000} */
  readonly gracePeriodMs?: number | undefined;
  /** One file per event, or one `events.jsonl`. @default {"files"} */
  readonly eventStore?: "files" | "jsonl" | undefined;
  /** Which events are kept. */
  readonly eventLevel?: string | undefined;
  /** Longest result that an event carries, in characters. @default {700_000} */
  readonly maxEventRes?: number | undefined;
  /** Mask known secrets in all output. @default {true} */
  readonly redact?: boolean | undefined;
}

/** What a mapping of settings holds. */
export interface ParsedSettings {
  /** The settings we know, those that were given only. */
  readonly settings: Settings;
  /** The others, as they are: plugins read them. */
  readonly unknown: Record<string, unknown>;
  /** One line for each unknown one that looks like a misspelt known one. */
  readonly warnings: string[];
}

/**
 * Reads a mapping of settings.
 *
 * @param mapping snake_case names and values, times in seconds
 * @param where what messages call the source, such as `env/settings`
 * @returns known and unknown settings, and warnings
 * @throws {ConfigError} when a known one has a value of the wrong type
 */
export function parseSettings(
  mapping: Readonly<Record<string, unknown>>,
  where: string,
): ParsedSettings {
  const rows = new Map(SETTINGS.map((row) => [row.key, row]));
  const settings: Record<string, unknown> = {};
  const unknown: Record<string, unknown> = {};
  const warnings: string[] = [];
  for (const [key, value] of Object.entries(mapping)) {
    const row = rows.get(key);
    if (row) {
      settings[row.name] = readRow(row, value, where);
      continue;
    }
    unknown[key] = value;
    const near = nearestKey(key);
    if (near) warnings.push(`Unknown setting "${key}" in ${where}: did you mean "${near}"?`);
  }
  return { settings: settings as Settings, unknown, warnings };
}

function readRow(row: SettingRow, value: unknown, where: string): unknown {
  try {
    return readSetting(row.type, value);
  } catch (error) {
    if (!(error instanceof TypeMismatch)) throw error;
    const message = `Cannot use the setting "${row.key}" of ${where}: ${error.message}, got ${
      showValue(row, value)
    }`;
    throw new ConfigError("config.setting", message, { cause: error });
  }
}

function showValue(row: SettingRow, value: unknown): string {
  // These may hold passwords and tokens.
  if (row.type === "registry" || row.type === "headers") return kindOf(value);
  const text = exactJson(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

/** One wrong letter in five: plugins' own names are mostly farther from ours. */
function nearestKey(key: string): string | undefined {
  let best: string | undefined;
  let bestDistance = Infinity;
  for (const { key: known } of SETTINGS) {
    const distance = editDistance(key.toLowerCase(), known);
    if (distance > Math.max(1, Math.floor(known.length / 5)) || distance >= bestDistance) continue;
    best = known;
    bestDistance = distance;
  }
  return best;
}
