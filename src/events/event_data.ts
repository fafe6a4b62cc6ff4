/**
 * What the events tell: the fields of `event_data`, in their wire names.
 *
 * @module
 */
// deno-lint-ignore-file camelcase -- wire names are a contract

/** Result of a module: what it returned, with `changed` and the like. */
export interface ModuleResult {
  /** Whether something was changed. */
  readonly changed?: boolean;
  /** Whether it failed. */
  readonly failed?: boolean;
  /** Whether it was skipped. */
  readonly skipped?: boolean;
  /** What it has to say; `debug` puts any value here. */
  readonly msg?: unknown;
  /** Exit code of its command. */
  readonly rc?: number;
  /** Output of its command, less the last newline. */
  readonly stdout?: string;
  /** The same in lines. */
  readonly stdout_lines?: readonly string[];
  /** Error output of its command, less the last newline. */
  readonly stderr?: string;
  /** The same in lines. */
  readonly stderr_lines?: readonly string[];
  /** All others are the module's own. */
  readonly [name: string]: unknown;
}

/** Host name -> count. */
export type HostCounts = Readonly<Record<string, number>>;

/** Where an event belongs: the playbook. */
export interface PlaybookData {
  /** File name of the playbook; `__adhoc_playbook__` in a module run. */
  readonly playbook: string;
  /** Uuid of the playbook. */
  readonly playbook_uuid: string;
  /** The event's own uuid. */
  readonly uuid: string;
}

/** Where an event belongs: the play. */
export interface PlayData extends PlaybookData {
  /** Name of the play, or its pattern. */
  readonly play: string;
  /** Uuid of the play. */
  readonly play_uuid: string;
  /** Its hosts, joined by commas. */
  readonly play_pattern: string;
}

/** Where an event belongs: the task. The fields of the play are absent in a module run. */
export interface TaskData extends PlaybookData, Partial<Omit<PlayData, keyof PlaybookData>> {
  /** Name of the task, or its action. */
  readonly task: string;
  /** Uuid of the task. */
  readonly task_uuid: string;
  /** The module as the playbook names it. */
  readonly task_action: string;
  /** Full name of the module; null in a module run. */
  readonly resolved_action: string | null;
  /** Its arguments when DISPLAY_ARGS_TO_STDOUT is on, else empty. */
  readonly task_args: string;
  /** `file:line` of the task. */
  readonly task_path: string;
  /** Role of the task. */
  readonly role?: string;
  /** Full name of the role, if it differs. */
  readonly resolved_role?: string;
}

/** Start of a play. */
export interface PlayStartData extends PlayData {
  /** Name of the play. */
  readonly name: string;
  /** Its hosts, joined by commas. */
  readonly pattern: string;
}

/** Start of a task, or of a handler. */
export interface TaskStartData extends TaskData {
  /** Name of the task. */
  readonly name: string;
  /** True for handlers. */
  readonly is_conditional: boolean;
}

/** A question of `vars_prompt`. */
export interface VarsPromptData extends PlaybookData {
  /** Name of the variable. */
  readonly varname: string;
  /** Whether the answer is hidden. */
  readonly private: boolean;
  /** Text of the question. */
  readonly prompt: string | null;
  /** How the answer is hashed. */
  readonly encrypt: string | null;
  /** Whether it is asked twice. */
  readonly confirm: boolean;
  /** Length of the salt. */
  readonly salt_size: number | null;
  /** The salt. */
  readonly salt: string | null;
  /** Answer when none is given. */
  readonly default: unknown;
  /** Whether templates in the answer are left alone. */
  readonly unsafe: unknown;
}

/** A file that was included. */
export interface IncludeData extends TaskData {
  /** Path of the file. */
  readonly included_file: string;
}

/** A handler that was notified. */
export interface NotifyData extends TaskData {
  /** The host that notified it. */
  readonly host: string;
  /** Name of the handler. */
  readonly handler: string;
}

/** The counts at the end of a run. */
export interface StatsData extends PlaybookData {
  /** Tasks that changed something. */
  readonly changed: HostCounts;
  /** Unreachable. */
  readonly dark: HostCounts;
  /** Failed tasks. */
  readonly failures: HostCounts;
  /** Failed tasks whose failure was ignored. */
  readonly ignored: HostCounts;
  /** Tasks that went well. */
  readonly ok: HostCounts;
  /** Hosts that had a part in the run. */
  readonly processed: HostCounts;
  /** Failed tasks that a rescue section mended. */
  readonly rescued: HostCounts;
  /** Skipped tasks. */
  readonly skipped: HostCounts;
  /** What `set_stats` set for the whole run. */
  readonly artifact_data: Readonly<Record<string, unknown>>;
}

/** A host in a task. */
export interface HostData extends TaskData {
  /** Name of the host. */
  readonly host: string;
}

/** A host's time in a task. */
export interface TimedData extends HostData {
  /** Address of the host. */
  readonly remote_addr: string;
  /** ISO time of its start; null when there was no `runner_on_start`. */
  readonly start: string | null;
  /** ISO time of its end. */
  readonly end: string | null;
  /** Seconds between both. */
  readonly duration: number | null;
}

/** A task that went well on a host. */
export interface OkData extends TimedData {
  /** What the module returned. */
  readonly res: ModuleResult;
  /** The loop keyword, such as `loop` or `with_items`. */
  readonly event_loop: string | null;
}

/** A task that failed on a host. */
export interface FailedData extends OkData {
  /** Whether the task says `ignore_errors`. */
  readonly ignore_errors: boolean | null;
}

/** A task that was skipped on a host. */
export interface SkippedData extends TimedData {
  /** The loop keyword. */
  readonly event_loop: string | null;
}

/** A host that could not be reached. */
export interface UnreachableData extends TimedData {
  /** What Ansible says about it. */
  readonly res: ModuleResult;
}

/** A look at an asynchronous job. */
export interface AsyncResultData extends HostData {
  /** What the module returned so far. */
  readonly res: ModuleResult;
  /** Id of the job. */
  readonly jid: string | null;
}

/** One item of a loop, or one attempt of `until`. */
export interface ItemResultData extends HostData {
  /** What the module returned. */
  readonly res: ModuleResult;
}

/** What a task changed in a file. */
export interface DiffData extends HostData {
  /** Before and after, in the module's shape. */
  readonly diff: unknown;
}

/** A message; the flag of its kind is true. */
export interface MessageData extends Partial<TaskData> {
  /** A message of `-v` and more. */
  readonly verbose?: boolean;
  /** A debug message of Ansible itself. */
  readonly debug?: boolean;
  /** A warning. */
  readonly warning?: boolean;
  /** A warning about the system. */
  readonly system_warning?: boolean;
  /** A deprecation. */
  readonly deprecated?: boolean;
  /** An error. */
  readonly error?: boolean;
  /** Address of the host it is about. */
  readonly remote_addr?: string;
}
