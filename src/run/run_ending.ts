/**
 * How a run ended, as its files and its readers are told: at the end, and again when more is known.
 *
 * @module
 */
import { writeLastWords, writeReason } from "../artifacts/last_words.ts";
import type { RunState } from "../artifacts/run_state.ts";
import type { EndReason, Status, UndeliveredMessages } from "../end_reason.ts";
import { writeFileWhole } from "../internal/atomic_write.ts";
import { HeldDirectory } from "../internal/held_directory.ts";
import type { Redactor } from "../internal/redact.ts";
import { hasLiveOwner } from "../ownership/owner_record.ts";
import type { Stopper } from "./cancellation.ts";
import { shownReason } from "./masking.ts";

/** What the end of a run is said with. */
export interface RunEndingOptions {
  /** What its readers see. */
  readonly state: RunState;
  /** Knows what failed. */
  readonly stopper: Stopper;
  /** Masks its secrets. */
  readonly redactor: Redactor;
}

/** Writes a small file of the artifacts whole. */
type Write = (name: string, text: string) => void;

/** The last words of one run. */
export class RunEnding {
  readonly #options: RunEndingOptions;

  constructor(options: RunEndingOptions) {
    this.#options = options;
  }

  /** Writes the last files. What failed when the program had ended by itself already is said as well. */
  say(ending: EndReason, write: Write): Status {
    const { state } = this.#options;
    const { rc, status } = writeLastWords(
      this.#keep(this.#unsaidFailure(ending) ?? ending),
      write,
    );
    state.rc = rc;
    return status;
  }

  /** Adds what emitters could not deliver. */
  addUndelivered(undelivered: readonly UndeliveredMessages[], write: Write): void {
    const { reason } = this.#options.state;
    if (undelivered.length === 0 || reason === undefined) return;
    writeReason(this.#keep({ ...reason, undelivered }), write);
  }

  /** Whoever is told of the end, and throws then, makes the run a failed one as well. */
  addFailure(write: Write): void {
    const { state } = this.#options;
    const failure = state.reason && this.#unsaidFailure(state.reason);
    if (state.reason === undefined || failure === undefined) return;
    const { survivors, undelivered } = state.reason;
    state.status = this.say({ ...failure, survivors, undelivered }, write);
  }

  /**
   * Writes a file when the artifact directory is ours no more: it may be gone, or that of another run.
   *
   * @param id identity of the directory that was ours
   */
  static writeAfterwards(artifactDir: string, id: string | undefined): Write {
    return (name, text) => {
      try {
        using held = HeldDirectory.open(artifactDir);
        if (held.id === id && !hasLiveOwner(artifactDir)) writeFileWhole(held.at(name), text);
      } catch {
        // Whoever was handed the artifacts may have taken them away.
      }
    };
  }

  #unsaidFailure({ reason }: EndReason): EndReason | undefined {
    const { failure, error } = this.#options.stopper;
    if (reason !== "exit" && reason !== "signal") return undefined;
    const isSaid = failure?.reason === "handler_failed" || error?.code === "artifacts";
    return isSaid ? failure : undefined;
  }

  /** Keeps why the run ended, its secrets masked. */
  #keep(ending: EndReason): EndReason {
    const { state, stopper, redactor } = this.#options;
    const reason = shownReason(ending, redactor);
    const value = reason.reason === "canceled" ? stopper.canceledWith : undefined;
    // Out of reach of JSON: it may be anything.
    if (value !== undefined) Object.defineProperty(reason, "cause", { value });
    return state.reason = reason;
  }
}
