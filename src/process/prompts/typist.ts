/**
 * Types answers when they are waited for: a program may throw away what was typed before it reads, as
 * Ansible's `pause` does.
 *
 * @module
 */
import { sleep } from "../../internal/sleep.ts";

/** What a typist is made with. */
export interface TypistOptions {
  /** Whether a program waits for input. */
  readonly isAwaited: () => boolean;
  /** Types on the terminal. */
  readonly type: (text: string) => Promise<void>;
}

/** Between two looks, in milliseconds. */
const LOOK_MS = 25;

/** Not every program that waits can be seen to wait: after so many looks it gets its answer. */
const MAX_LOOKS = 20;

/** Types one answer after the other. */
export class Typist {
  readonly #options: TypistOptions;
  #last: Promise<void> = Promise.resolve();

  constructor(options: TypistOptions) {
    this.#options = options;
  }

  /** Types a text after those before it. */
  type(text: string): Promise<void> {
    return this.#last = this.#last.then(() => this.#typeWhenAwaited(text));
  }

  async #typeWhenAwaited(text: string): Promise<void> {
    for (let look = 0; look < MAX_LOOKS && !this.#options.isAwaited(); look++) await sleep(LOOK_MS);
    await this.#options.type(text);
  }
}
