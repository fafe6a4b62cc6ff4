/**
 * Turns the names of env/settings into one table: the reader and the reference both use it.
 *
 * @module
 */
import type { SettingType } from "./setting_type.ts";
import type { ContainerAuthData } from "../options.ts";

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
  /** Capabilities that root keeps under bwrap besides the usual ones. */
  readonly processIsolationCaps?: readonly string[] | undefined;
  /** Whether an isolated run writes nothing of the private data directory but its artifact directory. @default {false} */
  readonly processIsolationRoInputs?: boolean | undefined;
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
  /** Whether the run goes on when an emitter fails. @default {"report"} */
  readonly emitterOnError?: "report" | "fail" | undefined;
  /** How long the run waits for emitters after Ansible's end. @default {10_000} */
  readonly emitterDeadlineMs?: number | undefined;
  /** Longest wait of a prompt without answer; 0 for no limit. @default {10_000} */
  readonly promptTimeoutMs?: number | undefined;
  /** Time between TERM and KILL. @default {2000} */
  readonly gracePeriodMs?: number | undefined;
  /** One file per event, or one `events.jsonl`. @default {"files"} */
  readonly eventStore?: "files" | "jsonl" | undefined;
  /** Which events the artifacts keep. @default {"all"} */
  readonly eventLevel?: "all" | "no_verbose" | "failures" | undefined;
  /** Longest result that an event carries, in characters. @default {700_000} */
  readonly maxEventRes?: number | undefined;
  /** Mask known secrets in all output. @default {true} */
  readonly redact?: boolean | undefined;
}

/** Where a setting comes from: both lines of the original, one of them, or this tool. */
export type SettingOrigin = "both" | "1.4" | "2" | "ours";

/** One setting. */
export interface SettingRow {
  /** Name in env/settings. */
  readonly key: string;
  /** Name in {@linkcode Settings}. */
  readonly name: keyof Settings;
  /** What it may hold. */
  readonly type: SettingType;
  /** Default, as written in env/settings; `none` for nothing. */
  readonly default: string;
  /** What it does, for the reference. */
  readonly doc: string;
  /** Where it comes from. */
  readonly origin: SettingOrigin;
}

/** A row less its origin and doc: key, name, type, default. */
type Cells = readonly [string, keyof Settings, SettingType, string];

