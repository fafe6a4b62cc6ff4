/**
 * Runs the programs that are told of a run's end, once for each node.
 *
 * @module
 */
import { readLastWords } from "../../artifacts/last_words.ts";
import { findPastStats } from "../../artifacts/stats.ts";
import {
  type EndCommands,
  endCommandsOf,
  runEndCommands,
} from "../../emitters/plugins/end_commands.ts";
import type { EndReason } from "../../end_reason.ts";
import { pathIfGiven } from "../../run/caller/take_options.ts";
import type { JobOptions } from "../packed_job.ts";
import type { ProcessResult } from "../process_options.ts";

/** Options that say which programs, and what they are run with. */
export interface EndOptions extends Pick<JobOptions, "log" | "onEnd" | "onFailure"> {
  /** Aborted when whoever canceled the runs wants their end at once. */
  readonly killSignal?: AbortSignal | undefined;
}

/** A node's run, ended. */
export interface EndedRun {
  readonly ident: string;
  readonly privateDataDir: string;
  /** When it was sent. */
  readonly started: Date;
  readonly result: ProcessResult;
  /** Whether the artifacts are of this run: a node that was not reached has none. */
  readonly hasArtifacts: boolean;
}

/** Programs that wait for the end of each node's run. */
export class NodeEnds {
  readonly #commands: EndCommands;
  readonly #options: EndOptions;

  /**
   * Looks the programs up, before anything is sent.
   *
   * @throws {ConfigError} when there is no such program
   */
  constructor(options: EndOptions) {
    const { onEnd, onFailure } = options;
    this.#options = options;
    this.#commands = endCommandsOf({
      onEnd: pathIfGiven(onEnd, "onEnd"),
      onFailure: pathIfGiven(onFailure, "onFailure"),
    });
  }

  /** Tells them of an end; never throws. */
  async tell({ ident, privateDataDir, started, result, hasArtifacts }: EndedRun): Promise<void> {
    const { artifactDir, status, rc, error } = result;
    const { killSignal: hurry, log } = this.#options;
    const summary = {
      status,
      rc,
      error,
      started,
      reason: (hasArtifacts ? readLastWords(artifactDir).reason : undefined) ?? reasonOf(result),
      stats: hasArtifacts ? findPastStats(artifactDir) : undefined,
    };
    await runEndCommands(this.#commands, {
      config: { ident, privateDataDir, artifactDir },
      summary,
      hurry,
      warn: (message) => log?.("warning", message),
    });
  }
}

/** The original tells no reason, and who is not reached tells nothing. */
function reasonOf({ status, rc }: ProcessResult): EndReason {
  if (status === "canceled") return { reason: "canceled" };
  return rc === undefined ? { reason: "runner_died" } : { reason: "exit", code: rc };
}
