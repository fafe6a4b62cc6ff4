/**
 * What an emitter is: it gets events and status changes as messages, without holding up the run.
 *
 * Each emitter has a queue of its own, sent in order, one message at a time. A full queue makes the
 * handling of events wait (never Ansible: its output waits on disk), so that memory stays bounded
 * and nothing is dropped.
 *
 * @module
 * @see manual of ansible-runner, "Sending Runner Status and Events to External Systems"
 */
import type { RunnerError } from "../errors.ts";
import type { DeadlineOptions } from "./deadline.ts";

/** What an emitter is given to send. */
export interface EmitterMessage {
  /** A change of status, `{"status", "runner_ident"}`, or a whole event. */
  readonly kind: "status" | "event";
  /** One line of JSON, ASCII for events. */
  readonly json: string;
  /**
   * Names it for good, so that a receiver knows one that comes twice: the run's ident,
   * percent-encoded, a slash, and the event's counter or the word of the status.
   */
  readonly id: string;
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
  /**
   * Sends several messages at once, in order: either all are delivered, or none.
   *
   * @param messages at most `batch` of them
   * @param signal as for {@linkcode send}
   */
  sendAll?(messages: readonly EmitterMessage[], signal: AbortSignal): Promise<void>;
  /** How many messages `sendAll` takes at once. @default {1} */
  readonly batch?: number | undefined;
  /** Whether a message is for this emitter; what is not counts as delivered. @default {all are} */
  readonly accepts?: ((message: EmitterMessage) => boolean) | undefined;
  /**
   * Turns a message into those that are sent in its place: none, one or more. Called once for each,
   * in order, whether or not anybody answers. @default {the message itself}
   */
  readonly translate?: (message: EmitterMessage) => readonly EmitterMessage[];
  /**
   * Called before the first message is sent: what is to come before it. It never rejects, and holds
   * up the messages of this emitter alone. @default {nothing is}
   */
  readonly first?: ((signal: AbortSignal) => Promise<void>) | undefined;
  /** What its failure does. @default {what the run's settings say} */
  readonly onError?: "report" | "warn" | "fail" | undefined;
  /** Whether what was not delivered is written down, for `ansible-runner deliver`. @default {false} */
  readonly isAcknowledged?: boolean | undefined;
  /**
   * Called after the last message.
   *
   * @param hurry aborted when whoever canceled the run wants its end at once
   */
  close?(hurry?: AbortSignal): void | Promise<void>;
}

/** Nobody answered, or not in time: the same message may be delivered later. */
export class NoAnswer extends Error {
  /** When to try again at the earliest, in milliseconds. */
  readonly retryAfterMs: number;

  constructor(message: string, options: ErrorOptions & { readonly retryAfterMs?: number } = {}) {
    super(message, options);
    this.retryAfterMs = options.retryAfterMs ?? 0;
  }
}

/** A receiver took a batch, and said that it threw some of it away: that is not sent again. */
export class PartlyTaken extends Error {
  /** How many messages it threw away. */
  readonly refused: number;

  constructor(message: string, refused: number) {
    super(message);
    this.refused = refused;
  }
}

/** What happens when an emitter fails: the run goes on (two words for it), or ends. */
export type EmitterErrorPolicy = "report" | "warn" | "fail";

/** What emitters are run with. */
export interface EmitterOptions extends Pick<DeadlineOptions, "cancel" | "hurry"> {
  /** @default {"report"} */
  readonly onError?: EmitterErrorPolicy | undefined;
  /** Takes a warning for the log. */
  readonly warn: (message: string) => void;
  /** Variables for what the run starts. @default {none} */
  readonly environment?: Readonly<Record<string, string>> | undefined;
  /** The run's ident. */
  readonly ident: string;
  /** Path of the artifact directory, good for the next call; nothing is written down without it. */
  readonly recordDir?: (() => string) | undefined;
  /** Told the first failure when the policy is `fail`. */
  readonly fail: (error: RunnerError) => void;
  /** Characters that may wait before the run waits. @default {4 MiB} */
  readonly queueLimit?: number;
  /** How long the end of a run waits for its emitters, in milliseconds. @default {10_000} */
  readonly deadlineMs?: number | undefined;
}
