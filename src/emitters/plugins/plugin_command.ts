/**
 * The program of a command line that a user wrote, and the variables it gets.
 *
 * @module
 */
import type { ToldRun } from "../../config/run_config.ts";
import { ConfigError, messageOf } from "../../errors.ts";
import { baseName } from "../../internal/paths.ts";
import { callerPath, findProgram } from "../../internal/programs.ts";
import { split } from "../../python/shlex.ts";

/** A program that can be started. */
export interface PluginCommand {
  /** Its path and its arguments. */
  readonly argv: readonly string[];
  /** What it is called in messages: its file's name, without arguments, which may be secret. */
  readonly name: string;
}

/** Where a command line comes from. */
export interface CommandOrigin {
  /** What messages call it, such as `runner_plugins` or `--on-end`. */
  readonly where: string;
  /** What relative paths are relative to. */
  readonly cwd: string;
}

/**
 * Looks the program of a command line up.
 *
 * @throws {ConfigError} when it cannot be split into words, or there is no such program
 */
export function commandOf(text: string, { where, cwd }: CommandOrigin): PluginCommand {
  const [first = "", ...args] = wordsOf(text, where);
  const program = findProgram(first, callerPath(), { cwd });
  if (program !== undefined) return { argv: [program, ...args], name: baseName(first) };
  throw new ConfigError(
    "config.plugin",
    `Cannot use ${where}: expected an executable program, got ${JSON.stringify(first)}`,
    { hint: first.includes("/") ? "Make the file executable: chmod +x" : undefined },
  );
}

/**
 * Splits a command line as a shell would.
 *
 * @throws {ConfigError} when a quotation mark is not closed
 */
export function wordsOf(text: string, where: string): string[] {
  try {
    return split(text);
  } catch (cause) {
    throw new ConfigError("config.plugin", `Cannot use ${where}: ${messageOf(cause)}`, { cause });
  }
}

/** Variables that tell a program which run it is about. */
export function variablesOf(
  config: Pick<ToldRun, "artifactDir" | "ident" | "privateDataDir">,
): Record<string, string> {
  return {
    RUNNER_IDENT: config.ident,
    RUNNER_PRIVATE_DATA_DIR: config.privateDataDir,
    RUNNER_ARTIFACT_DIR: config.artifactDir,
  };
}
