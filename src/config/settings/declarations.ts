/**
 * Settings as options of a run, and as they are read from it. Generated from table.ts: `deno task readme`.
 *
 * @module
 */
// deno-lint-ignore-file camelcase -- the names of env/settings are a contract
import type { ContainerAuthData, DecidedLogin } from "./registry_login.ts";

/** Settings that are options of a run as well; env/settings wins over them. */
export interface SettingOptions {
  /** Print nothing on the console, as `-q` does. @default {false} */
  readonly suppressAnsibleOutput?: boolean | undefined;
  /** Directory of the fact cache, below the artifact directory. @default {fact_cache} */
  readonly factCache?: string | undefined;
  /** Cache plugin; with another than jsonfile no cache variables are set. @default {jsonfile} */
  readonly factCacheType?: string | undefined;
  /** Run under bwrap or a container engine. @default {false} */
  readonly processIsolation?: boolean | undefined;
  /** Program that isolates: bwrap or the like, podman, docker (podman when a container is asked for). @default {bwrap} */
  readonly processIsolationExecutable?: string | undefined;
  /** Where staging directories are made. @default {/tmp} */
  readonly processIsolationPath?: string | URL | undefined;
  /** Hidden from the run. */
  readonly processIsolationHidePaths?: string | URL | readonly (string | URL)[] | undefined;
  /** Shown to the run, read-write. */
  readonly processIsolationShowPaths?: string | URL | readonly (string | URL)[] | undefined;
  /** Shown to the run, read-only. */
  readonly processIsolationRoPaths?: string | URL | readonly (string | URL)[] | undefined;
  /** Run in a copy of the project, made below this directory. */
  readonly directoryIsolationBasePath?: string | URL | undefined;
  /** Image to run in. */
  readonly containerImage?: string | undefined;
  /** More mounts, `source:target[:labels]`. */
  readonly containerVolumeMounts?: readonly string[] | undefined;
  /** More options for the engine. */
  readonly containerOptions?: readonly string[] | undefined;
  /** Credentials of the image's registry. */
  readonly containerAuthData?: ContainerAuthData | undefined;
  /** Measure cpu, memory and processes per task. @default {false} */
  readonly resourceProfiling?: boolean | undefined;
  /** Cgroup below which the run's own is made. @default {ansible-runner} */
  readonly resourceProfilingBaseCgroup?: string | undefined;
  /** Time between two looks at the cpu; in seconds. @default {0.25} */
  readonly resourceProfilingCpuPollInterval?: number | undefined;
  /** Time between two looks at the memory; in seconds. @default {0.25} */
  readonly resourceProfilingMemoryPollInterval?: number | undefined;
  /** Time between two looks at the number of processes; in seconds. @default {0.25} */
  readonly resourceProfilingPidPollInterval?: number | undefined;
  /** Where the results go; by default in the private data directory. @default {profiling_data} */
  readonly resourceProfilingResultsDir?: string | URL | undefined;
}

/**
 * Settings that were given. A name that is there with `undefined` was set to none or null: laid over
 * another source, it takes that one's value away.
 */
