/**
 * Turns log messages into lines of a file.
 *
 * @module
 */
import { ConfigError } from "../errors.ts";
import { describeOsError } from "../internal/file_system.ts";

/**
 * Opens a log file for appending.
 *
 * @param path the file; made with mode 0600 when missing
 * @returns takes messages
 * @throws {ConfigError} when it cannot be written
 */
export function openLogFile(path: string): (message: string) => void {
  try {
    append(path, "");
  } catch (cause) {
    const text = `Cannot write log file "${path}": ${describeOsError(cause)}`;
    throw new ConfigError("config.logfile", text, { cause });
  }
  return (message) => {
    try {
      append(path, `${timestamp(new Date())}: ${message}\n`);
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
