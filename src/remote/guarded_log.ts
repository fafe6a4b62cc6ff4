/**
 * The caller's log, for jobs of other machines: what it throws, at once or later, is an error of the
 * call and never one that nobody handles.
 *
 * @module
 */
import { CallbackError } from "../errors.ts";
import type { LogLevel } from "../run/run_options.ts";

/** Takes lines; said to be asynchronous by some. */
type CallersLog = (level: LogLevel, message: string) => unknown;

/** A log that never throws. */
export class GuardedLog {
  readonly #log: CallersLog | undefined;
  #failure: CallbackError | undefined;

  constructor(log: CallersLog | undefined) {
    this.#log = log;
  }

  /** Writes a warning. */
  readonly warn = (message: string): void => {
    try {
      Promise.resolve(this.#log?.("warning", message)).catch(this.#fail);
    } catch (error) {
      this.#fail(error);
    }
  };

  /**
   * Asked when all else is done.
   *
   * @throws {CallbackError} when it has thrown
   */
  check(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }

  readonly #fail = (error: unknown): void => {
    this.#failure ??= new CallbackError("Log", error);
  };
}
