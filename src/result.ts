/**
 * Turns a run, live or past, into what its caller may ask of it.
 *
 * @module
 */
import type { RunConfig } from "./config/run_config.ts";
import type { Status } from "./events/types.ts";
import type { EndReason } from "./events/end_reason.ts";

/** A run as its caller sees it. */
export class Runner {
  /** What was decided about the run. */
  readonly config: RunConfig;
  #status: Status = "unstarted";
  #rc: number | undefined;
  #reason: EndReason | undefined;

  /**
   * Makes the view of a run that has not started.
   *
   * @param config the run
   */
  constructor(config: RunConfig) {
    this.config = config;
  }

  /** The run's status; see {@linkcode Status}. */
  get status(): Status {
    return this.#status;
  }

  /** Exit code: Ansible's own, 254 after a timeout or a cancel; undefined while it runs. */
  get rc(): number | undefined {
    return this.#rc;
  }

  /** Why the run ended; undefined while it runs. */
  get endReason(): EndReason | undefined {
    return this.#reason;
  }

  /** Used by the run itself. */
  update(state: { status?: Status; rc?: number; reason?: EndReason }): void {
    this.#status = state.status ?? this.#status;
    this.#rc = state.rc ?? this.#rc;
    this.#reason = state.reason ?? this.#reason;
  }
}
