/**
 * Reads the JSON in the answer of an Ansible command.
 *
 * @module
 */
import type { Json, JsonObject } from "../config/options.ts";
import { ConfigError, RunnerError } from "../errors.ts";
import { TEXT } from "../run/caller/option_kinds.ts";
import { checkedOption, pathOf } from "../run/caller/take_options.ts";
import {
  type CommandOptions,
  type RunningCommand,
  runningCommand,
  startCommand,
} from "./command.ts";

/** What a helper's command answered. */
export interface HelperResult<Response> {
  /** Its answer; `{}` or an empty text when it gave none. */
  readonly response: Response;
  /** What it complained of, warnings included. */
  readonly error: string;
  /** Its exit code. */
  readonly rc: number;
}

/** Format of an answer -> its type: `json` is parsed, all others are text. */
export type AnswerOf<Format> = Format extends "json" ? JsonObject : string;

/**
 * Runs a command between pipes and parses its answer if it is JSON.
 *
 * @param argv the words of the command
 * @param options how it is run, and the format of its answer
 * @returns the run, and its answer
 */
export function ask<Format extends string>(
  argv: readonly string[],
  options: CommandOptions & { readonly format: Format | undefined },
): RunningCommand<HelperResult<AnswerOf<Format>>> {
  const { format, ...rest } = options;
  if (format === "json" && rest.stdio !== undefined) {
    const text = 'Cannot parse an answer that goes to the caller\'s stdout: stdio is "inherit"';
    throw new ConfigError("config.choice", text);
  }
  const { runner, done } = startCommand(argv, rest, { isPiped: true });
  const answer = done.then((result) => {
    if (format !== "json") return result;
    const from = { program: argv[0] ?? "", error: result.error };
    return { ...result, response: parseAnswer(result.response, from) };
  }) as Promise<HelperResult<AnswerOf<Format>>>;
  return runningCommand(runner, answer);
}

/** Contract: text before the first brace is dropped. */
function parseAnswer(
  text: string,
  from: { readonly program: string; readonly error: string },
): JsonObject {
  const start = text.indexOf("{");
  if (start < 0) return {};
  try {
    const value: Json = JSON.parse(text.slice(start));
    return value as JsonObject;
  } catch (cause) {
    const hint = from.error.trim().split("\n")[0];
    throw new RunnerError(
      "helper.json",
      `Cannot read the answer of ${from.program}: expected JSON`,
      { cause, ...(hint ? { hint } : {}) },
    );
  }
}

/** An option of a helper: its name and what the caller gave. */
type Given<Value> = Readonly<Record<string, Value | undefined>>;

/**
 * `[flag, value]`, or nothing when there is no value.
 *
 * @param flag of the program
 * @param given `{ option }`
 * @throws {ConfigError} when it is no text
 */
export function textFlag(flag: string, given: Given<string>): string[] {
  return Object.entries(given).flatMap(([name, value]) =>
    value === undefined ? [] : [flag, checkedOption(value, { name, kind: TEXT })]
  );
}

/** The same for a path, which may be a `file:` URL. */
export function pathFlag(flag: string, given: Given<string | URL>): string[] {
  return Object.entries(given).flatMap(([name, value]) =>
    value === undefined ? [] : [flag, pathOf(value, name)]
  );
}
