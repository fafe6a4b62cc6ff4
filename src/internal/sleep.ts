/**
 * Waiting: for a time, or for something as long as a signal or a time allows.
 *
 * @module
 */

/** Waits; no longer than until the signal aborts. Never rejects. */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted === true) return Promise.resolve();
  const { promise, resolve } = Promise.withResolvers<void>();
  const wake = (): void => {
    clearTimeout(timer);
    signal?.removeEventListener("abort", wake);
    resolve();
  };
  const timer = setTimeout(wake, ms);
  signal?.addEventListener("abort", wake);
  return promise;
}

/**
 * Calls after a time, unless disposed before: for what is nearly always disposed before.
 *
 * Deno loads its timers at their first use, which takes 7 ms of CPU; a signal's time does without
 * them. Like a timer it keeps the process alive until then; what is disposed holds its memory until then.
 *
 * @param ms how long; not more than seconds
 */
export function callLater(ms: number, call: () => void): Disposable {
  const signal = AbortSignal.timeout(ms);
  signal.addEventListener("abort", call);
  return { [Symbol.dispose]: () => signal.removeEventListener("abort", call) };
}

/** Waits for a promise as long as a signal allows; rejects with the signal's reason then. */
export async function unlessAborted<Value>(
  promise: Promise<Value>,
  signal: AbortSignal,
): Promise<Value> {
  const aborted = Promise.withResolvers<never>();
  const onAbort = (): void => aborted.reject(signal.reason);
  if (signal.aborted) onAbort();
  else signal.addEventListener("abort", onAbort);
  try {
    return await Promise.race([promise, aborted.promise]);
  } finally {
    signal.removeEventListener("abort", onAbort);
    promise.catch(() => {});
  }
}

/**
 * A signal that aborts when another one does or some time is over, whichever comes first.
 *
 * `AbortSignal.any` and `AbortSignal.timeout` say the same, but their timers and weak references
 * live on until the time is over: thousands of them where one is made for each message.
 */
export class TimeLimit implements Disposable {
  readonly #control = new AbortController();
  readonly #outer: AbortSignal | undefined;
  readonly #timer: ReturnType<typeof setTimeout>;
  readonly #onAbort = (): void => this.#control.abort(this.#outer?.reason);
  #isOver = false;

  /**
   * Begins to count.
   *
   * @param ms how long
   * @param signal what aborts it before, if anything
   */
  constructor(ms: number, signal?: AbortSignal) {
    this.#outer = signal;
    this.#timer = setTimeout(() => {
      this.#isOver = true;
      this.#control.abort(new DOMException("Signal timed out.", "TimeoutError"));
    }, ms);
    if (signal?.aborted === true) this.#onAbort();
    else signal?.addEventListener("abort", this.#onAbort);
  }

  /** Aborted by either. */
  get signal(): AbortSignal {
    return this.#control.signal;
  }

  /** Whether the time was over first. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Counts no more. */
  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.#outer?.removeEventListener("abort", this.#onAbort);
  }
}
