/**
 * How the tests start our command line: a compiled program, its bundle, or the sources.
 *
 * @module
 */

/** Names a compiled program to test in place of the sources. */
const BINARY = "RUNNER_TEST_BINARY";

/** Names the JavaScript that would be compiled: starting it takes a sixth less than the sources. */
export const BUNDLE = "RUNNER_TEST_BUNDLE";

/**
 * The words that start our command line.
 *
 * @returns a program and its first arguments
 */
export function cliCommand(): string[] {
  const binary = Deno.env.get(BINARY) ?? "";
  if (binary !== "") return [binary];
  const bundle = Deno.env.get(BUNDLE) ?? "";
  const entry = bundle !== "" ? bundle : new URL("../../cli.ts", import.meta.url).pathname;
  return [Deno.execPath(), "run", "-A", "--no-lock", "--no-check", entry];
}
