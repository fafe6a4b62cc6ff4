/**
 * Tells the emitters of one run of its events and changes of status, and waits for them at its end.
 *
 * @module
 */
import type { UndeliveredMessages } from "../end_reason.ts";
import type { ToldEvent } from "../events/event_json.ts";
import type { StatusEvent } from "../events/status_event.ts";
import { Deadline } from "./deadline.ts";
import type { Emitter, EmitterOptions } from "./emitter.ts";
import { EmitterQueue, type QueuedMessage } from "./emitter_queue.ts";

const DEADLINE_MS = 10_000;

/** So much of a status that is none of ours stands in the name of its message. */
const MOST_STATUS = 100;

/** Statuses that say how a run ended. */
const OUTCOMES: readonly string[] = ["successful", "failed", "timeout", "canceled", "error"];

/** A change of status, of a run here or elsewhere. */
export interface ToldStatus {
  readonly status: string;
  /** The run's ident. */
  readonly runner_ident: string;
}

/** The emitters of one run. */
export class Emitters implements AsyncDisposable {
  readonly #queues: readonly EmitterQueue[];
  readonly #deadline: Deadline;
  readonly #prefix: string;
  /** Variables for what the run starts. */
  readonly environment: Readonly<Record<string, string>>;
  #undelivered: Promise<readonly UndeliveredMessages[]> | undefined;

  /**
   * Puts emitters to work.
   *
   * @param emitters who is told; may be none
   * @param options what to do about failures
   */
  constructor(emitters: readonly Emitter[], options: EmitterOptions) {
    const { deadlineMs: afterEndMs = DEADLINE_MS, cancel, hurry } = options;
    this.environment = options.environment ?? {};
    this.#prefix = `${encodeURIComponent(options.ident)}/`;
    const deadline = this.#deadline = new Deadline({ afterEndMs, cancel, hurry });
    this.#queues = emitters.map((emitter) => new EmitterQueue(emitter, deadline, options));
  }

  /**
   * Tells of an event.
   *
   * @returns a promise to wait for when a queue is full
   */
  event(record: ToldEvent): void | Promise<void> {
    if (this.#queues.length === 0) return;
    return this.#offer({
      message: {
        kind: "event",
        json: record.text(),
        id: `${this.#prefix}${record.counter}`,
      },
      isOutcome: record.isNamed("playbook_on_stats"),
    });
  }

  /**
   * Tells of a change of status: its two fields, not the command and environment that handlers get.
   *
   * @returns a promise to wait for when a queue is full
   */
  status({ status, runner_ident }: StatusEvent | ToldStatus): void | Promise<void> {
    if (this.#queues.length === 0) return;
    return this.#offer({
      message: {
        kind: "status",
        json: JSON.stringify({ status, runner_ident }),
        // A word from elsewhere may be any text, and stands in headers and records.
        id: `${this.#prefix}${encodeURIComponent(status.slice(0, MOST_STATUS).toWellFormed())}`,
      },
      isOutcome: OUTCOMES.includes(status),
    });
  }

  /** Messages that each emitter has still to send, by its name; those of one name are summed. */
  waiting(): (readonly [emitter: string, messages: number])[] {
    // Names are not unique: syslog here and on a server, plugins.
    const sums = new Map<string, number>();
    for (const { name, waiting } of this.#queues) sums.set(name, (sums.get(name) ?? 0) + waiting);
    return Array.from(sums);
  }

  /** Ansible has ended: emitters that cannot keep up are given up after some time. */
  ansibleEnded(): void {
    this.#deadline.start();
  }

  /**
   * Waits until all is sent, or the time for it is over; no more messages may come.
   *
   * @returns what was not delivered, per emitter
   */
  settle(): Promise<readonly UndeliveredMessages[]> {
    return this.#undelivered ??= this.#settle();
  }

  /** Waits as {@linkcode settle} does. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.settle();
  }

  async #settle(): Promise<readonly UndeliveredMessages[]> {
    this.#deadline.start();
    const all = await Promise.all(this.#queues.map((queue) => queue.settle()));
    this.#deadline[Symbol.dispose]();
    return all.filter((undelivered) => undelivered !== undefined);
  }

  #offer(queued: QueuedMessage): void | Promise<void> {
    const full = this.#queues.map((queue) => queue.offer(queued))
      .filter((pending) => pending !== undefined);
    if (full.length > 0) return Promise.all(full).then(() => {});
  }
}
