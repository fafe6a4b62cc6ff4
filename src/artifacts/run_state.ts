/**
 * What a run reports about itself and its `Runner` shows; internal to the library.
 *
 * @module
 */
import type { RunConfig } from "../config/run_config.ts";
import type { EndReason, Status } from "../end_reason.ts";
import { EventLog } from "./events/event_log.ts";
import { Growth } from "./growing_file.ts";
import type { RunStats } from "./stats.ts";

/** A run that another process performs. */
export interface RunElsewhere {
  /** Waits until its end is read; called when it is over. */
  settle(): Promise<void>;
  /** Looks at it no more. */
  leave(): void;
}

/** The state of one run: written by the run, read by its `Runner`. */
export class RunState {
  /** Name of the artifact directory. */
  readonly ident: string;
  /** What was decided; undefined while the inputs are read. */
  config: RunConfig | undefined;
  /** Where the run stands. */
  status: Status = "unstarted";
  /** Its exit code, once it has ended. */
  rc: number | undefined;
  /** Why it ended, once it has. */
  reason: EndReason | undefined;
  /** The counts of its last stats event. */
  stats: () => RunStats | undefined = () => undefined;
  /** The events that were kept. */
  readonly events: EventLog;
  /** Bytes in the stdout file. */
  readonly output: Growth = new Growth();
  /** Set when the run goes on in another process. */
  elsewhere: RunElsewhere | undefined;
  /** Aborted to cancel the run. */
  readonly cancel: AbortController = new AbortController();
  /** Whether the code that asks is called by a handler of this run, or goes on from there. */
  isInHandler: () => boolean = () => false;
  readonly #ended = Promise.withResolvers<void>();

  /**
   * Makes the state of a run that has not started.
   *
   * @param ident name of the artifact directory
   */
  constructor(ident: string, events: EventLog = new EventLog()) {
    this.ident = ident;
    this.events = events;
  }

  /** Settled, never rejected, when nothing of the run goes on any more. */
  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  /**
   * No more output and events come: readers end when they have all.
   *
   * @param error why the run could not be made, if so
   */
  closeReaders(error?: unknown): void {
    this.events.close(error);
    this.output.close(error);
  }

  /** Nothing of the run goes on any more. */
  end(): void {
    this.closeReaders();
    this.#ended.resolve();
  }
}
