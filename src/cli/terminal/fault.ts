/**
 * An error of ours as lines on standard error: for people, or one JSON object for programs.
 *
 * @module
 */
import { printable } from "../../internal/printable.ts";
import { printDiagnostic } from "./print.ts";

/** How errors are printed. */
export type ErrorFormat = "text" | "json";

/** One error of ours. */
export interface Fault {
  /** One of the library's error codes. */
  readonly code: string;
  /** What is wrong, in one line. */
  readonly message: string;
  /** What helps. */
  readonly hint?: string | undefined;
  /** The exit code that follows. */
  readonly exitCode: number;
  /** Name of the run, where it is one. */
  readonly ident?: string;
  /** Why that run ended. */
  readonly reason?: string;
  /** Text for people is the message alone. @default {false} */
  readonly verbatim?: boolean;
}

let format: ErrorFormat = "text";

/** Chooses the format for this process. */
export function useErrorFormat(chosen: ErrorFormat): void {
  format = chosen;
}

/** The format of this process. */
export function errorFormat(): ErrorFormat {
  return format;
}

/**
 * Finds the format that the command line asks for, also when the rest of it is wrong.
 *
 * @param args what stands after the program's name
 * @returns the last one that is asked for
 */
export function errorFormatIn(args: readonly string[]): ErrorFormat {
  const asked = args.flatMap((word, at) => {
    const [name = "", value = args[at + 1]] = word.split("=");
    // Unique beginnings of options are options.
    return name.length > 3 && "--error-format".startsWith(name) ? [value] : [];
  });
  return asked.at(-1) === "json" ? "json" : "text";
}

/**
 * Prints an error.
 *
 * @param options what stands between the message and its hint, for people
 */
export function printFault(fault: Fault, options: { readonly beforeHint?: string } = {}): void {
  const { code, message, hint, exitCode, verbatim, ident, reason } = fault;
  if (format === "json") {
    const line = { type: "error", code, message, hint, exit_code: exitCode, ident, reason };
    return printDiagnostic(JSON.stringify(line));
  }
  // One line, whatever names stand in it.
  const text = printable(message);
  printDiagnostic(verbatim === true ? text : `error: ${text}`);
  if (hint !== undefined) printDiagnostic(`${options.beforeHint ?? "\n"}hint: ${printable(hint)}`);
}
