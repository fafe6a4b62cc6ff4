/**
 * Turns what happens in a run into calls of its caller's handlers, one after the other.
 *
 * @module
 */
import type { RunConfig } from "../config/run_config.ts";
import { CallbackError, type RunnerError } from "../errors.ts";
import type { UndeliveredMessages } from "../end_reason.ts";
import type { EventRecord } from "../events/event_json.ts";
import type { StatusEvent } from "../events/status_event.ts";
import type { Runner } from "../result.ts";
import type { Observers } from "./observers.ts";
import type { RunOptions } from "./options.ts";

/** Tells that a handler threw, the first time one does. */
export type HandlerFailed = (handler: string) => void;

/** The handlers of one run. */
export class HandlerCalls {
  readonly #options: RunOptions;
  readonly #failed: HandlerFailed;
  #error: CallbackError | undefined;
  #observers: Observers | undefined;

  /**
   * Makes the calls of a run.
   *
   * @param options has the handlers
   * @param failed told when one throws
   */
  constructor(options: RunOptions, failed: HandlerFailed) {
    this.#options = options;
    this.#failed = failed;
  }

  /** What the first handler that failed threw, as the caller gets it. */
  get error(): RunnerError | undefined {
    return this.#error ?? this.#observers?.error;
  }

  /**
   * From now on others are told as well, after the caller's handlers.
   *
   * @param observers who
   */
  tellAlso(observers: Observers): void {
    this.#observers = observers;
  }

  /**
   * Hands over an event; synchronous as long as the handler is.
   *
   * @param record the event
   * @returns whether it is kept in the artifacts; once a handler failed, all are
   */
  event(record: EventRecord): boolean | Promise<boolean> {
    const kept = this.#ask(record);
    return typeof kept === "boolean"
      ? this.#tell(record, kept)
      : kept.then((settled) => this.#tell(record, settled));
  }

  #tell(record: EventRecord, kept: boolean): boolean | Promise<boolean> {
    const pending = this.#observers?.event(record);
    return pending instanceof Promise ? pending.then(() => kept) : kept;
  }

  #ask(record: EventRecord): boolean | Promise<boolean> {
    const handler = this.#options.eventHandler;
    if (handler === undefined || this.#error !== undefined) return true;
    const failed = (error: unknown): true => {
      this.fail("Event", error);
      return true;
    };
    try {
      const answer = handler(record.parsed());
      if (!isThenable(answer)) return answer !== false;
      return Promise.resolve(answer).then((settled) => settled !== false, failed);
    } catch (error) {
      return failed(error);
    }
  }

  /** Tells of a change of status. */
  async status(event: StatusEvent, config: RunConfig): Promise<void> {
    await this.#call("Status", () => this.#options.statusHandler?.(event, config));
    await this.#observers?.status(event);
  }

  /** The program has ended: nobody who is told besides may hold up the run's end for long. */
  programEnded(): void {
    this.#observers?.programEnded();
  }

  /** Waits for those who are told besides; what they did not get. */
  async settle(): Promise<readonly UndeliveredMessages[]> {
    return await this.#observers?.settle() ?? [];
  }

  /** Tells that the artifacts are complete. */
  artifacts(artifactDir: string): Promise<void> {
    return this.#call("Artifact", () => this.#options.artifactsHandler?.(artifactDir));
  }

  /** Tells that the run has ended. */
  finished(runner: Runner): Promise<void> {
    return this.#call("Finished", () => this.#options.finishedCallback?.(runner));
  }

  /**
   * Notes that a handler threw; the first one counts.
   *
   * @param handler which one
   * @param error what it threw
   */
  fail(handler: string, error: unknown): void {
    if (this.#error !== undefined) return;
    this.#error = new CallbackError(handler, error);
    this.#failed(handler);
  }

  async #call(name: string, handler: () => unknown): Promise<void> {
    try {
      await handler();
    } catch (error) {
      this.fail(name, error);
    }
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && "then" in value &&
    typeof value.then === "function";
}
