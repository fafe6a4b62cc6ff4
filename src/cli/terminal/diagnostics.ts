/**
 * Turns an error into one line on standard error, a hint, and an exit code.
 *
 * @module
 */
import { printable } from "../../internal/printable.ts";
import { RunnerError } from "../../errors.ts";
import { CommandLineError } from "../parse/command_line.ts";
import { printDiagnostic } from "./print.ts";

/**
 * Says what went wrong.
 *
 * @param error what was thrown
 * @param options whether stack traces are shown
 * @returns the exit code
 */
export async function printError(error: unknown, options: { debug: boolean }): Promise<number> {
  if (error instanceof CommandLineError) {
    printDiagnostic((await import("../docs/help.ts")).renderUsage(error.command));
  }
  if (!(error instanceof RunnerError)) {
    const text = error instanceof Error ? error.message : String(error);
    printDiagnostic(`error: ${printable(text)}`);
    printDiagnostic(
      error instanceof Deno.errors.NotCapable
        ? "\nhint: Deno was not given all permissions: deno run -A ..."
        : "\nhint: This is a bug in ansible-runner: please report it (--debug shows where)",
    );
  } else {
    // One line, whatever names stand in it.
    const message = printable(error.message);
    printDiagnostic(error.verbatim ? message : `error: ${message}`);
    if (error.hint !== undefined) printDiagnostic(`\nhint: ${printable(error.hint)}`);
  }
  if (options.debug && error instanceof Error) printDiagnostic(error.stack ?? "");
  return error instanceof RunnerError ? error.exitCode : 1;
}
