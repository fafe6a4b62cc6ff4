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

/** Base of all errors thrown on purpose: a one-line message, a stable code, an exit code. */
export class RunnerError extends Error {
  /** Stable machine-readable name, such as `config.env_file`. */
  readonly code: string;
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
  constructor(code: string, message: string, options: RunnerErrorOptions = {}) {
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

/** Processes of a run are alive after KILL. */
export class KillError extends RunnerError {}

/** A handler given by the caller threw; `cause` is what it threw. */
export class CallbackError extends RunnerError {
  /** Which handler, such as `Event` or `Finished`. */
  readonly handler: string;

  /**
   * Makes a callback error with the original's wording.
   *
   * @param handler which handler, such as `Cancel` or `Artifact`
   * @param cause what the handler threw
   */
  constructor(handler: string, cause: unknown) {
    super("callback", `Exception in ${handler} Callback: ${messageOf(cause)}`, { cause });
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
