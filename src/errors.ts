/**
 * Errors of runs that could not be made or finished. A playbook that fails, times out or is
 * canceled is not an error: it is a finished run with its reason.
 *
 * @module
 */

/** What every error of this tool carries besides its message. */
export interface RunnerErrorOptions extends ErrorOptions {
  /** One line that says how to mend it. */
  readonly hint?: string | undefined;
  /** Exit code of the command line. @default {1} */
  readonly exitCode?: number | undefined;
  /** The message is a text that users of the original know: printed without a prefix. */
  readonly verbatim?: boolean | undefined;
}

/** Stable names of what went wrong, for programs: by subject, and by what of it. */
export type ErrorCode =
  | "artifacts"
  | "artifacts.none"
  | "artifacts.output"
  | "artifacts.unreadable"
  | "background.canceled"
  | "background.lost"
  | "background.not_running"
  | "background.pid_file"
  | "background.running"
  | "background.signal"
  | "background.spawn"
  | "background.stuck"
  | "callback"
  | "callback.stalled"
  | "config.agent_socket"
  | "config.artifact_dir"
  | "config.choice"
  | "config.command"
  | "config.container_image"
  | "config.container_mount"
  | "config.container_volume_mounts"
  | "config.credential"
  | "config.env_file"
  | "config.envvars"
  | "config.event_times"
  | "config.extra_vars"
  | "config.host_cwd"
  | "config.hosts"
  | "config.ident"
  | "config.ident_in_use"
  | "config.inventory"
  | "config.logfile"
  | "config.material"
  | "config.nothing_to_run"
  | "config.option"
  | "config.passwords"
  | "config.pipe_timeout"
  | "config.playbook_and_module"
  | "config.plugin"
  | "config.private_data_dir"
  | "config.process_isolation_caps"
  | "config.profiling_dir"
  | "config.profiling_in_container"
  | "config.regex_invalid"
  | "config.regex_unsupported"
  | "config.role_vars"
  | "config.runner_http_file"
  | "config.runner_http_headers"
  | "config.runner_http_path"
  | "config.runner_http_receivers"
  | "config.runner_http_url"
  | "config.runner_zmq"
  | "config.setting"
  | "config.ssh_key"
  | "config.ssh_key_passphrase"
  | "config.start_form"
  | "config.syslog"
  | "config.unsafe_dir"
  | "config.words"
  | "doctor.permissions"
  | "emitter"
  | "event_data_missing"
  | "fact_cache"
  | "helper.json"
  | "internal"
  | "isolation.base_path"
  | "isolation.cgroup"
  | "isolation.copy"
  | "isolation.executable"
  | "isolation.sandbox"
  | "isolation.staging"
  | "launch.agent"
  | "launch.nul"
  | "launch.proc"
  | "launch.python"
  | "launch.script"
  | "launch.spawn"
  | "launch.terminal"
  | "not_started"
  | "output"
  | "remote.kwargs"
  | "remote.message"
  | "remote.node"
  | "remote.output"
  | "remote.pack"
  | "remote.unpack"
  | "remote.zip"
  | "report.file"
  | "retry.hosts"
  | "retry.refused"
  | "run.canceled"
  | "run.failed"
  | "run.no_output"
  | "run.private_data_dir"
  | "run.unknown"
  | "usage";

/** Base of all errors thrown on purpose: a one-line message, a stable code, an exit code. */
export class RunnerError extends Error {
  /** Stable machine-readable name, such as `config.env_file`. */
  readonly code: ErrorCode;
  /** Exit code of the command line for this error. */
  readonly exitCode: number;
  /** One line that says how to mend it, if there is one. */
  readonly hint: string | undefined;
  /** Whether the message is printed without the prefix `error: `. */
  readonly verbatim: boolean;

  /**
   * Makes an error.
   *
   * @param code stable name of the condition
   * @param message what was wrong, capital first letter, no final period
   * @param options hint, exit code, cause
   */
  constructor(code: ErrorCode, message: string, options: RunnerErrorOptions = {}) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
    this.exitCode = options.exitCode ?? 1;
    this.hint = options.hint;
    this.verbatim = options.verbatim ?? false;
  }
}

/** Bad flags or a bad command: exit code 2. Only the command line throws it. */
export class UsageError extends RunnerError {
  /**
   * Makes a usage error.
   *
   * @param message what was wrong
   * @param options hint, cause
   */
  constructor(message: string, options: RunnerErrorOptions = {}) {
    super("usage", message, { exitCode: 2, ...options });
  }
}

/** Contradictory options, or an input file that cannot be read or has the wrong shape. */
export class ConfigError extends RunnerError {}

/** bwrap, a container engine or a cgroup is missing or refused. */
export class IsolationError extends RunnerError {}

/** The terminal or the program could not be started by the system. */
export class LaunchError extends RunnerError {}

/**
 * A handler given by the caller threw, `cause` is what it threw; or it did not come back when the run
 * was told to end, then its code is `callback.stalled`.
 */
export class CallbackError extends RunnerError {
  /** Which handler, such as `Event` or `Finished`. */
  readonly handler: string;

  /**
   * Makes a callback error with the original's wording.
   *
   * @param handler which handler, such as `Cancel` or `Artifact`
   * @param cause what the handler threw
   * @param options when it did something else than throw: what
   */
  constructor(
    handler: string,
    cause: unknown,
    options: { readonly code?: ErrorCode; readonly message?: string } = {},
  ) {
    const { code = "callback", message } = options;
    super(code, message ?? `Exception in ${handler} Callback: ${messageOf(cause)}`, { cause });
    this.handler = handler;
  }
}

/**
 * The words of anything that was thrown.
 *
 * @param error an error, or whatever else
 * @returns its message, or its text
 */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
