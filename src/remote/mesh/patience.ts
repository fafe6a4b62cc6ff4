/**
 * How long a worker that was told to end its job is listened to.
 *
 * @module
 */

/** Receptor kills it after 10 s; in milliseconds. */
const CANCEL_MS = 12_000;

/** A canceled worker is told so, and listened to for a while. */
export class Patience implements Disposable {
  readonly #cancel: AbortSignal;
  readonly #kill: AbortSignal | undefined;
  readonly #tell: () => void | Promise<void>;
  readonly #over = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #onCancel = (): void => void this.#canceled();
  readonly #onKill = (): void => this.#over.abort(this.#kill?.reason);

  /**
   * Begins to wait with {@linkcode Patience.begin}.
   *
   * @param signals what cancels the worker, and what ends the patience at once
   */
  constructor(
    { cancel, killSignal }: {
      readonly cancel: AbortSignal;
      readonly killSignal: AbortSignal | undefined;
    },
    tell: () => void | Promise<void>,
  ) {
    this.#cancel = cancel;
    this.#kill = killSignal;
    this.#tell = tell;
  }

  /** Aborted when it is over. */
  get signal(): AbortSignal {
    return this.#over.signal;
  }

  /** The worker has its job. */
  begin(): void {
    this.#cancel.addEventListener("abort", this.#onCancel);
    this.#kill?.addEventListener("abort", this.#onKill);
    if (this.#cancel.aborted) this.#onCancel();
    if (this.#kill?.aborted === true) this.#onKill();
  }

  /** Stops waiting. */
  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.#cancel.removeEventListener("abort", this.#onCancel);
    this.#kill?.removeEventListener("abort", this.#onKill);
  }

  async #canceled(): Promise<void> {
    this.#timer = setTimeout(() => this.#over.abort(this.#cancel.reason), CANCEL_MS);
    await this.#tell();
  }
}
