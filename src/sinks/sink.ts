/**
 * The one ordered way from what happens in a run to all who are told of it.
 *
 * Contract: the caller's handlers, then emitters and the profiler, then the artifacts, then the
 * console. Each has an event before the next one, and before the next event.
 *
 * @module
 */
import type { EventRecord } from "../events/event_json.ts";
import type { StatusEvent } from "../events/status_event.ts";

/** One who is told; each takes what it has a method for. */
export interface Sink {
  /**
   * Takes an event; everything waits for the promise, if there is one.
   *
   * @param isKept whether the artifacts are to have it: no sink before this one said `false`
   * @returns exactly `false` keeps the event out of the artifacts, and nothing else
   */
  event?(record: EventRecord, isKept: boolean): unknown;
  /** Told when all events that came together have been handed over. */
  delivered?(): void;
  /** Takes a change of status. */
  status?(event: StatusEvent): unknown;
  /** Takes bytes that people see. */
  output?(bytes: Uint8Array<ArrayBuffer>): void;
}

/** What a fan-out is made with. */
export interface FanOutOptions {
  /** Who is told, in this order. */
  readonly sinks: readonly Sink[];
  /** Whether people see events as JSON lines instead of what the terminal shows. @default {false} */
  readonly isJson?: boolean;
}

/** Tells all sinks of one run. */
export class FanOut {
  readonly #sinks: readonly Sink[];
  readonly #isJson: boolean;

  constructor(options: FanOutOptions) {
    this.#sinks = options.sinks;
    this.#isJson = options.isJson ?? false;
  }

  /** Hands over an event; synchronous as long as the sinks are. */
  event(record: EventRecord): void | Promise<void> {
    return this.#eventFrom(0, record, { isKept: true });
  }

  /** Tells that no more events come with the last one. */
  delivered(): void {
    for (const sink of this.#sinks) sink.delivered?.();
  }

  /** Hands over a change of status. */
  async status(event: StatusEvent): Promise<void> {
    for (const sink of this.#sinks) await sink.status?.(event);
  }

  /** Shows what the terminal shows, unless events take its place. */
  display(text: string): void {
    if (!this.#isJson) this.output(text);
  }

  /** Shows text, also where events take the place of the terminal's. */
  output(text: string): void {
    const bytes = new TextEncoder().encode(text);
    for (const sink of this.#sinks) sink.output?.(bytes);
  }

  #eventFrom(
    index: number,
    record: EventRecord,
    { isKept }: { readonly isKept: boolean },
  ): void | Promise<void> {
    let kept = isKept;
    for (let at = index; at < this.#sinks.length; at++) {
      const answer = this.#sinks[at]?.event?.(record, kept);
      if (answer instanceof Promise) {
        const before = kept;
        return answer.then((settled) =>
          this.#eventFrom(at + 1, record, { isKept: before && settled !== false })
        );
      }
      if (answer === false) kept = false;
    }
    if (this.#isJson) this.#outputLine(record);
  }

  #outputLine(record: EventRecord): void {
    if (!record.isLong) return this.output(record.text() + "\n");
    for (const bytes of record.pieces()) this.output(new TextDecoder().decode(bytes));
    this.output("\n");
  }
}
