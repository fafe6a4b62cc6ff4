/**
 * The log of a library's run: where its lines go.
 *
 * @module
 */
import { printable } from "../../internal/printable.ts";
import { openLogFile } from "../../sinks/log_file.ts";
import type { LogLevel, TakenOptions } from "../run_options.ts";

/** Takes lines for a log. */
export type Log = (level: LogLevel, message: string) => void;

/**
 * Opens the log of a run. Contract: `debug` and `logfile` count only where logging is not ignored.
 *
 * @returns takes lines
 * @throws {ConfigError} when the log file cannot be written
 */
export function openRunLog(options: TakenOptions): Log {
  if (options.log !== undefined) return options.log;
  const { ignoreLogging = true, debug = false, logfile } = options;
  if (ignoreLogging) return () => {};
  const toFile = logfile === undefined ? undefined : openLogFile(logfile);
  return (level, message) => {
    if (level === "debug" && !debug) return;
    toFile?.(message);
    if (debug) writeToStderr(`${level}: ${printable(message)}\n`);
  };
}

function writeToStderr(text: string): void {
  try {
    Deno.stderr.writeSync(new TextEncoder().encode(text));
  } catch {
    // A run does not end because nobody reads its log.
  }
}
