/**
 * Tells an error: one line on standard error, a hint, and an exit code.
 *
 * @module
 */
import { messageOf, RunnerError } from "../../errors.ts";
import { CommandLineError } from "../parse/command_line.ts";
import type { LoadPart } from "../parts.ts";
import { errorFormat, printFault } from "./fault.ts";
import { printDiagnostic } from "./print.ts";

/**
 * Says what went wrong.
 *
 * @param options whether stack traces are shown; loads what shows the usage of a command
 * @returns the exit code
 */
export async function printError(
  error: unknown,
  options: { readonly debug: boolean; readonly load: LoadPart },
): Promise<number> {
  if (error instanceof CommandLineError && errorFormat() === "text") {
    // Where it cannot be loaded, what is wrong is still said.
    const help = await options.load("docs/help").catch(() => undefined);
    if (help !== undefined) printDiagnostic(help.renderUsage(error.command));
  }
  if (error instanceof RunnerError) {
    printFault(error);
  } else {
    const message = messageOf(error);
    const hint = isNotPermitted(error)
      ? "Deno was not given all permissions: deno run -A ..."
      : "This is a bug in ansible-runner: please report it (--debug shows where)";
    printFault({ code: "internal", message, hint, exitCode: 1 });
  }
  if (options.debug && error instanceof Error) printDiagnostic(error.stack ?? "");
  return error instanceof RunnerError ? error.exitCode : 1;
}

/** Deno says so of a module that is loaded late by the error's text alone. */
function isNotPermitted(error: unknown): boolean {
  return error instanceof Deno.errors.NotCapable ||
    error instanceof TypeError && error.message.startsWith("Requires ");
}
