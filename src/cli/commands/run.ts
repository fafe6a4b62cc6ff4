/**
 * The command `run`: calls of the library, and what came of it as an exit code.
 *
 * @module
 */
import { kindOfPath, pipeWaitMs } from "../../config/inputs/private_data_dir.ts";
import { readTextFile } from "../../config/inputs/env_file.ts";
import { ConfigError, messageOf, type RunnerError } from "../../errors.ts";
import type { TakenInputs } from "../../config/options.ts";
import { printable } from "../../internal/printable.ts";
import { describeEnd, type EndReason, hintFor } from "../../end_reason.ts";
import { run, type RunOptions } from "../../run.ts";
import type { Runner } from "../../result.ts";
import { readCredentials } from "../parse/credentials.ts";
import { type Log, openCommandLog } from "../terminal/debug_log.ts";
import { buildOptions, type RunRequest } from "../parse/run_request.ts";
import type { DirCommand } from "../parse/command_line.ts";
import { placesOf } from "../runs/directories.ts";
import { errorFormat, printFault } from "../terminal/fault.ts";
import { printDiagnostic } from "../terminal/print.ts";
import { openColourFilter } from "../terminal/colour_filter.ts";
import { Screen } from "../terminal/stdout.ts";
import { terminalSizeOf } from "../terminal/terminal_size.ts";
import { watchSignals } from "../terminal/signals.ts";
import { sayWhatFailed } from "../runs/failure_hint.ts";
import { identHint, playbookHint } from "../runs/mistakes.ts";
import { logEnd, logStart } from "../runs/run_log.ts";
import { sweep } from "../../elsewhere/clear_dead.ts";

/**
 * Runs a job in the foreground.
 *
 * @returns the exit code
 */
export async function runCommand(parsed: DirCommand): Promise<number> {
  return await logged(parsed, (log) => runInForeground(parsed, { log, start: run }));
}

/** Opens the log; an error that ends the command is in it as well. */
export async function logged(
  { flags }: DirCommand,
  command: (log: Log) => Promise<number>,
): Promise<number> {
  const log = openCommandLog(flags);
  try {
    return await command(log);
  } catch (error) {
    log("error", messageOf(error));
    throw error;
  }
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
      statusHandler: parsed.flags.logfile === undefined ? undefined : ({ status }, config) => {
        if (status === "starting") logStart(log, config);
      },
      output: { open: (backlogPath) => screen.open(backlogPath), showEarly: screen.showEarly },
    });
  } finally {
    unwritten = await screen.drain(signals.cancel);
  }
  tellEnding(runner, screen);
  const hasFailed = runner.endReason?.reason === "exit" && runner.rc !== 0;
  if (hasFailed) tellHints(input, [playbookHint(input)]);
  await sayWhatFailed(runner, parsed);
  logEnd(log, runner);
  if (unwritten === undefined) return runner.rc ?? 1;
  const { code, message } = unwritten;
  printFault({ code, message, exitCode: runner.rc || 1 });
  log("error", unwritten.message);
  return runner.rc || 1;
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

/** Says what may have been meant. */
export function tellHints({ quiet }: TakenInputs, hints: readonly (string | undefined)[]): void {
  if (quiet === true || errorFormat() === "json") return;
  for (const hint of hints) {
    if (hint !== undefined) printDiagnostic(`hint: ${printable(hint)}`);
  }
}

/** A warning said already what emitters did not deliver. */
function withoutUndelivered({ undelivered: _, ...reason }: EndReason): EndReason {
  return reason;
}

/** The options of `run` and `start`, secrets read. */
export async function readRunOptions(
  { input, credentialSources, terminalSize: size }: RunRequest,
  log: Log,
): Promise<RunOptions> {
  const terminalSize = terminalSizeOf(size, {
    ask: () => Deno.stdout.isTerminal() ? Deno.consoleSize() : undefined,
  });
  const credentials = await readCredentials(credentialSources, {
    env: Deno.env.toObject(),
    readTextFile: readSecretFile,
  });
  // What was named as a secret is not passed on to every process of the run.
  for (const { from, place } of credentialSources) if (from === "env") Deno.env.delete(place);
  // Of start forms there is one: the command line was looked at.
  return {
    ...input,
    ...(credentialSources.length === 0 ? {} : { credentials }),
    ...(terminalSize === undefined ? {} : { terminalSize }),
    log,
  } as RunOptions;
}

/** A file, or a named pipe such as `<(pass show x)`, which is waited for no longer than others. */
async function readSecretFile(path: string): Promise<string> {
  const text = await readTextFile(path, { waitMs: pipeWaitMs() });
  if (text !== undefined) return text;
  throw new ConfigError("config.credential", `Cannot read ${JSON.stringify(path)}: no such file`);
}

/** What the command line asks for; secrets are not read yet. */
export async function requestOf(parsed: DirCommand): Promise<RunRequest> {
  const request = buildOptions(parsed, {
    env: Deno.env.toObject(),
    hasArgsFile: kindOfPath(`${parsed.privateDataDir}/args`) !== undefined,
  });
  if (request.roleVarsText === undefined) return request;
  const { readRoleVars } = await import("../../config/role_vars.ts");
  const roleVars = await readRoleVars(request.roleVarsText);
  return { ...request, input: { ...request.input, roleVars } };
}
