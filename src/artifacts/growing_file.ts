/**
 * A size that grows while a run goes on and that readers can wait for; a file read along with it.
 *
 * @module
 */
import { openRegularFile } from "../internal/small_file.ts";

/** A size that only grows, until it is closed; any number of readers wait for more. */
export class Growth {
  #size = 0;
  #closed = false;
  #error: unknown;
  /** There only while somebody waits, so that growing costs an addition. */
  #waiting: PromiseWithResolvers<void> | undefined;

  /** The size so far. */
  get size(): number {
    return this.#size;
  }

  /** Makes it larger. */
  grow(by: number): void {
    this.#size += by;
    this.#wake();
  }

  /**
   * No more comes. Only the first call counts.
   *
   * @param error what readers get to see when they have read all there is
   */
  close(error?: unknown): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#error = error;
    this.#wake();
  }

  /**
   * Waits for more.
   *
   * @returns whether there is more; false when it is closed and the reader has all, or the signal aborts
   * @throws what it was closed with
   */
  async hasMoreThan(size: number, signal?: AbortSignal): Promise<boolean> {
    while (true) {
      if (signal?.aborted === true) return false;
      if (this.#size > size) return true;
      if (this.#closed) {
        if (this.#error !== undefined) throw this.#error;
        return false;
      }
      this.#waiting ??= Promise.withResolvers();
      if (signal === undefined) await this.#waiting.promise;
      else await untilAborted(this.#waiting.promise, signal);
    }
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.resolve();
  }
}

async function untilAborted(ready: Promise<void>, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const stop = (): void => resolve();
  signal.addEventListener("abort", stop);
  await Promise.race([ready, promise]);
  signal.removeEventListener("abort", stop);
}

const CHUNK_SIZE = 1 << 16;

/**
 * Reads a file that grows, up to what has been written of it and on until it is closed.
 *
 * @param path the file; it must be there once the size is above zero
 * @returns pieces of the file, in order
 */
export async function* readGrowing(
  path: () => string,
  growth: Growth,
  { signal }: { readonly signal?: AbortSignal | undefined } = {},
): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
  let position = 0;
  let file: Deno.FsFile | undefined;
  try {
    while (await growth.hasMoreThan(position, signal)) {
      file ??= openRegularFile(path());
      const buffer = new Uint8Array(Math.min(CHUNK_SIZE, growth.size - position));
      const count = await file.read(buffer);
      // Somebody cut or replaced the file: there is nothing more to be had.
      if (count === null) return;
      position += count;
      yield buffer.subarray(0, count);
    }
  } finally {
    file?.close();
  }
}
