/**
 * When a run stops waiting for its emitters.
 *
 * Time counts from Ansible's end, not from the last message: a slow receiver whose full queue holds
 * up the handling of events would put that off again and again.
 *
 * @module
 */

/** How long a run that is canceled while it only waits for emitters goes on waiting, in milliseconds. */
const CANCELED_MS = 1000;

/** What ends the waiting early. */
export interface DeadlineOptions {
  /** How long emitters have after Ansible's end, in milliseconds. */
  readonly afterEndMs: number;
  /** Aborted when the run is canceled. */
  readonly cancel?: AbortSignal | undefined;
  /** Aborted when whoever canceled it wants its end at once. */
  readonly hurry?: AbortSignal | undefined;
}

/** The one bound of all emitters of a run. */
export class Deadline implements Disposable {
  readonly #options: DeadlineOptions;
  readonly #passed = new AbortController();
  readonly #stack = new DisposableStack();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #endsAt = Infinity;

  constructor(options: DeadlineOptions) {
    this.#options = options;
    this.#stack.defer(() => clearTimeout(this.#timer));
    this.#listen(options.cancel, () => {
      // A cancel before the end ends Ansible: its last events have their time as in any run.
      if (this.#hasEnded) this.#endIn(CANCELED_MS);
    });
    this.#listen(options.hurry, () => {
      if (this.#hasEnded) this.#endIn(0);
    });
  }

  /** Aborted when the time is over. */
  get signal(): AbortSignal {
    return this.#passed.signal;
  }

  /** From now on time counts; a second call changes nothing. */
  start(): void {
    if (this.#hasEnded) return;
    this.#endIn(this.#options.hurry?.aborted ? CANCELED_MS : this.#options.afterEndMs);
  }

  /** Counts no more. */
  [Symbol.dispose](): void {
    this.#stack.dispose();
  }

  get #hasEnded(): boolean {
    return this.#endsAt !== Infinity;
  }

  #endIn(ms: number): void {
    const endsAt = performance.now() + ms;
    if (endsAt >= this.#endsAt) return;
    this.#endsAt = endsAt;
    clearTimeout(this.#timer);
    const reason = new Error(`not done when the run ended`);
    const pass = (): void => this.#passed.abort(reason);
    if (ms === 0) pass();
    else this.#timer = setTimeout(pass, ms);
  }

  #listen(signal: AbortSignal | undefined, listener: () => void): void {
    if (signal === undefined) return;
    signal.addEventListener("abort", listener);
    this.#stack.defer(() => signal.removeEventListener("abort", listener));
  }
}
