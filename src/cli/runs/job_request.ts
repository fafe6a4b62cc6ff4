/**
 * What a command that is about a job needs before it begins: its log, and the options of the job.
 *
 * Loads nothing that runs a job: `transmit` and `process` run none.
 *
 * @module
 */
import { readTextFile } from "../../config/inputs/env_file.ts";
import { kindOfPath, pipeWaitMs } from "../../config/inputs/private_data_dir.ts";
import type { TakenInputs } from "../../config/options.ts";
import { ConfigError, messageOf } from "../../errors.ts";
import { printable } from "../../internal/printable.ts";
import type { RunOptions } from "../../run.ts";
import type { DirCommand } from "../parse/command_line.ts";
import { readCredentials } from "../parse/credentials.ts";
import { buildOptions, type RunRequest } from "../parse/run_request.ts";
import { type Log, openCommandLog } from "../terminal/debug_log.ts";
import { errorFormat } from "../terminal/fault.ts";
import { printDiagnostic } from "../terminal/print.ts";
import { terminalSizeOf } from "../terminal/terminal_size.ts";

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

/** Says what may have been meant. */
export function tellHints({ quiet }: TakenInputs, hints: readonly (string | undefined)[]): void {
  if (quiet === true || errorFormat() === "json") return;
  for (const hint of hints) {
    if (hint !== undefined) printDiagnostic(`hint: ${printable(hint)}`);
  }
}

/** The options of `run` and `start`, secrets read. */
export async function readRunOptions(
  { input, credentialSources, terminalSize: size }: RunRequest,
  log: Log,
): Promise<RunOptions> {
  const terminalSize = terminalSizeOf(size, {
    ask: () => Deno.stdout.isTerminal() ? Deno.consoleSize() : undefined,
  });
  const credentials = credentialSources.length === 0 ? undefined : await readCredentials(
    credentialSources,
    { env: Deno.env.toObject(), readTextFile: readSecretFile },
  );
  // What was named as a secret is not passed on to every process of the run.
  for (const { from, place } of credentialSources) if (from === "env") Deno.env.delete(place);
  // Of start forms there is one: the command line was looked at.
  return {
    ...input,
    ...(credentials === undefined ? {} : { credentials }),
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
