/**
 * The command `run`: calls of the library, and what came of it as an exit code.
 *
 * @module
 */
import "../run_modules.ts";
import type { RunnerError } from "../../errors.ts";
import { describeEnd, type EndReason, hintFor } from "../../end_reason.ts";
import { run, type RunOptions } from "../../run.ts";
import type { Runner } from "../../result.ts";
import type { Log } from "../terminal/debug_log.ts";
import { logged, readRunOptions, requestOf, tellHints } from "../runs/job_request.ts";
import type { DirCommand } from "../parse/command_line.ts";
import { placesOf } from "../runs/directories.ts";
import { errorFormat, printFault } from "../terminal/fault.ts";
import { printDiagnostic } from "../terminal/print.ts";
import { openColourFilter } from "../terminal/colour_filter.ts";
import { Screen } from "../terminal/stdout.ts";
import { watchSignals } from "../terminal/signals.ts";
import { identHint, playbookHint } from "../runs/mistakes.ts";
import { sweep } from "../../elsewhere/clear_dead.ts";

/**
 * Runs a job in the foreground.
 *
 * @returns the exit code
 */
export async function runCommand(parsed: DirCommand): Promise<number> {
  return await logged(parsed, (log) => runInForeground(parsed, { log, start: run }));
}

/** How a run is started, and where it is told of. */
export interface Foreground {
  readonly log: Log;
  readonly start: (options: RunOptions) => Promise<Runner>;
}

/**
 * Runs a job, shows it, and says why it ended before its time.
 *
 * @returns the exit code
 */
export async function runInForeground(
  parsed: DirCommand,
  { log, start }: Foreground,
): Promise<number> {
  const request = await requestOf(parsed);
  const { input } = request;
  const options = await readRunOptions(request, log);
  tellHints(input, [identHint(input)]);
  await sweep(placesOf(parsed));
  const file = parsed.flags.logfile === undefined ? undefined : await import("../runs/run_log.ts");
  using signals = watchSignals();
  const screen = new Screen(openColourFilter(parsed.flags.color));
  let runner: Runner;
  let unwritten: RunnerError | undefined;
  try {
    runner = await start({
      ...options,
      signal: signals.cancel,
      killSignal: signals.kill,
      // A run with handlers follows them, which takes 12 ms: only for a log file.
      statusHandler: file && (({ status }, config) => {
        if (status === "starting") file.logStart(log, config);
      }),
      output: { open: (backlogPath) => screen.open(backlogPath), showEarly: screen.showEarly },
    });
  } finally {
    unwritten = await screen.drain(signals.cancel);
  }
  tellEnding(runner, screen);
  const hasFailed = runner.endReason?.reason === "exit" && runner.rc !== 0;
  if (hasFailed) {
    tellHints(input, [playbookHint(input)]);
    await hintAtFailure(runner, parsed);
  }
  file?.logEnd(log, runner);
  if (unwritten === undefined) return runner.rc ?? 1;
  const { code, message } = unwritten;
  printFault({ code, message, exitCode: runner.rc || 1 });
  log("error", unwritten.message);
  return runner.rc || 1;
}

/** A checkout may have become another one under the run: that takes away the hint, not the exit code. */
async function hintAtFailure(runner: Runner, parsed: DirCommand): Promise<void> {
  try {
    const { sayWhatFailed } = await import("../runs/failure_hint.ts");
    await sayWhatFailed(runner, parsed);
  } catch {
    // All of it stands in the artifacts.
  }
}

/** Says why a run ended before its time, and what can be done about it. */
function tellEnding({ endReason, config, rc }: Runner, { isMidLine }: Screen): void {
  const ending = endReason === undefined ? undefined : describeEnd(withoutUndelivered(endReason));
  if (endReason === undefined || ending === undefined) return;
  const isJson = errorFormat() === "json";
  if (config.quiet && !isJson) return;
  const { ident } = config;
  const message = `Run "${ident}" ended: ${ending}`;
  const { reason } = endReason;
  const hint = hintFor(endReason);
  // That a program is not there stands in the output.
  if (!isJson && reason === "could_not_start" && endReason.error === undefined) {
    if (hint !== undefined) printDiagnostic(`hint: ${hint}`);
    return;
  }
  if (isMidLine) printDiagnostic("");
  const fault = { code: "run.failed", message, hint, exitCode: rc ?? 1, ident, reason };
  printFault(fault, { beforeHint: "" });
}

/** A warning said already what emitters did not deliver. */
function withoutUndelivered({ undelivered: _, ...reason }: EndReason): EndReason {
  return reason;
}
