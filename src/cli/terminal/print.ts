/**
 * Prints on standard output and standard error.
 *
 * @module
 */
import { RunnerError } from "../../errors.ts";
import { describeOsError } from "../../internal/file_system.ts";
import { printableLines } from "../../internal/printable.ts";

/**
 * Prints a text to standard output; a reader that is gone is no error.
 *
 * @param text what to print, names of others escaped; a newline is added when it lacks one
 * @throws {RunnerError} when it cannot be written, such as to a full disk
 */
export function print(text: string): void {
  try {
    writeText(Deno.stdout, text);
  } catch (cause) {
    if (!(cause instanceof Deno.errors.BrokenPipe)) throw outputError(cause);
  }
}

/**
 * Prints a text to standard error, whatever names of others stand in it: a terminal obeys none.
 *
 * @param text what to print; a newline is added when it lacks one
 */
export function printDiagnostic(text: string): void {
  try {
    writeText(Deno.stderr, printableLines(text));
  } catch {
    // There is no place left to say so.
  }
}

/** Says that standard output does not take what is written. */
export function outputError(cause: unknown): RunnerError {
  const text = `Cannot write to standard output: ${describeOsError(cause)}`;
  return new RunnerError("output", text, { cause });
}

/**
 * Writes bytes to standard output.
 *
 * @throws {Deno.errors.BrokenPipe} when its reader is gone
 * @throws {RunnerError} when they cannot be written
 */
export async function writeToStdout(bytes: Uint8Array): Promise<void> {
  try {
    for (let at = 0; at < bytes.length;) at += await Deno.stdout.write(bytes.subarray(at));
  } catch (error) {
    throw error instanceof Deno.errors.BrokenPipe ? error : outputError(error);
  }
}

function writeText(target: { writeSync(bytes: Uint8Array): number }, text: string): void {
  const bytes = new TextEncoder().encode(text.endsWith("\n") ? text : text + "\n");
  for (let at = 0; at < bytes.length;) at += target.writeSync(bytes.subarray(at));
}
