/**
 * What one emitter has still to send: in order, one message at a time, never dropped while it can
 * be delivered, and never waited for without a bound.
 *
 * An answer that refuses a message costs nothing and concerns that message alone: the next one is
 * sent. Where nobody answers, a message is tried again, and after some tries only now and then.
 *
 * @module
 */
import { messageOf, RunnerError } from "../errors.ts";
import type { UndeliveredMessages } from "../end_reason.ts";
import { sleep, unlessAborted } from "../internal/sleep.ts";
import type { Deadline } from "./deadline.ts";
import { DeliveryRecord } from "./delivery_record.ts";
import {
  type Emitter,
  type EmitterMessage,
  type EmitterOptions,
  NoAnswer,
  PartlyTaken,
} from "./emitter.ts";

const QUEUE_LIMIT = 4 << 20;

/** Characters of one batch, unless a single message has more. */
const BATCH_LIMIT = 1 << 20;

/** How often at least a receiver is asked that says each time when to come back. */
const MIN_TRIES = 8;
/**
 * Time that an emitter may cost without one success before it counts as gone, in milliseconds: more
 * than one request that gets no answer in its time, and than receivers take to start again. What
 * waits meanwhile keeps its order.
 */
const PATIENCE_MS = 30_000;
/** How long the end of an emitter is waited for. */
const CLOSE_MS = 10_000;
const FIRST_PAUSE_MS = 100;
/** Also the time between two looks whether one that was gone is back. */
const LONGEST_PAUSE_MS = 2000;
/** A receiver may ask for a longer pause than ours, up to this, in milliseconds. */
const LONGEST_RETRY_AFTER_MS = 30_000;
/** What each of the last words of a run gets when the time is over, in milliseconds. */
const LAST_WORDS_MS = 1000;
/** The statistics and the last status. */
const MOST_LAST_WORDS = 2;
const NO_LAST_WORDS = `no answer within ${LAST_WORDS_MS / 1000} s`;

/** A message, and whether the run's outcome stands in it: then it is always tried. */
export interface QueuedMessage {
  readonly message: EmitterMessage;
  readonly isOutcome: boolean;
}

/** The queue of one emitter. */
export class EmitterQueue {
  readonly #emitter: Emitter;
  readonly #options: EmitterOptions;
  readonly #deadline: Deadline;
  readonly #waiting: QueuedMessage[] = [];
  #record: DeliveryRecord | undefined;
  #hasBegun = false;
  #hasSent = false;
  #size = 0;
  #lost = 0;
  #error: string | undefined;
  /** When the row of failures began that goes on. */
  #failingSince: number | undefined;
  /** How many of them there were. */
  #failures = 0;
  #isGone = false;
  #lastTry = -Infinity;
  /** When the first of the last words was tried. */
  #lastWordsSince: number | undefined;
  #pump: Promise<void> | undefined;
  #room: PromiseWithResolvers<void> | undefined;

