/**
 * The log of a command: on standard error and in a log file.
 *
 * Messages come without secrets: who makes them masks them.
 *
 * @module
 */
import { printable } from "../../internal/printable.ts";
import { openLogFile } from "../../sinks/log_file.ts";
import type { FlagValues } from "../flags/table.ts";
import { printDiagnostic } from "./print.ts";

/**
 * How much a message matters; errors are printed by whoever ends the program, and what is for the
 * log file alone is printed by nobody.
 */
export type Level = "debug" | "warning" | "error" | "file";

/** Takes messages. */
export type Log = (level: Level, message: string) => void;

/** What decides where messages go. */
export type LogFlags = Pick<FlagValues, "debug" | "logfile" | "quiet">;

/**
 * Opens the log of a command: warnings go to standard error, unless quiet; debug messages too, when
 * asked for, quiet or not. The log file gets the same and the errors.
 *
 * @throws {ConfigError} when the log file cannot be written
 */
export function openCommandLog(flags: LogFlags): Log {
  const { debug = false, quiet = false, logfile = "" } = flags;
  const toFile = logfile === "" ? undefined : openLogFile(logfile);
  return (level, message) => {
    if (level === "debug" && !debug) return;
    if (level === "debug" || level === "warning" && !quiet) {
      printDiagnostic(`${level}: ${printable(message)}`);
    }
    toFile?.(message);
  };
}
