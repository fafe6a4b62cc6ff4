/**
 * Turns the text of `--role-vars` into variables, read by Python itself.
 *
 * @module
 */
import { ConfigError, LaunchError } from "../errors.ts";
import { pythonFor, runProgram } from "../internal/programs.ts";
import { parseJson } from "../python/json_read.ts";
import { BigNumber, PyFloat } from "../python/values.ts";
import type { JsonObject } from "./options.ts";
import source from "./role_vars.py" with { type: "text" };

/** Python starts in 20 ms; on a host under load it may take long, but not for ever. */
const ANSWER_MS = 30_000;

/**
 * Reads the variables of `--role-vars`: `key=value` words, values as `ast.literal_eval` reads them or
 * else as text; tuples and sets come as lists, bytes as text.
 *
 * @throws {ConfigError} when a word is not `key=value`
 * @throws {LaunchError} when there is no python3, or it fails
 */
export async function readRoleVars(text: string): Promise<JsonObject> {
  const python = pythonFor("reads --role-vars");
  // On stdin: a value may be a secret, and the process list is for everyone.
  const { code, stdout, stderr } = await runProgram(
    [python, "-I", "-S", "-W", "ignore", "-c", source],
    { stdin: text, signal: AbortSignal.timeout(ANSWER_MS) },
  );
  if (code !== 0) {
    const reason = stderr.trim().split("\n").at(-1) || `exit code ${code}`;
    throw new LaunchError("launch.python", `Cannot read --role-vars: "${python}": ${reason}`);
  }
  const { variables, wrong } = parseJson(stdout) as Answer;
  if (wrong === undefined) return exact(variables) as JsonObject;
  const message = `Cannot read --role-vars: expected key=value, got ${JSON.stringify(wrong)}`;
  throw new ConfigError("config.role_vars", message, {
    hint: "write values with blanks in quotes, as in --role-vars 'a=1 b=\"two words\"'",
  });
}

interface Answer {
  readonly variables?: unknown;
  readonly wrong?: string;
}

/** Big integers so that `JSON.stringify` writes all their digits. */
function exact(value: unknown): unknown {
  if (typeof value === "bigint") return new BigNumber(value);
  if (Array.isArray(value)) return value.map(exact);
  if (typeof value !== "object" || value === null || value instanceof PyFloat) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, exact(item)]));
}