  constructor(emitter: Emitter, deadline: Deadline, options: EmitterOptions) {
    this.#emitter = emitter;
    this.#options = options;
    this.#deadline = deadline;
    deadline.signal.addEventListener("abort", () => this.#release());
  }

  /** The emitter's name. */
  get name(): string {
    return this.#emitter.name;
  }

  /** Messages that wait. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Takes a message; the promise is to be waited for when the queue is full. */
  offer(queued: QueuedMessage): Promise<void> | undefined {
    if (this.#emitter.accepts?.(queued.message) === false) return undefined;
    const { message, isOutcome } = queued;
    const messages = this.#emitter.translate?.(message) ?? [message];
    if (messages.length === 0) return undefined;
    if (this.#pump === undefined) this.#beginRecord();
    for (const each of messages) {
      this.#waiting.push({ message: each, isOutcome });
      this.#size += each.json.length;
    }
    this.#pump ??= this.#run();
    if (this.#isOverdue || this.#size <= (this.#options.queueLimit ?? QUEUE_LIMIT)) {
      return undefined;
    }
    this.#room ??= Promise.withResolvers();
    return this.#room.promise;
  }

  /** Waits until all is sent or given up, and closes the emitter. */
  async settle(): Promise<UndeliveredMessages | undefined> {
    await this.#pump;
    this.#record?.close(this.#lost === 0);
    await this.#close();
    if (this.#lost === 0) return undefined;
    const { name } = this.#emitter;
    const messages = this.#lost === 1 ? "1 message was" : `${this.#lost} messages were`;
    this.#options.warn(`Emitter ${name}: ${messages} not delivered`);
    return { emitter: name, messages: this.#lost, error: this.#error ?? "unknown" };
  }

  /** How a run ended is known by now: an emitter that cannot be closed changes nothing about it. */
  async #close(): Promise<void> {
    try {
      const closing = Promise.resolve(this.#emitter.close?.(this.#options.hurry));
      await unlessAborted(closing, AbortSignal.timeout(CLOSE_MS));
    } catch (cause) {
      this.#options.warn(`Cannot close emitter ${this.#emitter.name}: ${messageOf(cause)}`);
    }
  }

  get #isOverdue(): boolean {
    return this.#deadline.signal.aborted;
  }

  async #run(): Promise<void> {
    // Whoever offers goes on before the first message is sent.
    await Promise.resolve();
    await this.#sendFirst();
    for (let next = this.#take(); next.length > 0; next = this.#take()) {
      if (this.#mayTry(next)) await this.#deliver(next);
      else this.#lose(next, this.#deadline.signal.reason);
      this.#size -= sizeOf(next);
      if (this.#size <= (this.#options.queueLimit ?? QUEUE_LIMIT) / 2) this.#release();
    }
    this.#release();
    this.#pump = undefined;
  }

  async #sendFirst(): Promise<void> {
    const { first } = this.#emitter;
    if (first === undefined || this.#hasSent) return;
    this.#hasSent = true;
    const { signal } = this.#deadline;
    // It may wait for a lock, which nothing ends.
    await unlessAborted(first(signal), signal).catch(() => {});
  }

  /** The next message, or as many as may go together. */
  #take(): QueuedMessage[] {
    const most = this.#emitter.sendAll === undefined ? 1 : this.#emitter.batch ?? 1;
    let count = 0;
    for (let size = 0; count < Math.min(most, this.#waiting.length); count++) {
      size += this.#waiting[count]?.message.json.length ?? 0;
      if (count > 0 && size > BATCH_LIMIT) break;
    }
    return this.#waiting.splice(0, count);
  }

  #mayTry(queued: readonly QueuedMessage[]): boolean {
    if (this.#isOverdue) return hasOutcome(queued) && this.#isTimeForLastWords();
    if (hasOutcome(queued)) return true;
    return !this.#isGone || performance.now() - this.#lastTry >= LONGEST_PAUSE_MS;
  }

  /** A stream from elsewhere may have thousands of them. */
  #isTimeForLastWords(): boolean {
    const now = performance.now();
    return now - (this.#lastWordsSince ??= now) < MOST_LAST_WORDS * LAST_WORDS_MS;
  }

  async #deliver(queued: readonly QueuedMessage[]): Promise<void> {
    for (let pauseMs = FIRST_PAUSE_MS;; pauseMs *= 2) {
      const error = await this.#try(queued.map(({ message }) => message));
      if (error === undefined) return this.#noteDelivered(queued);
      if (!(error instanceof NoAnswer) || this.#isGone || this.#isOverdue) {
        return this.#lose(queued, error);
      }
      await sleep(waitOf(pauseMs, error), this.#deadline.signal);
      if (this.#isOverdue && !hasOutcome(queued)) return this.#lose(queued, error);
    }
  }

  #send(messages: readonly EmitterMessage[], signal: AbortSignal): Promise<void> {
    const [first] = messages;
    return first === undefined || messages.length > 1
      ? this.#emitter.sendAll?.(messages, signal) ?? Promise.resolve()
      : this.#emitter.send(first, signal);
  }

  /** Sends messages once; what went wrong, if so. */
  async #try(messages: readonly EmitterMessage[]): Promise<unknown> {
    const isOverdue = this.#isOverdue;
    const signal = isOverdue ? AbortSignal.timeout(LAST_WORDS_MS) : this.#deadline.signal;
    const start = performance.now();
    try {
      // One that does not listen to the signal is left behind.
      await unlessAborted(this.#send(messages, signal), signal);
      this.#noteAnswer();
      return undefined;
    } catch (error) {
      this.#noteFailure(error, start);
      return isOverdue && signal.aborted ? new Error(NO_LAST_WORDS) : error ?? new Error("unknown");
    } finally {
      this.#lastTry = performance.now();
    }
  }

  #noteAnswer(): void {
    this.#failingSince = undefined;
    this.#failures = 0;
    this.#isGone = false;
  }

  #noteFailure(error: unknown, start: number): void {
    const now = performance.now();
    const isAnswer = !(error instanceof NoAnswer) && now - start <= LAST_WORDS_MS;
    // Who refuses at once is there: what it does not answer later has all its patience.
    if (isAnswer || error instanceof PartlyTaken) return this.#noteAnswer();
    this.#failingSince ??= start;
    this.#failures++;
    const mayComeBack = error instanceof NoAnswer && error.retryAfterMs > 0 &&
      this.#failures < MIN_TRIES;
    if (now - this.#failingSince >= PATIENCE_MS && !mayComeBack) this.#isGone = true;
  }

  #lose(queued: readonly QueuedMessage[], error: unknown): void {
    this.#lost += error instanceof PartlyTaken ? error.refused : queued.length;
    // The first failure tells more than what followed from it.
    if (this.#error !== undefined) return;
    this.#error = messageOf(error);
    const text = `Cannot deliver to emitter ${this.#emitter.name}: ${this.#error}`;
    const policy = this.#emitter.onError ?? this.#options.onError;
    if (policy !== "fail") return this.#options.warn(text);
    this.#options.fail(new RunnerError("emitter", text, { cause: error }));
  }

  /** With the first message: the artifacts of an earlier run of this name are gone then. */
  #beginRecord(): void {
    const dir = this.#options.recordDir;
    if (this.#hasBegun || this.#emitter.isAcknowledged !== true || dir === undefined) return;
    this.#hasBegun = true;
    try {
      this.#record = new DeliveryRecord(dir(), this.#emitter.name);
    } catch (cause) {
      this.#options.warn(`Cannot write down what is delivered: ${messageOf(cause)}`);
    }
  }

  /** A full disk costs a repetition, and not the run. */
  #noteDelivered(queued: readonly QueuedMessage[]): void {
    try {
      this.#record?.delivered(queued.map(({ message }) => message));
    } catch (cause) {
      this.#options.warn(`Cannot write down what is delivered: ${messageOf(cause)}`);
      this.#record?.close(false);
      this.#record = undefined;
    }
  }

  #release(): void {
    this.#room?.resolve();
    this.#room = undefined;
  }
}

function sizeOf(queued: readonly QueuedMessage[]): number {
  return queued.reduce((sum, { message }) => sum + message.json.length, 0);
}

function hasOutcome(queued: readonly QueuedMessage[]): boolean {
  return queued.some(({ isOutcome }) => isOutcome);
}

/** The pause, up to a quarter longer, so that many runs do not come back together; or what the receiver asks for. */
function waitOf(pauseMs: number, { retryAfterMs }: NoAnswer): number {
  const jittered = Math.min(pauseMs * (1 + Math.random() / 4), LONGEST_PAUSE_MS);
  return Math.max(jittered, Math.min(retryAfterMs, LONGEST_RETRY_AFTER_MS));
}
