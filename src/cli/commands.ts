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
import { buildOptions } from "./options.ts";
import type { DirCommand } from "./parse.ts";
import { printDiagnostic } from "./print.ts";
import { watchSignals } from "./signals.ts";

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
    default:
      throw new Error(`${parsed.command} is not there yet`);
  }
}

async function runInForeground(parsed: DirCommand): Promise<number> {
  const options = await readRunOptions(parsed);
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
  const env = Deno.env.toObject();
  const { input, credentialSources } = buildOptions(parsed, env, {
    hasArgsFile: kindOfPath(`${parsed.privateDataDir}/args`) !== undefined,
    parseRoleVars,
  });
  const credentials = await readCredentials(credentialSources, {
    env,
    readTextFile: Deno.readTextFile,
  });
  return credentialSources.length === 0 ? input : { ...input, credentials };
}
