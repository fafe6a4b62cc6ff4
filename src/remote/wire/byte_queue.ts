/**
 * Writes pieces that come at any time one after another, several pieces in one where the
 * reader is slower.
 *
 * @module
 */
import { joinBytes } from "../../internal/bytes.ts";

/** From so many bytes on whoever writes is to wait. */
const FULL = 1 << 18;

/** Bytes on their way to a stream of the caller's, which is not closed. */
export class ByteQueue {
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #gone = new AbortController();
  #pieces: Uint8Array[] = [];
  #waiting = 0;
  #draining: Promise<void> | undefined;
  readonly #givenUp = Promise.withResolvers<void>();

  constructor(stream: WritableStream<Uint8Array>) {
    this.#writer = stream.getWriter();
    // A stream that breaks while nothing is written is found at the next write.
    this.#writer.closed.catch(() => {});
  }

  /** Aborted when the stream takes no more; its reason is the error. */
  get gone(): AbortSignal {
    return this.#gone.signal;
  }

  /** How many bytes wait. */
  get waiting(): number {
    return this.#waiting;
  }

  /**
   * Writes bytes, which must not change afterwards. Once the stream is gone they are dropped.
   *
   * @returns a promise to be waited for when too much waits
   */
  write(bytes: Uint8Array): void | Promise<void> {
    if (this.#gone.signal.aborted) return;
    this.#pieces.push(bytes);
    this.#waiting += bytes.length;
    this.#draining ??= this.#drain();
    if (this.#waiting >= FULL) return Promise.race([this.#draining, this.#givenUp.promise]);
  }

  /** Waits no longer for the stream's reader. */
  giveUp(reason: unknown): void {
    this.#gone.abort(reason);
    this.#givenUp.resolve();
  }

  /** Waits until all is written or the stream is gone, and no longer than the signal says. */
  async settle(signal?: AbortSignal): Promise<void> {
    if (this.#draining === undefined || signal?.aborted === true) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    signal?.addEventListener("abort", () => resolve(), { once: true });
    await Promise.race([this.#draining, this.#givenUp.promise, promise]);
  }

  /** Gives the stream back. */
  release(): void {
    this.#writer.releaseLock();
  }

  async #drain(): Promise<void> {
    try {
      while (this.#pieces.length > 0) {
        const bytes = joinBytes(this.#pieces);
        this.#pieces = [];
        await this.#writer.write(bytes);
        this.#waiting -= bytes.length;
      }
    } catch (error) {
      this.#gone.abort(error);
      this.#pieces = [];
      this.#waiting = 0;
    } finally {
      this.#draining = undefined;
    }
  }
}
