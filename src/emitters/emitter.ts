/**
 * Turns events and status changes into messages of other systems, without holding up the run.
 *
 * Each emitter has a queue of its own, sent in order, one message at a time. A full queue makes the
 * handling of events wait (never Ansible: its output waits on disk), so that memory stays bounded
 * and nothing is dropped.
 *
 * @module
 * @see manual of ansible-runner, "Sending Runner Status and Events to External Systems"
 */
import { messageOf, RunnerError } from "../errors.ts";
import type { EventRecord } from "../events/event_json.ts";
import type { StatusEvent } from "../events/status_event.ts";

/** What an emitter is given to send. */
export interface EmitterMessage {
  /** A change of status, `{"status", "runner_ident"}`, or a whole event. */
  readonly kind: "status" | "event";
  /** One line of JSON, ASCII for events. */
  readonly json: string;
}

/** Sends what happens in a run to another system. */
export interface Emitter {
  /** What it is called in messages, such as `http`. */
  readonly name: string;
  /**
   * Sends one message; the next one comes when this is done.
   *
   * @param message what to send
   * @param signal aborted when the run does not wait any longer
   */
  send(message: EmitterMessage, signal: AbortSignal): Promise<void>;
  /** Called after the last message. */
  close?(): void | Promise<void>;
}

/** What happens when an emitter fails: the run goes on, or ends. */
export type EmitterErrorPolicy = "report" | "fail";

/** What emitters are run with. */
export interface EmitterOptions {
  /** @default {"report"} */
  readonly onError?: EmitterErrorPolicy | undefined;
  /** Takes a warning for the log. */
  readonly warn: (message: string) => void;
  /** Told the first failure when the policy is `fail`. */
  readonly fail: (error: RunnerError) => void;
  /** Characters that may wait before the run waits. @default {4 MiB} */
  readonly queueLimit?: number;
  /** How long the end of a run waits for an emitter that gets nothing done, in milliseconds. @default {10000} */
  readonly stallMs?: number;
}

const QUEUE_LIMIT = 4 << 20;
const STALL_MS = 10_000;

/** An emitter that failed so often in a row is not tried again: each try may cost its time limit. */
const MAX_FAILURES = 5;

/** The emitters of one run. */
export class Emitters implements AsyncDisposable {
  readonly #queues: readonly EmitterQueue[];

  /**
   * Puts emitters to work.
   *
   * @param emitters who is told; may be none
   * @param options what to do about failures
   */
  constructor(emitters: readonly Emitter[], options: EmitterOptions) {
    this.#queues = emitters.map((emitter) => new EmitterQueue(emitter, options));
  }

  /**
   * Tells of an event.
   *
   * @param record the event
   * @returns a promise to wait for when a queue is full
   */
  event(record: EventRecord): void | Promise<void> {
    if (this.#queues.length > 0) return this.#offer({ kind: "event", json: record.text() });
  }

  /**
   * Tells of a change of status: its two fields, not the command and environment that handlers get.
   *
   * @param event the change
   * @returns a promise to wait for when a queue is full
   */
  status({ status, runner_ident }: StatusEvent): void | Promise<void> {
    if (this.#queues.length === 0) return;
    return this.#offer({ kind: "status", json: JSON.stringify({ status, runner_ident }) });
  }

  /** Waits until all is sent, or an emitter does not get on. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#queues.map((queue) => queue[Symbol.asyncDispose]()));
  }

  #offer(message: EmitterMessage): void | Promise<void> {
    const full = this.#queues.map((queue) => queue.offer(message))
      .filter((pending) => pending !== undefined);
    if (full.length > 0) return Promise.all(full).then(() => {});
  }
}

/** What one emitter has still to send. */
class EmitterQueue implements AsyncDisposable {
  readonly #emitter: Emitter;
  readonly #options: EmitterOptions;
  readonly #waiting: EmitterMessage[] = [];
  readonly #abort = new AbortController();
  #size = 0;
  #sent = 0;
  #lost = 0;
  #failuresInARow = 0;
  #pump: Promise<void> | undefined;
  #room: PromiseWithResolvers<void> | undefined;

  constructor(emitter: Emitter, options: EmitterOptions) {
    this.#emitter = emitter;
    this.#options = options;
  }

  offer(message: EmitterMessage): Promise<void> | undefined {
    if (this.#isOff) {
      this.#lost++;
      return undefined;
    }
    this.#waiting.push(message);
    this.#size += message.json.length;
    this.#pump ??= this.#run();
    if (this.#size <= (this.#options.queueLimit ?? QUEUE_LIMIT)) return undefined;
    this.#room ??= Promise.withResolvers();
    return this.#room.promise;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const stallMs = this.#options.stallMs ?? STALL_MS;
    while (this.#pump !== undefined) {
      const before = this.#sent;
      const { promise, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, stallMs);
      await Promise.race([this.#pump, promise]);
      clearTimeout(timer);
      if (this.#pump !== undefined && this.#sent === before) {
        this.#abort.abort(new Error(`no answer within ${stallMs / 1000} s`));
        await this.#pump;
      }
    }
    if (this.#lost > 0) {
      this.#options.warn(
        `Emitter ${this.#emitter.name}: ${this.#lost} messages were not delivered`,
      );
    }
    await this.#close();
  }

  /** How a run ended is known by now: an emitter that cannot be closed changes nothing about it. */
  async #close(): Promise<void> {
    try {
      await this.#emitter.close?.();
    } catch (cause) {
      this.#options.warn(`Cannot close emitter ${this.#emitter.name}: ${messageOf(cause)}`);
    }
  }

  get #isOff(): boolean {
    return this.#failuresInARow >= MAX_FAILURES || this.#abort.signal.aborted;
  }

  async #run(): Promise<void> {
    // Whoever offers goes on before the first message is sent.
    await Promise.resolve();
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      if (this.#isOff) this.#lost++;
      else await this.#send(next);
      this.#size -= next.json.length;
      if (this.#size <= (this.#options.queueLimit ?? QUEUE_LIMIT) / 2) this.#release();
    }
    this.#release();
    this.#pump = undefined;
  }

  async #send(message: EmitterMessage): Promise<void> {
    try {
      await this.#emitter.send(message, this.#abort.signal);
      this.#sent++;
      this.#failuresInARow = 0;
    } catch (cause) {
      this.#lost++;
      this.#failuresInARow++;
      if (this.#lost === 1) this.#report(cause);
    }
  }

  #report(cause: unknown): void {
    const message = `Cannot deliver to emitter ${this.#emitter.name}: ${messageOf(cause)}`;
    if (this.#options.onError !== "fail") return this.#options.warn(message);
    this.#options.fail(new RunnerError("emitter", message, { cause }));
  }

  #release(): void {
    this.#room?.resolve();
    this.#room = undefined;
  }
}
