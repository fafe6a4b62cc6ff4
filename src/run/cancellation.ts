/**
 * All that may end a run before its time, as one cause: the first that comes.
 *
 * @module
 */
import type { EndReason } from "../end_reason.ts";
import { messageOf, type RunnerError } from "../errors.ts";
import type { Supervisor } from "../process/supervise.ts";

/** Time between two questions to the cancel callback, in milliseconds. */
const CANCEL_POLL_MS = 100;

/** Ends a run, also one whose program is not started yet. */
export class Stopper implements Disposable {
  #supervisor: Supervisor | undefined;
  #cause: EndReason | undefined;
  #error: RunnerError | undefined;
  readonly #stack = new DisposableStack();
  readonly #ending = new AbortController();
  readonly #hurrying = new AbortController();
  #failure: EndReason | undefined;
  #canceledWith: unknown;

  /** The first cause, if there was one. */
  get cause(): EndReason | undefined {
    return this.#cause;
  }

  /** What the run's caller gets thrown when it has ended: the first of all failures. */
  get error(): RunnerError | undefined {
    return this.#error;
  }

  /** Why the run counts as failed, if it does: the first of all failures. */
  get failure(): EndReason | undefined {
    return this.#failure;
  }

  /** The object that a signal canceled the run with, if its reason is one. */
  get canceledWith(): unknown {
    return this.#cause?.reason === "canceled" ? this.#canceledWith : undefined;
  }

  /** Aborted when whoever ends the run wants its end at once. */
  get hurried(): AbortSignal {
    return this.#hurrying.signal;
  }

  /** Aborted as soon as there is a cause: what prepares the start need not be done. */
  get signal(): AbortSignal {
    return this.#ending.signal;
  }

  /** Ends the run. */
  stop(cause: EndReason): void {
    this.#cause ??= cause;
    this.#ending.abort();
    this.#supervisor?.stop(this.#cause);
  }

  /** Ends the run, which fails with an error. */
  fail(cause: EndReason, error: RunnerError): void {
    this.#error ??= error;
    this.#failure ??= cause;
    this.stop(cause);
  }

  /** From now on there is a program to end. */
  attach(supervisor: Supervisor): void {
    this.#supervisor = supervisor;
    if (this.#cause !== undefined) supervisor.stop(this.#cause);
  }

  /**
   * Lets a signal cancel the run.
   *
   * @param signal its reason says who cancels
   */
  cancelOn(signal: AbortSignal | undefined): void {
    this.#listen(signal, (reason) => {
      if (this.#cause === undefined && typeof reason !== "string") this.#canceledWith = reason;
      const by = wordsOf(reason);
      this.stop(by === undefined ? { reason: "canceled" } : { reason: "canceled", by });
    });
  }

  /** Lets a signal cut the grace period short. */
  hurryOn(signal: AbortSignal | undefined): void {
    this.#listen(signal, () => {
      this.#hurrying.abort();
      this.#supervisor?.hurry();
    });
  }

  /**
   * Asks a function again and again whether the run is to be canceled.
   *
   * @param callback the caller's function; never asked again before it has answered
   * @returns asks no more when disposed
   */
  cancelWhen(
    callback: (() => unknown) | undefined,
    failed: (error: unknown) => void,
  ): Disposable | undefined {
    if (callback === undefined) return undefined;
    let asking = false;
    const ask = async (): Promise<void> => {
      if (asking) return;
      asking = true;
      try {
        if (await callback()) this.stop({ reason: "canceled", by: "cancel callback" });
      } catch (error) {
        failed(error);
      }
      asking = false;
    };
    const timer = setInterval(ask, CANCEL_POLL_MS);
    return { [Symbol.dispose]: () => clearInterval(timer) };
  }

  /** Listens no more. */
  [Symbol.dispose](): void {
    this.#stack.dispose();
  }

  #listen(signal: AbortSignal | undefined, listener: (reason: unknown) => void): void {
    if (signal === undefined) return;
    const onAbort = (): void => listener(signal.reason);
    if (signal.aborted) return onAbort();
    signal.addEventListener("abort", onAbort);
    this.#stack.defer(() => signal.removeEventListener("abort", onAbort));
  }
}

/** Longest text of a signal's reason that is kept, in characters. */
const LONGEST_WORDS = 500;

/** The text of a signal's reason; undefined when it is the one that signals have by themselves. */
function wordsOf(reason: unknown): string | undefined {
  if (reason instanceof DOMException && reason.name === "AbortError") return undefined;
  try {
    return messageOf(reason).slice(0, LONGEST_WORDS);
  } catch {
    // An object that cannot be turned into text.
    return undefined;
  }
}
