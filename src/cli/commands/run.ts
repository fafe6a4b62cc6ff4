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
 * Does what a command asks for.
 *
 * @returns the exit code
 */
export async function runCommand(parsed: DirCommand): Promise<number> {
  switch (parsed.command) {
    case "run":
      return await logged(parsed, async (log) => {
        if (parsed.flags.nodes === undefined) {
          return await runInForeground(parsed, { log, start: run });
        }
        const { runOnNodesOf } = await import("./run_on_nodes.ts");
        return await runOnNodesOf(parsed, {
          options: await readRunOptions(await requestOf(parsed), log),
          log,
        });
      });
    case "retry": {
      const { retrying } = await import("./history/retry.ts");
      return await logged(
        parsed,
        (log) => runInForeground(parsed, { log, start: retrying(parsed) }),
      );
    }
    case "start":
      return await start(parsed);
    case "transmit":
      return await logged(parsed, async (log) => {
        const { transmit } = await import("./transmit.ts");
        return await transmit(parsed, {
          options: await readRunOptions(await requestOf(parsed), log),
          log,
        });
      });
    case "process":
      return await logged(parsed, async (log) => {
        const { processStream } = await import("./process.ts");
        return await processStream(parsed, log);
      });
    case "stop":
      return await (await import("./stop.ts")).stop(parsed);
    case "is-alive":
      return await (await import("./stop.ts")).isAlive(parsed);
    case "status":
      return await (await import("./status.ts")).status(parsed);
    case "report":
      return await (await import("./report.ts")).report(parsed);
    case "logs":
      return await (await import("./logs.ts")).logs(parsed);
    case "wait":
      return await (await import("./history/wait.ts")).wait(parsed);
    case "show":
      return await (await import("./history/show.ts")).show(parsed);
    case "diff":
      return await (await import("./history/diff.ts")).diff(parsed);
    case "replay":
      return await (await import("./history/replay.ts")).replay(parsed);
    case "prune":
      return await (await import("./history/prune.ts")).prune(parsed);
    case "profile":
      return await (await import("./history/profile.ts")).profile(parsed);
    case "events":
      return await (await import("./history/events.ts")).events(parsed);
    case "deliver":
      return await (await import("./deliver.ts")).deliver(parsed);
  }
}

/** The command line is looked at in the foreground, secrets and env/ are read in the background. */
async function start(parsed: DirCommand): Promise<number> {
  const { takeBackgroundMark } = await import("./relaunch.ts");
  const isBackground = takeBackgroundMark();
  const daemon = await import("./start.ts");
  if (isBackground) {
    return await logged(
      parsed,
      (log) =>
        daemon.runInBackground(parsed, {
          readOptions: async () => await readRunOptions(await requestOf(parsed), log),
          log,
        }),
    );
  }
  const { input } = await requestOf(parsed);
  const code = await daemon.startInBackground(parsed);
  tellHints(input, [identHint(input), playbookHint(input)]);
  return code;
}

/** Opens the log; an error that ends the command is in it as well. */
async function logged(
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
interface Foreground {
  readonly log: Log;
  readonly start: (options: RunOptions) => Promise<Runner>;
}

async function runInForeground(
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

function tellHints({ quiet }: TakenInputs, hints: readonly (string | undefined)[]): void {
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
async function readRunOptions(
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

async function requestOf(parsed: DirCommand): Promise<RunRequest> {
  const request = buildOptions(parsed, {
    env: Deno.env.toObject(),
    hasArgsFile: kindOfPath(`${parsed.privateDataDir}/args`) !== undefined,
  });
  if (request.roleVarsText === undefined) return request;
  const { readRoleVars } = await import("../../config/role_vars.ts");
  const roleVars = await readRoleVars(request.roleVarsText);
  return { ...request, input: { ...request.input, roleVars } };
}
