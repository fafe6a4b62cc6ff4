/**
 * The lines of the log file that tell how a run began and ended, asked for or not.
 *
 * @module
 */
import type { RunConfig } from "../../config/run_config.ts";
import { describeEnd } from "../../end_reason.ts";
import type { Runner } from "../../result.ts";
import type { Log } from "../terminal/debug_log.ts";

/** Says that a run starts, and where its files are. */
export function logStart(log: Log, { ident, artifactDir }: RunConfig): void {
  log("file", `Run "${ident}" started: ${artifactDir}`);
}

/** Says how a run ended, and why. */
export function logEnd(log: Log, { config, endReason, status, rc }: Runner): void {
  const why = describeEnd(endReason);
  log(
    "file",
    `Run "${config.ident}" ended${why === undefined ? "" : `: ${why}`} (${status}, rc ${rc})`,
  );
}