export interface Settings {
  /** End the run when nothing is printed for so long; in milliseconds. */
  readonly idleTimeoutMs?: number | undefined;
  /** End the run when it takes longer; in milliseconds. */
  readonly jobTimeoutMs?: number | undefined;
  /** Accepted, without effect: prompts are answered at once; in milliseconds. @default {5000} */
  readonly pexpectTimeoutMs?: number | undefined;
  /** Accepted, without effect. @default {true} */
  readonly pexpectUsePoll?: boolean | undefined;
  /** End a helper command (`runCommand` and the like) when it takes longer; in milliseconds. */
  readonly subprocessTimeoutMs?: number | undefined;
  /** Print nothing on the console, as `-q` does. @default {false} */
  readonly suppressAnsibleOutput?: boolean | undefined;
  /** Write no `stdout` and `stderr` files. @default {false} */
  readonly suppressOutputFile?: boolean | undefined;
  /** Directory of the fact cache, below the artifact directory. @default {fact_cache} */
  readonly factCache?: string | undefined;
  /** Cache plugin; with another than jsonfile no cache variables are set. @default {jsonfile} */
  readonly factCacheType?: string | undefined;
  /** Run under bwrap or a container engine. @default {false} */
  readonly processIsolation?: boolean | undefined;
  /** Program that isolates: bwrap or the like, podman, docker (podman when a container is asked for). @default {bwrap} */
  readonly processIsolationExecutable?: string | undefined;
  /** Where staging directories are made. @default {/tmp} */
  readonly processIsolationPath?: string | undefined;
  /** Hidden from the run. */
  readonly processIsolationHidePaths?: readonly string[] | undefined;
  /** Shown to the run, read-write. */
  readonly processIsolationShowPaths?: readonly string[] | undefined;
  /** Shown to the run, read-only. */
  readonly processIsolationRoPaths?: readonly string[] | undefined;
  /** What bwrap starts from: the whole host, or only its programs and /etc, as 2.x does. @default {host} */
  readonly processIsolationRoot?: "host" | "minimal" | undefined;
  /** Capabilities that root keeps under bwrap besides those that users, packages, services and files need, such as `net_admin`; `all`, or `none` before the only ones. */
  readonly processIsolationCaps?: readonly string[] | undefined;
  /** An isolated run can write nothing of the private data directory but its artifact directory. @default {false} */
  readonly processIsolationRoInputs?: boolean | undefined;
  /** Run in a copy of the project, made below this directory. */
  readonly directoryIsolationBasePath?: string | undefined;
  /** Remove that copy afterwards. @default {true} */
  readonly directoryIsolationCleanup?: boolean | undefined;
  /** Image to run in. */
  readonly containerImage?: string | undefined;
  /** More mounts, `source:target[:labels]`. */
  readonly containerVolumeMounts?: readonly string[] | undefined;
  /** More options for the engine. */
  readonly containerOptions?: readonly string[] | undefined;
  /** Credentials of the image's registry. */
  readonly containerAuthData?: DecidedLogin | undefined;
  /** Measure cpu, memory and processes per task. @default {false} */
  readonly resourceProfiling?: boolean | undefined;
  /** Cgroup below which the run's own is made. @default {ansible-runner} */
  readonly resourceProfilingBaseCgroup?: string | undefined;
  /** Time between two looks at the cpu; in milliseconds. @default {250} */
  readonly resourceProfilingCpuPollIntervalMs?: number | undefined;
  /** Time between two looks at the memory; in milliseconds. @default {250} */
  readonly resourceProfilingMemoryPollIntervalMs?: number | undefined;
  /** Time between two looks at the number of processes; in milliseconds. @default {250} */
  readonly resourceProfilingPidPollIntervalMs?: number | undefined;
  /** Where the results go; by default in the private data directory. @default {profiling_data} */
  readonly resourceProfilingResultsDir?: string | undefined;
  /** URL, or path of a unix socket, that events and status are posted to. */
  readonly runnerHttpUrl?: string | undefined;
  /** Headers of these requests. */
  readonly runnerHttpHeaders?: { readonly [name: string]: string } | undefined;
  /** Request path when the URL is a unix socket. */
  readonly runnerHttpPath?: string | undefined;
  /** Most messages in one request; more than 1 makes it JSON lines (`application/x-ndjson`). @default {1} */
  readonly runnerHttpBatch?: number | undefined;
  /** Compress the bodies of requests. @default {false} */
  readonly runnerHttpGzip?: boolean | undefined;
  /** Key of the header `Runner-Signature: sha256=…`, the HMAC of each body as it is sent. */
  readonly runnerHttpSecret?: string | undefined;
  /** File with the token of a header `Authorization: Bearer …`. */
  readonly runnerHttpTokenFile?: string | undefined;
  /** Environment variable of the runner with that token. */
  readonly runnerHttpTokenEnv?: string | undefined;
  /** File with certificates that are trusted besides the system's. */
  readonly runnerHttpCaFile?: string | undefined;
  /** File with the client's certificate. */
  readonly runnerHttpCertFile?: string | undefined;
  /** File with the key of the client's certificate. */
  readonly runnerHttpKeyFile?: string | undefined;
  /** How long one request may take; it is sent again then; in milliseconds. @default {10000} */
  readonly runnerHttpTimeoutMs?: number | undefined;
  /** Names of the events that are posted; by default all. */
  readonly runnerHttpEvents?: readonly string[] | undefined;
  /** Hosts whose events are posted, besides events of no host; by default all. */
  readonly runnerHttpHosts?: readonly string[] | undefined;
  /** What is posted: all, status with failures and the statistics, or status alone. @default {all} */
  readonly runnerHttpOnly?: "all" | "failures" | "status" | undefined;
  /** Whether the run goes on when this receiver fails; emitter_on_error says it for all. */
  readonly runnerHttpOnError?: "warn" | "fail" | undefined;
  /** More receivers: a list of mappings with `url`, perhaps `name`, and any of the above less `runner_http_`. */
  readonly runnerHttpReceivers?: readonly { readonly [key: string]: unknown }[] | undefined;
  /** ZeroMQ socket that events and status are sent to: `tcp://HOST:PORT` or `ipc:///PATH`. */
  readonly runnerZmqUrl?: string | undefined;
  /** Its type: each message to one PULL socket, or to all SUB sockets that want it, behind its topic (`status`, or the event's name). @default {push} */
  readonly runnerZmqType?: "push" | "pub" | undefined;
  /** Listen there for the others, in place of connecting. @default {false} */
  readonly runnerZmqBind?: boolean | undefined;
  /** User of the PLAIN mechanism; without it there is no security (NULL). */
  readonly runnerZmqUsername?: string | undefined;
  /** Password of that user. */
  readonly runnerZmqPassword?: string | undefined;
  /** Whether the run goes on when this emitter fails; emitter_on_error says it for all. */
  readonly runnerZmqOnError?: "warn" | "fail" | undefined;
  /** Programs that read events and status as JSON lines: command lines or paths, relative to the private data directory; a `.ts` or `.js` file without the right to be executed is a module that exports `createEmitter`. */
  readonly runnerPlugins?: readonly string[] | undefined;
  /** How often a plugin that crashes is started again. @default {3} */
  readonly runnerPluginRestarts?: number | undefined;
  /** Whether the run goes on when one of them fails; emitter_on_error says it for all. */
  readonly runnerPluginOnError?: "warn" | "fail" | undefined;
  /** Whether the run goes on when events or status cannot be posted (warn is the same as report), or fails. @default {report} */
  readonly emitterOnError?: "report" | "warn" | "fail" | undefined;
  /** What HTTP receivers have not got of earlier runs of this directory: kept for `deliver`, or sent before this run's messages, for 30 s at most. @default {keep} */
  readonly emitterLeftovers?: "keep" | "first" | undefined;
  /** How long the run waits for its emitters after Ansible's end; then what is left is given up and said; in milliseconds. @default {10000} */
  readonly emitterDeadlineMs?: number | undefined;
  /** End the run when a prompt stays without answer for so long; in milliseconds. @default {10000} */
  readonly promptTimeoutMs?: number | undefined;
  /** Time between TERM and KILL when a run is ended; in milliseconds. @default {2000} */
  readonly gracePeriodMs?: number | undefined;
  /** Times of events: with `+00:00`, as from 2.4 on, or without, as before; RUNNER_EVENT_TIMES in the environment wins. @default {utc} */
  readonly eventTimes?: "utc" | "naive" | undefined;
  /** One file per event, or one `events.jsonl`. @default {files} */
  readonly eventStore?: "files" | "jsonl" | undefined;
  /** Events that the artifacts keep: all, all but plain lines, or failures and the statistics; handlers, emitters and the console get all. @default {all} */
  readonly eventLevel?: "all" | "no_verbose" | "failures" | undefined;
  /** At the start of a run, keep so many of the newest runs (the new one is one of them). */
  readonly artifactsKeep?: number | undefined;
  /** At the start of a run, remove runs that ended so long ago: `12h`, `30d`. */
  readonly artifactsMaxAge?: string | undefined;
  /** At the start of a run, remove the oldest runs until all take no more: `500M`, `2G`. */
  readonly artifactsMaxSize?: string | undefined;
  /** Let Python collect garbage less often in Ansible itself (not in containers): less processor time, a little more memory. @default {true} */
  readonly tunePython?: boolean | undefined;
  /** Longest result of a task, in characters, that an event carries. @default {700000} */
  readonly maxEventRes?: number | undefined;
  /** Mask known secrets in all output. @default {true} */
  readonly redact?: boolean | undefined;
}
