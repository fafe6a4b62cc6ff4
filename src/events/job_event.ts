/**
 * The union of all events, told apart by `event`, in their wire names.
 *
 * @module
 */
// deno-lint-ignore-file camelcase -- wire names are a contract
import type {
  AsyncResultData,
  DiffData,
  FailedData,
  HostData,
  IncludeData,
  ItemResultData,
  MessageData,
  NotifyData,
  OkData,
  PlaybookData,
  PlayData,
  PlayStartData,
  SkippedData,
  StatsData,
  TaskData,
  TaskStartData,
  UnreachableData,
  VarsPromptData,
} from "./event_data.ts";

/** What every event has, whatever it tells. */
export interface EventBase {
  /** The event's uuid; not unique: a handler's task start comes again with the same one. */
  readonly uuid: string;
  /** 1, 2, 3… in the order of the output. */
  readonly counter: number;
  /** What Ansible printed for it. */
  readonly stdout: string;
  /** Newlines in the output before it. */
  readonly start_line: number;
  /** Newlines in the output up to its end. */
  readonly end_line: number;
  /** The run's ident. */
  readonly runner_ident: string;
  /** When it was made: UTC, ISO 8601 with microseconds, no zone. */
  readonly created: string;
  /** Pid of the Ansible process that made it; absent for plain text. */
  readonly pid?: number;
  /** Uuid of the task, play or playbook it belongs to. */
  readonly parent_uuid?: string;
  /** JOB_ID of the environment. */
  readonly job_id?: number;
  /** AD_HOC_COMMAND_ID of the environment; 1 in a module run. */
  readonly ad_hoc_command_id?: number;
  /** PROJECT_UPDATE_ID of the environment. */
  readonly project_update_id?: number;
}

/**
 * An event of one name with its data.
 *
 * With `omitEventData` (and `onlyFailedEventData`, but for failures) the data is `{}`, whatever its
 * type says.
 */
export interface EventOf<Name extends string, Data> extends EventBase {
  /** Name of the event. */
  readonly event: Name;
  /** What the event tells. */
  readonly event_data: Data;
}

/** Text that Ansible printed outside of any callback, or that is no event of Ansible's at all. */
export interface VerboseEvent extends EventBase {
  /** Name of the event. */
  readonly event: "verbose";
  /** Verbosity at which Ansible prints it: 1 for `-v`. */
  readonly verbosity?: number;
  /** What the event tells; absent for plain text. */
  readonly event_data?: MessageData;
}

/** Events of a playbook, its plays and its tasks. */
export type PlaybookEvent =
  | EventOf<"playbook_on_start", PlaybookData>
  | EventOf<"playbook_on_play_start", PlayStartData>
  | EventOf<"playbook_on_task_start", TaskStartData>
  | EventOf<"playbook_on_vars_prompt", VarsPromptData>
  | EventOf<"playbook_on_include", IncludeData>
  | EventOf<"playbook_on_notify", NotifyData>
  | EventOf<"playbook_on_no_hosts_matched", PlayData>
  | EventOf<"playbook_on_no_hosts_remaining", PlayData & Partial<TaskData>>
  | EventOf<"playbook_on_stats", StatsData>
  | EventOf<"playbook_on_setup", TaskData>
  | EventOf<"playbook_on_import_for_host", TaskData>
  | EventOf<"playbook_on_not_import_for_host", TaskData>;

/** Events of one host in one task. */
export type HostEvent =
  | EventOf<"runner_on_start", HostData>
  | EventOf<"runner_on_ok", OkData>
  | EventOf<"runner_on_failed", FailedData>
  | EventOf<"runner_on_skipped", SkippedData>
  | EventOf<"runner_on_unreachable", UnreachableData>
  | EventOf<"runner_on_no_hosts", TaskData>
  | EventOf<"runner_on_async_poll", AsyncResultData>
  | EventOf<"runner_on_async_ok", AsyncResultData>
  | EventOf<"runner_on_async_failed", AsyncResultData>
  | EventOf<"runner_item_on_ok", ItemResultData>
  | EventOf<"runner_item_on_failed", ItemResultData>
  | EventOf<"runner_item_on_skipped", ItemResultData>
  | EventOf<"runner_retry", ItemResultData>
  | EventOf<"runner_on_file_diff", DiffData>;

/** Messages that Ansible shows outside of its callbacks. */
export type MessageEvent =
  | VerboseEvent
  | EventOf<"debug", MessageData>
  | EventOf<"warning", MessageData>
  | EventOf<"deprecated", MessageData>
  | EventOf<"system_warning", MessageData>
  | EventOf<"error", MessageData>;

/** An event as a handler sees it and as its file has it; `event` tells which. */
export type JobEvent = PlaybookEvent | HostEvent | MessageEvent;