/** All settings, in the order of the reference. */
export const SETTINGS: readonly SettingRow[] = [
  row(
    "both",
    ["idle_timeout", "idleTimeoutMs", "timeout", "none"],
    "end the run when nothing is printed for so long",
  ),
  row(
    "both",
    ["job_timeout", "jobTimeoutMs", "timeout", "none"],
    "end the run when it takes longer",
  ),
  row(
    "both",
    ["pexpect_timeout", "pexpectTimeoutMs", "seconds", "5"],
    "accepted, without effect: prompts are answered at once",
  ),
  row(
    "both",
    ["pexpect_use_poll", "pexpectUsePoll", "boolean", "true"],
    "accepted, without effect",
  ),
  row(
    "2",
    ["subprocess_timeout", "subprocessTimeoutMs", "timeout", "none"],
    "end a helper command (`runCommand` and the like) when it takes longer",
  ),
  row(
    "both",
    ["suppress_ansible_output", "suppressAnsibleOutput", "boolean", "false"],
    "print nothing on the console, as `-q` does",
  ),
  row(
    "2",
    ["suppress_output_file", "suppressOutputFile", "boolean", "false"],
    "write no `stdout` and `stderr` files",
  ),
  row(
    "both",
    ["fact_cache", "factCache", "text", "fact_cache"],
    "directory of the fact cache, below the artifact directory",
  ),
  row(
    "both",
    ["fact_cache_type", "factCacheType", "text", "jsonfile"],
    "cache plugin; with another than jsonfile no cache variables are set",
  ),

  row(
    "both",
    ["process_isolation", "processIsolation", "boolean", "false"],
    "run under bwrap or a container engine",
  ),
  row(
    "both",
    ["process_isolation_executable", "processIsolationExecutable", "text", "bwrap"],
    "program that isolates: bwrap or the like, podman, docker (podman when a container is asked for)",
  ),
  row(
    "both",
    ["process_isolation_path", "processIsolationPath", "text", "/tmp"],
    "where staging directories are made",
  ),
  row(
    "both",
    ["process_isolation_hide_paths", "processIsolationHidePaths", "paths", "none"],
    "hidden from the run",
  ),
  row(
    "both",
    ["process_isolation_show_paths", "processIsolationShowPaths", "paths", "none"],
    "shown to the run, read-write",
  ),
  row(
    "both",
    ["process_isolation_ro_paths", "processIsolationRoPaths", "paths", "none"],
    "shown to the run, read-only",
  ),
  row(
    "ours",
    ["process_isolation_root", "processIsolationRoot", ["host", "minimal"], "host"],
    "what bwrap starts from: the whole host, or only its programs and /etc, as 2.x does",
  ),
  row(
    "ours",
    ["process_isolation_caps", "processIsolationCaps", "list", "none"],
    "capabilities that root keeps under bwrap besides those that users, packages, services and files " +
      "need, such as `net_admin`; `all`, or `none` before the only ones",
  ),
  row(
    "ours",
    ["process_isolation_ro_inputs", "processIsolationRoInputs", "boolean", "false"],
    "an isolated run can write nothing of the private data directory but its artifact directory",
  ),
  row(
    "2",
    ["directory_isolation_base_path", "directoryIsolationBasePath", "text", "none"],
    "run in a copy of the project, made below this directory",
  ),
  row(
    "2",
    ["directory_isolation_cleanup", "directoryIsolationCleanup", "boolean", "true"],
    "remove that copy afterwards",
  ),

  row("2", ["container_image", "containerImage", "text", "none"], "image to run in"),
  row(
    "2",
    ["container_volume_mounts", "containerVolumeMounts", "list", "none"],
    "more mounts, `source:target[:labels]`",
  ),
  row(
    "2",
    ["container_options", "containerOptions", "list", "none"],
    "more options for the engine",
  ),
  row(
    "2",
    ["container_auth_data", "containerAuthData", "registry", "none"],
    "credentials of the image's registry",
  ),

  row(
    "1.4",
    ["resource_profiling", "resourceProfiling", "boolean", "false"],
    "measure cpu, memory and processes per task",
  ),
  row("1.4", [
    "resource_profiling_base_cgroup",
    "resourceProfilingBaseCgroup",
    "text",
    "ansible-runner",
  ], "cgroup below which the run's own is made"),
  row("1.4", [
    "resource_profiling_cpu_poll_interval",
    "resourceProfilingCpuPollIntervalMs",
    "seconds",
    "0.25",
  ], "time between two looks at the cpu"),
  row("1.4", [
    "resource_profiling_memory_poll_interval",
    "resourceProfilingMemoryPollIntervalMs",
    "seconds",
    "0.25",
  ], "time between two looks at the memory"),
  row("1.4", [
    "resource_profiling_pid_poll_interval",
    "resourceProfilingPidPollIntervalMs",
    "seconds",
    "0.25",
  ], "time between two looks at the number of processes"),
  row("1.4", [
    "resource_profiling_results_dir",
    "resourceProfilingResultsDir",
    "text",
    "profiling_data",
  ], "where the results go; by default in the private data directory"),

  row(
    "both",
    ["runner_http_url", "runnerHttpUrl", "text", "none"],
    "URL, or path of a unix socket, that events and status are posted to",
  ),
  row(
    "both",
    ["runner_http_headers", "runnerHttpHeaders", "headers", "none"],
    "headers of these requests",
  ),
  row(
    "both",
    ["runner_http_path", "runnerHttpPath", "text", "none"],
    "request path when the URL is a unix socket",
  ),

  row(
    "ours",
    ["emitter_on_error", "emitterOnError", ["report", "fail"], "report"],
    "whether the run goes on when events or status cannot be posted, or fails",
  ),
  row(
    "ours",
    ["emitter_deadline", "emitterDeadlineMs", "seconds", "10"],
    "how long the run waits for its emitters after Ansible's end; then what is left is given up and said",
  ),
  row(
    "ours",
    ["prompt_timeout", "promptTimeoutMs", "seconds_or_off", "10"],
    "end the run when a prompt stays without answer for so long",
  ),
  row(
    "ours",
    ["grace_period", "gracePeriodMs", "seconds", "2"],
    "time between TERM and KILL when a run is ended",
  ),
  row(
    "ours",
    ["event_store", "eventStore", ["files", "jsonl"], "files"],
    "one file per event, or one `events.jsonl`",
  ),
  row(
    "ours",
    ["event_level", "eventLevel", ["all", "no_verbose", "failures"], "all"],
    "events that the artifacts keep: all, all but plain lines, or failures and the statistics; " +
      "handlers, emitters and the console get all",
  ),
  row(
    "ours",
    ["max_event_res", "maxEventRes", "integer", "700000"],
    "longest result of a task, in characters, that an event carries",
  ),
  row("ours", ["redact", "redact", "boolean", "true"], "mask known secrets in all output"),
];

function row(origin: SettingOrigin, [key, name, type, fallback]: Cells, doc: string): SettingRow {
  return { key, name, type, default: fallback, doc, origin };
}
