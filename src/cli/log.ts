/**
 * Turns log messages into lines on standard error and in a log file.
 *
 * Messages come without secrets: who makes them masks them.
 *
 * @module
 */
import { ConfigError } from "../errors.ts";
import type { FlagValues } from "./flag_types.ts";
import { printDiagnostic } from "./print.ts";

/** How much a message matters; errors are printed by whoever ends the program. */
export type Level = "debug" | "warning" | "error";

/** Takes messages. */
export type Log = (level: Level, message: string) => void;

/** What decides where messages go. */
export type LogFlags = Pick<FlagValues, "debug" | "logfile" | "quiet">;

/**
 * Opens the log of a command: warnings go to standard error, unless quiet; debug messages too, when
 * asked for, quiet or not. The log file gets the same and the errors.
 *
 * @param flags what was asked for
 * @returns takes messages
 * @throws {ConfigError} when the log file cannot be written
 */
export function openLog(flags: LogFlags): Log {
  const { debug = false, quiet = false, logfile = "" } = flags;
  if (logfile !== "") {
    try {
      append(logfile, "");
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new ConfigError("config.logfile", `Cannot write log file "${logfile}": ${reason}`, {
        cause,
      });
    }
  }
  return (level, message) => {
    if (level === "debug" && !debug) return;
    if (level === "debug" || level === "warning" && !quiet) printDiagnostic(`${level}: ${message}`);
    if (logfile === "") return;
    try {
      append(logfile, `${timestamp(new Date())}: ${message}\n`);
    } catch {
      // A full disk must not end a run for its log's sake.
    }
  };
}

/** Opened for each line: they are few, and whoever rotates the file may take it away. */
function append(path: string, text: string): void {
  Deno.writeTextFileSync(path, text, { append: true, mode: 0o600 });
}

/** Local time as Python's logging writes it. */
function timestamp(now: Date): string {
  const two = (value: number): string => String(value).padStart(2, "0");
  const day = `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
  const time = `${two(now.getHours())}:${two(now.getMinutes())}:${two(now.getSeconds())}`;
  return `${day} ${time},${String(now.getMilliseconds()).padStart(3, "0")}`;
}
