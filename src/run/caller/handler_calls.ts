/**
 * Calls a caller's handlers, one after the other.
 *
 * @module
 */
import type { RunConfig } from "../../config/run_config.ts";
import { CallbackError } from "../../errors.ts";
import type { EventRecord } from "../../events/event_json.ts";
import type { StatusEvent } from "../../events/status_event.ts";
import type { Runner } from "../../result.ts";
import type { Sink } from "../../sinks/sink.ts";
import type { HandlerExtras, TakenOptions } from "../run_options.ts";
import { HandlerLimit, StalledError } from "./handler_limit.ts";

/** How long handlers may hold up the end of a run unless options say otherwise, in seconds. */
const DEFAULT_TIMEOUT = 3;

/** What handlers are called with. */
export interface HandlerContext {
  /** The run. */
  readonly config: RunConfig;
  /** Aborted when the run is told to end. */
  readonly ending: AbortSignal;
  /** Aborted when its end is wanted at once. */
  readonly hurried: AbortSignal;
  /** Told the first time that one throws. */
  readonly failed: (error: CallbackError) => void;
}

/** Code of the caller's that the end of a run waits for. */
const AWAITED = [
  "eventHandler",
  "statusHandler",
  "cancelCallback",
  "artifactsHandler",
  "finishedCallback",
  "emitters",
] as const;

/** Follows the code of a run, and what it calls, through promises and timers. */
interface RunScope {
  getStore(): boolean | undefined;
  run<T>(store: boolean, callback: () => T): T;
}

/** Loaded only for callers with handlers: it takes 12 ms. */
async function makeScope(): Promise<RunScope> {
  const { AsyncLocalStorage } = await import("node:async_hooks");
  return new AsyncLocalStorage<boolean>();
}

/** The handlers of one run. */
export class HandlerCalls implements Sink {
  readonly #options: TakenOptions;
  readonly #context: HandlerContext;
  #scope: RunScope | undefined;
  readonly #limit: HandlerLimit;
  readonly #timeout: number;
  /** What each handler is called with besides. */
  readonly #extras: HandlerExtras;
  #hasFailed = false;

  constructor(options: TakenOptions, context: HandlerContext) {
    this.#options = options;
    this.#context = context;
    this.#timeout = options.handlerTimeout ?? DEFAULT_TIMEOUT;
    this.#limit = new HandlerLimit({ ...context, limitMs: this.#timeout * 1000 });
    this.#extras = Object.freeze({ signal: context.ending });
  }

  /** Whether the code that asks is called by a handler, or goes on from there. */
  isInside(): boolean {
    return this.#scope?.getStore() === true;
  }

  /**
   * Performs the run. Once for all handlers: only the run calls them, and what it does not call, such
   * as the caller's own code or readers of its events, is outside.
   */
  async follow(run: () => Promise<void>): Promise<void> {
    if (AWAITED.every((name) => this.#options[name] === undefined)) return await run();
    this.#scope = await makeScope();
    await this.#scope.run(true, run);
  }

  /** Hands over an event; once a handler failed, none is called for events. */
  event(record: EventRecord): unknown {
    const handler = this.#options.eventHandler;
    if (handler === undefined || this.#hasFailed) return undefined;
    try {
      const answer = handler(record.parsed(), this.#extras);
      if (!isThenable(answer)) return answer;
      return this.#limit.wait(answer).catch((error) => this.fail("Event", error));
    } catch (error) {
      this.fail("Event", error);
      return undefined;
    }
  }

  /** Tells of a change of status. */
  status(event: StatusEvent): Promise<void> {
    const { config } = this.#context;
    return this.#call("Status", () => this.#options.statusHandler?.(event, config, this.#extras));
  }

  /** Tells that the artifacts are complete. */
  artifacts(artifactDir: string): Promise<void> {
    return this.#call(
      "Artifact",
      () => this.#options.artifactsHandler?.(artifactDir, this.#extras),
    );
  }

  /** Tells that the run has ended. */
  finished(runner: Runner): Promise<void> {
    return this.#call("Finished", () => this.#options.finishedCallback?.(runner, this.#extras));
  }

  /** What asks whether the run is to be canceled, if the caller wants to be asked. */
  get cancelCallback(): (() => unknown) | undefined {
    const { cancelCallback } = this.#options;
    return cancelCallback && (() => cancelCallback(this.#extras));
  }

  /** Calls what else is the caller's code and is not waited for: a throw ends the run as a handler's. */
  guard(name: string, call: () => unknown): void {
    try {
      const answer = call();
      if (isThenable(answer)) Promise.resolve(answer).catch((error) => this.fail(name, error));
    } catch (error) {
      this.fail(name, error);
    }
  }

  /** Notes that a handler threw; the first one counts. */
  fail(handler: string, error: unknown): void {
    // It did what its signal asked for.
    const { ending } = this.#context;
    if (ending.aborted && error === ending.reason) return;
    if (this.#hasFailed) return;
    this.#hasFailed = true;
    this.#context.failed(
      error instanceof StalledError
        ? stalled(handler, this.#timeout)
        : new CallbackError(handler, error),
    );
  }

  async #call(name: string, handler: () => unknown): Promise<void> {
    try {
      const answer = handler();
      if (isThenable(answer)) await this.#limit.wait(answer);
    } catch (error) {
      this.fail(name, error);
    }
  }
}

function stalled(handler: string, seconds: number): CallbackError {
  const message =
    `Cannot wait for the ${handler} handler: expected it to end within ${seconds} s of the run`;
  return new CallbackError(handler, undefined, { code: "callback.stalled", message });
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && "then" in value &&
    typeof value.then === "function";
}
