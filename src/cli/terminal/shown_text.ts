/**
 * Shows the text of events: thousands come at a time, and are one write.
 *
 * @module
 */
import type { ByteQueue } from "../../remote/wire/byte_queue.ts";
import type { ColourFilter } from "./colour_filter.ts";

/** So much text waits for more, in characters. */
const MOST_WAITING = 1 << 16;

/** Text on its way to the screen. */
export class ShownText {
  readonly #screen: ByteQueue;
  readonly #filter: ColourFilter | undefined;
  readonly #encoder = new TextEncoder();
  #text = "";
  /** Until there is room again. */
  #full: Promise<void> | undefined;

  /**
   * Shows text.
   *
   * @param filter takes the colours out of it
   */
  constructor(screen: ByteQueue, filter: ColourFilter | undefined) {
    this.#screen = screen;
    this.#filter = filter;
  }

  /** Takes text; returns a promise to be waited for when too much of it waits. */
  add(text: string): void | Promise<void> {
    if (this.#text === "") queueMicrotask(() => this.flush());
    this.#text += text;
    if (this.#text.length >= MOST_WAITING) this.flush();
    return this.#full;
  }

  /** Writes what there is. */
  flush(): void {
    if (this.#text === "") return;
    const bytes = this.#encoder.encode(this.#text);
    this.#text = "";
    this.#full = this.#screen.write(this.#filter?.(bytes) ?? bytes) ?? undefined;
  }
}
