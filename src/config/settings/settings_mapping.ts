/**
 * What callers write of settings. Generated from table.ts: `deno task readme`.
 *
 * @module
 */
// deno-lint-ignore-file camelcase -- the names of env/settings are a contract
import type { RegistryLogin } from "./registry_login.ts";

/**
 * Settings given as an argument. Other names are for plugins, and said to be meant:
 * `{ my_plugin_topic: "x" } as SettingsMapping`.
 */
export interface SettingsMapping {
  /** End the run when nothing is printed for so long; in seconds. */
  readonly idle_timeout?: number | null | undefined;
  /** End the run when it takes longer; in seconds. */
  readonly job_timeout?: number | null | undefined;
  /** Accepted, without effect: prompts are answered at once; in seconds. @default {5} */
  readonly pexpect_timeout?: number | null | undefined;
  /** Accepted, without effect. @default {true} */
  readonly pexpect_use_poll?: boolean | null | undefined;
  /** End a helper command (`runCommand` and the like) when it takes longer; in seconds. */
  readonly subprocess_timeout?: number | null | undefined;
  /** Print nothing on the console, as `-q` does. @default {false} */
  readonly suppress_ansible_output?: boolean | null | undefined;
  /** Write no `stdout` and `stderr` files. @default {false} */
  readonly suppress_output_file?: boolean | null | undefined;
  /** Directory of the fact cache, below the artifact directory. @default {fact_cache} */
  readonly fact_cache?: string | null | undefined;
  /** Cache plugin; with another than jsonfile no cache variables are set. @default {jsonfile} */
  readonly fact_cache_type?: string | null | undefined;
  /** Run under bwrap or a container engine. @default {false} */
  readonly process_isolation?: boolean | null | undefined;
  /** Program that isolates: bwrap or the like, podman, docker (podman when a container is asked for). @default {bwrap} */
  readonly process_isolation_executable?: string | null | undefined;
  /** Where staging directories are made. @default {/tmp} */
  readonly process_isolation_path?: string | null | undefined;
  /** Hidden from the run. */
  readonly process_isolation_hide_paths?: string | readonly string[] | null | undefined;
  /** Shown to the run, read-write. */
  readonly process_isolation_show_paths?: string | readonly string[] | null | undefined;
  /** Shown to the run, read-only. */
  readonly process_isolation_ro_paths?: string | readonly string[] | null | undefined;
  /** What bwrap starts from: the whole host, or only its programs and /etc, as 2.x does. @default {host} */
  readonly process_isolation_root?: "host" | "minimal" | null | undefined;
  /** Capabilities that root keeps under bwrap besides those that users, packages, services and files need, such as `net_admin`; `all`, or `none` before the only ones. */
  readonly process_isolation_caps?: readonly string[] | null | undefined;
  /** An isolated run can write nothing of the private data directory but its artifact directory. @default {false} */
  readonly process_isolation_ro_inputs?: boolean | null | undefined;
  /** Run in a copy of the project, made below this directory. */
  readonly directory_isolation_base_path?: string | null | undefined;
  /** Remove that copy afterwards. @default {true} */
  readonly directory_isolation_cleanup?: boolean | null | undefined;
  /** Image to run in. */
  readonly container_image?: string | null | undefined;
  /** More mounts, `source:target[:labels]`. */
  readonly container_volume_mounts?: readonly string[] | null | undefined;
  /** More options for the engine. */
  readonly container_options?: readonly string[] | null | undefined;
  /** Credentials of the image's registry. */
  readonly container_auth_data?: RegistryLogin | null | undefined;
  /** Measure cpu, memory and processes per task. @default {false} */
  readonly resource_profiling?: boolean | null | undefined;
  /** Cgroup below which the run's own is made. @default {ansible-runner} */
  readonly resource_profiling_base_cgroup?: string | null | undefined;
  /** Time between two looks at the cpu; in seconds. @default {0.25} */
  readonly resource_profiling_cpu_poll_interval?: number | null | undefined;
  /** Time between two looks at the memory; in seconds. @default {0.25} */
  readonly resource_profiling_memory_poll_interval?: number | null | undefined;
  /** Time between two looks at the number of processes; in seconds. @default {0.25} */
  readonly resource_profiling_pid_poll_interval?: number | null | undefined;
  /** Where the results go; by default in the private data directory. @default {profiling_data} */
  readonly resource_profiling_results_dir?: string | null | undefined;
  /** URL, or path of a unix socket, that events and status are posted to. */
  readonly runner_http_url?: string | null | undefined;
  /** Headers of these requests. */
  readonly runner_http_headers?: { readonly [name: string]: string } | null | undefined;
  /** Request path when the URL is a unix socket. */
  readonly runner_http_path?: string | null | undefined;
  /** Most messages in one request; more than 1 makes it JSON lines (`application/x-ndjson`). @default {1} */
  readonly runner_http_batch?: number | null | undefined;
  /** Compress the bodies of requests. @default {false} */
  readonly runner_http_gzip?: boolean | null | undefined;
  /** Key of the header `Runner-Signature: sha256=…`, the HMAC of each body as it is sent. */
  readonly runner_http_secret?: string | null | undefined;
  /** File with the token of a header `Authorization: Bearer …`. */
  readonly runner_http_token_file?: string | null | undefined;
  /** Environment variable of the runner with that token. */
  readonly runner_http_token_env?: string | null | undefined;
  /** File with certificates that are trusted besides the system's. */
  readonly runner_http_ca_file?: string | null | undefined;
  /** File with the client's certificate. */
  readonly runner_http_cert_file?: string | null | undefined;
  /** File with the key of the client's certificate. */
  readonly runner_http_key_file?: string | null | undefined;
  /** How long one request may take; it is sent again then; in seconds. @default {10} */
  readonly runner_http_timeout?: number | null | undefined;
  /** Names of the events that are posted; by default all. */
  readonly runner_http_events?: readonly string[] | null | undefined;
  /** Hosts whose events are posted, besides events of no host; by default all. */
  readonly runner_http_hosts?: readonly string[] | null | undefined;
  /** What is posted: all, status with failures and the statistics, or status alone. @default {all} */
  readonly runner_http_only?: "all" | "failures" | "status" | null | undefined;
  /** Whether the run goes on when this receiver fails; emitter_on_error says it for all. */
  readonly runner_http_on_error?: "warn" | "fail" | null | undefined;
  /** More receivers: a list of mappings with `url`, perhaps `name`, and any of the above less `runner_http_`. */
  readonly runner_http_receivers?:
    | readonly { readonly [key: string]: unknown }[]
    | null
    | undefined;
  /** ZeroMQ socket that events and status are sent to: `tcp://HOST:PORT` or `ipc:///PATH`. */
  readonly runner_zmq_url?: string | null | undefined;
  /** Its type: each message to one PULL socket, or to all SUB sockets that want it, behind its topic (`status`, or the event's name). @default {push} */
  readonly runner_zmq_type?: "push" | "pub" | null | undefined;
  /** Listen there for the others, in place of connecting. @default {false} */
  readonly runner_zmq_bind?: boolean | null | undefined;
  /** User of the PLAIN mechanism; without it there is no security (NULL). */
  readonly runner_zmq_username?: string | null | undefined;
  /** Password of that user. */
  readonly runner_zmq_password?: string | null | undefined;
  /** Whether the run goes on when this emitter fails; emitter_on_error says it for all. */
  readonly runner_zmq_on_error?: "warn" | "fail" | null | undefined;
  /** Programs that read events and status as JSON lines: command lines or paths, relative to the private data directory; a `.ts` or `.js` file without the right to be executed is a module that exports `createEmitter`. */
  readonly runner_plugins?: readonly string[] | null | undefined;
  /** How often a plugin that crashes is started again. @default {3} */
  readonly runner_plugin_restarts?: number | null | undefined;
  /** Whether the run goes on when one of them fails; emitter_on_error says it for all. */
  readonly runner_plugin_on_error?: "warn" | "fail" | null | undefined;
  /** Whether the run goes on when events or status cannot be posted (warn is the same as report), or fails. @default {report} */
  readonly emitter_on_error?: "report" | "warn" | "fail" | null | undefined;
  /** What HTTP receivers have not got of earlier runs of this directory: kept for `deliver`, or sent before this run's messages, for 30 s at most. @default {keep} */
  readonly emitter_leftovers?: "keep" | "first" | null | undefined;
  /** How long the run waits for its emitters after Ansible's end; then what is left is given up and said; in seconds. @default {10} */
  readonly emitter_deadline?: number | null | undefined;
  /** End the run when a prompt stays without answer for so long; in seconds. @default {10} */
  readonly prompt_timeout?: number | null | undefined;
  /** Time between TERM and KILL when a run is ended; in seconds. @default {2} */
  readonly grace_period?: number | null | undefined;
  /** Times of events: with `+00:00`, as from 2.4 on, or without, as before; RUNNER_EVENT_TIMES in the environment wins. @default {utc} */
  readonly event_times?: "utc" | "naive" | null | undefined;
  /** One file per event, or one `events.jsonl`. @default {files} */
  readonly event_store?: "files" | "jsonl" | null | undefined;
  /** Events that the artifacts keep: all, all but plain lines, or failures and the statistics; handlers, emitters and the console get all. @default {all} */
  readonly event_level?: "all" | "no_verbose" | "failures" | null | undefined;
  /** At the start of a run, keep so many of the newest runs (the new one is one of them). */
  readonly artifacts_keep?: number | null | undefined;
  /** At the start of a run, remove runs that ended so long ago: `12h`, `30d`. */
  readonly artifacts_max_age?: string | null | undefined;
  /** At the start of a run, remove the oldest runs until all take no more: `500M`, `2G`. */
  readonly artifacts_max_size?: string | null | undefined;
  /** Let Python collect garbage less often in Ansible itself (not in containers): less processor time, a little more memory. @default {true} */
  readonly tune_python?: boolean | null | undefined;
  /** Longest result of a task, in characters, that an event carries. @default {700000} */
  readonly max_event_res?: number | null | undefined;
  /** Mask known secrets in all output. @default {true} */
  readonly redact?: boolean | null | undefined;
}
