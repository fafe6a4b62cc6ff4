/**
 * Turns a parsed command into calls of the library, and what came of it into an exit code.
 *
 * @module
 */
import { kindOfPath } from "../config/data_dir.ts";
import { parseRoleVars } from "../config/python_literal.ts";
import { describeEnd } from "../events/end_reason.ts";
import { run, type RunOptions } from "../run.ts";
import { Console } from "../sinks/console.ts";
import { readCredentials } from "./credentials.ts";
import { buildOptions, type RunRequest } from "./options.ts";
import type { DirCommand } from "./parse.ts";
import { placesOf } from "./places.ts";
import { printDiagnostic } from "./print.ts";
import { watchSignals } from "./signals.ts";
import { sweep } from "./sweep.ts";

/**
 * Does what a command asks for.
 *
 * @param parsed the parsed command line
 * @returns the exit code
 */
export async function runCommand(parsed: DirCommand): Promise<number> {
  switch (parsed.command) {
    case "run":
      return await runInForeground(parsed);
    case "start":
      return await start(parsed);
    case "stop":
      return await (await import("./background.ts")).stop(parsed);
    case "is-alive":
      return await (await import("./background.ts")).isAlive(parsed);
    case "status":
      return await (await import("./status.ts")).status(parsed);
    case "logs":
      return await (await import("./logs.ts")).logs(parsed);
  }
}

/** The command line is looked at in the foreground, secrets and env/ are read in the background. */
async function start(parsed: DirCommand): Promise<number> {
  const { takeBackgroundMark } = await import("./daemon_launch.ts");
  const isBackground = takeBackgroundMark();
  const daemon = await import("./daemon.ts");
  if (isBackground) return await daemon.runInBackground(parsed, () => readRunOptions(parsed));
  requestOf(parsed);
  return await daemon.startInBackground(parsed);
}

async function runInForeground(parsed: DirCommand): Promise<number> {
  const options = await readRunOptions(parsed);
  await sweep(placesOf(parsed));
  using signals = watchSignals();
  let screen: Console | undefined;
  const runner = await run({
    ...options,
    signal: signals.cancel,
    killSignal: signals.kill,
    output: {
      open(backlogPath) {
        const opened = screen = new Console({
          write: (bytes) => Deno.stdout.write(bytes),
          backlogPath,
        });
        return (bytes) => opened.show(bytes);
      },
    },
  });
  const unread = await screen?.drain() ?? 0;
  if (unread > 0) {
    printDiagnostic(
      `error: Cannot write to standard output: nobody reads it (${unread} bytes left)`,
    );
  }
  const ending = runner.endReason === undefined ? undefined : describeEnd(runner.endReason);
  if (
    ending !== undefined && !runner.config.quiet && runner.endReason?.reason !== "could_not_start"
  ) {
    printDiagnostic(`error: Run "${runner.config.ident}" ended: ${ending}`);
  }
  return runner.rc ?? 1;
}

/** The options of `run` and `start`, secrets read. */
async function readRunOptions(parsed: DirCommand): Promise<RunOptions> {
  const { input, credentialSources } = requestOf(parsed);
  const credentials = await readCredentials(credentialSources, {
    env: Deno.env.toObject(),
    readTextFile: Deno.readTextFile,
  });
  return credentialSources.length === 0 ? input : { ...input, credentials };
}

function requestOf(parsed: DirCommand): RunRequest {
  return buildOptions(parsed, Deno.env.toObject(), {
    hasArgsFile: kindOfPath(`${parsed.privateDataDir}/args`) !== undefined,
    parseRoleVars,
  });
}
