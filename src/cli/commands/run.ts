/**
 * The command `run`: calls of the library, and what came of it as an exit code.
 *
 * @module
 */
import { kindOfPath, pipeWaitMs } from "../../config/inputs/private_data_dir.ts";
import { readTextFile } from "../../config/inputs/env_file.ts";
import { ConfigError, messageOf, type RunnerError } from "../../errors.ts";
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
import { Screen } from "../terminal/stdout.ts";
import { watchSignals } from "../terminal/signals.ts";
import { sayWhatFailed } from "../runs/failure_hint.ts";
import { logEnd, logStart } from "../runs/run_log.ts";
import { sweep } from "../../run/elsewhere/clear_dead.ts";

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
        return await runOnNodesOf(parsed, { options: await readRunOptions(parsed, log), log });
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
        return await transmit(parsed, { options: await readRunOptions(parsed, log), log });
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
        daemon.runInBackground(parsed, { readOptions: () => readRunOptions(parsed, log), log }),
    );
  }
  await requestOf(parsed);
  return await daemon.startInBackground(parsed);
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
  const options = await readRunOptions(parsed, log);
  await sweep(placesOf(parsed));
  using signals = watchSignals();
  const screen = new Screen();
  let runner: Runner;
  let unwritten: RunnerError | undefined;
  try {
    runner = await start({
      ...options,
      signal: signals.cancel,
      killSignal: signals.kill,
      statusHandler: ({ status }, config) => {
        if (status === "starting") logStart(log, config);
      },
      output: { open: (backlogPath) => screen.open(backlogPath), showEarly: screen.showEarly },
    });
  } finally {
    unwritten = await screen.drain(signals.cancel);
  }
  const reason = runner.endReason;
  const ending = reason === undefined ? undefined : describeEnd(withoutUndelivered(reason));
  // That a program is not there stands in the output.
  const isSaid = reason?.reason === "could_not_start" && reason.error === undefined;
  if (reason !== undefined && ending !== undefined) {
    const { ident } = runner.config;
    const message = `Run "${ident}" ended: ${ending}`;
    if (errorFormat() === "json" || !runner.config.quiet && !isSaid) {
      if (screen.isMidLine) printDiagnostic("");
      const [code, exitCode, hint] = ["run.failed", runner.rc ?? 1, hintFor(reason)];
      const fault = { code, message, hint, exitCode, ident, reason: reason.reason };
      printFault(fault, { beforeHint: "" });
    }
  }
  await sayWhatFailed(runner, parsed);
  logEnd(log, runner);
  if (unwritten === undefined) return runner.rc ?? 1;
  const { code, message } = unwritten;
  printFault({ code, message, exitCode: runner.rc || 1 });
  log("error", unwritten.message);
  return runner.rc || 1;
}

/** A warning said already what emitters did not deliver. */
function withoutUndelivered({ undelivered: _, ...reason }: EndReason): EndReason {
  return reason;
}

/** The options of `run` and `start`, secrets read. */
async function readRunOptions(parsed: DirCommand, log: Log): Promise<RunOptions> {
  const { input, credentialSources } = await requestOf(parsed);
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
