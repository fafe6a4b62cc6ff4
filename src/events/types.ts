/**
 * The shape of events as they lie in job_events, in their wire names.
 *
 * @module
 */
// deno-lint-ignore-file camelcase -- wire names are a contract

/** An event as a handler sees it and as its file has it. */
export interface JobEvent {
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
  /** Name of the event, such as `runner_on_ok`; `verbose` for text that is no event of Ansible's. */
  readonly event: string;
  /** Pid of the Ansible process that made it. */
  readonly pid?: number;
  /** When it was made: UTC, ISO 8601 with microseconds, no zone. */
  readonly created: string;
  /** Uuid of the task, play or playbook it belongs to. */
  readonly parent_uuid?: string;
  /** Verbosity of a `verbose` event of Ansible's. */
  readonly verbosity?: number;
  /** What the event tells; absent for plain text. */
  readonly event_data?: Readonly<Record<string, unknown>>;
  /** job_id, ad_hoc_command_id, project_update_id when the environment names them. */
  readonly [key: string]: unknown;
}

/** A change of a run's status. */
export interface StatusEvent {
  /** The new status. */
  readonly status: Status;
  /** The run's ident. */
  readonly runner_ident: string;
  /** The command, at `starting` only. */
  readonly command?: readonly string[];
  /** Its environment, at `starting` only; secret values masked. */
  readonly env?: Readonly<Record<string, string>>;
  /** Its working directory, at `starting` only. */
  readonly cwd?: string;
}

/** The words of the `status` file and of status handlers. */
export type Status =
  | "unstarted"
  | "starting"
  | "running"
  | "successful"
  | "failed"
  | "timeout"
  | "canceled";
