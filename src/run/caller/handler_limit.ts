/**
 * How long the caller's handlers may hold up the end of a run.
 *
 * As long as nothing asks the run to end, a handler takes the time it takes.
 *
 * @module
 */

/** How long a handler is waited for once whoever canceled the run wants its end at once, in milliseconds. */
const HURRIED_MS = 100;

/** What the waiting for handlers is made with. */
export interface HandlerLimitOptions {
  /** Aborted when the run is told to end. */
  readonly ending: AbortSignal;
  /** Aborted when its end is wanted at once. */
  readonly hurried: AbortSignal;
  /** How long a handler is waited for from then on, in milliseconds. */
  readonly limitMs: number;
}

/** A handler had not come back in time. */
export class StalledError extends Error {}

/** Waits for handlers. */
export class HandlerLimit {
  readonly #options: HandlerLimitOptions;
  readonly #waits = new Set<Wait>();
  #hasStalled = false;

  constructor(options: HandlerLimitOptions) {
    this.#options = options;
    options.ending.addEventListener("abort", () => this.#startClocks());
    options.hurried.addEventListener("abort", () => this.#startClocks());
  }

  /**
   * Waits for what a handler promised.
   *
   * @throws {StalledError} when the run is told to end and the handler does not come back
   */
  wait<T>(answer: PromiseLike<T>): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const wait = new Wait(() => {
      this.#hasStalled = true;
      reject(new StalledError());
    });
    this.#waits.add(wait);
    const settle = (): void => {
      wait.stop();
      this.#waits.delete(wait);
    };
    answer.then(
      (value) => {
        settle();
        resolve(value);
      },
      (error) => {
        settle();
        reject(error);
      },
    );
    if (this.#options.ending.aborted || this.#options.hurried.aborted) {
      wait.start(this.#limitMs);
    }
    return promise;
  }

  /** Whoever hangs once hangs again: the run's end is not held up for each handler in turn. */
  get #limitMs(): number {
    const { hurried, limitMs } = this.#options;
    return hurried.aborted || this.#hasStalled ? Math.min(HURRIED_MS, limitMs) : limitMs;
  }

  #startClocks(): void {
    for (const wait of this.#waits) wait.start(this.#limitMs);
  }
}

/** The clock of one handler. */
class Wait {
  readonly #giveUp: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(giveUp: () => void) {
    this.#giveUp = giveUp;
  }

  start(ms: number): void {
    this.stop();
    this.#timer = setTimeout(this.#giveUp, ms);
  }

  /** The first use of timers costs some milliseconds: not for nothing. */
  stop(): void {
    if (this.#timer !== undefined) clearTimeout(this.#timer);
  }
}
