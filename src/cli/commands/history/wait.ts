/**
 * The command `wait`: until a run has ended.
 *
 * @module
 */
import { RunnerError } from "../../../errors.ts";
import { summarize } from "../../../history/summary.ts";
import { waitForEnd } from "../../../history/wait.ts";
import { printable } from "../../../internal/printable.ts";
import type { DirCommand } from "../../parse/command_line.ts";
import { sweep } from "../../../elsewhere/clear_dead.ts";
import { findRun } from "../../runs/find_run.ts";
import { placesOfRuns } from "../../runs/run_places.ts";
import { printDiagnostic } from "../../terminal/print.ts";
import { failureText } from "../status.ts";

/** Contract: that of timeout(1). */
const TIMED_OUT = 124;

/**
 * Waits for the end of a run.
 *
 * @returns its rc; 124 when it does not end in time
 * @throws {RunnerError} when there is no such run, or it ended without saying how
 */
export async function wait(parsed: DirCommand): Promise<number> {
  const { ident, dir } = await findRun(parsed);
  const seconds = parsed.flags.waitTimeout;
  const ended = await waitForEnd(dir, seconds === undefined ? Infinity : seconds * 1000);
  if (ended === undefined) return TIMED_OUT;
  // What its runner could not say, if it was killed meanwhile.
  if (ended.rc === undefined) await sweep(placesOfRuns(parsed), { ident, repair: true });
  const run = summarize(dir);
  if (run === undefined || run.rc === null) {
    throw new RunnerError("run.unknown", `Cannot tell how run "${ident}" ended: it has no rc`);
  }
  const [failed] = run.failed;
  if (run.reason !== null) printDiagnostic(`Run "${ident}" ended: ${printable(run.reason)}`);
  else if (run.rc !== 0) {
    const why = failed === undefined ? `exit code ${run.rc}` : failureText(failed);
    printDiagnostic(`Run "${ident}" failed: ${printable(why)}`);
  }
  return run.rc;
}
