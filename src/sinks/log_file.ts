/**
 * A log file: one line for each message.
 *
 * @module
 */
import { ConfigError } from "../errors.ts";
import { describeOsError } from "../internal/file_system.ts";
import { printable } from "../internal/printable.ts";

/**
 * Opens a log file for appending.
 *
 * @param path the file; made with mode 0600 when missing
 * @throws {ConfigError} when it cannot be written
 */
export function openLogFile(path: string): (message: string) => void {
  try {
    append(path, "");
  } catch (cause) {
    const text = `Cannot write log file "${path}": ${reasonOf(cause)}`;
    throw new ConfigError("config.logfile", text, { cause });
  }
  return (message) => {
    try {
      append(path, `${timestamp(new Date())}: ${printable(message)}\n`);
    } catch {
      // A full disk, or a pipe whose reader is gone or slow, must not end a run for its log's sake.
    }
  };
}

/**
 * Opened for each line: they are few, and whoever rotates the file may take it away. Deno's own open
 * would wait for the reader of a named pipe; what node:fs costs to load is paid with a log only.
 */
function append(path: string, text: string): void {
  const { closeSync, constants, openSync, writeSync } = process.getBuiltinModule("node:fs");
  const { O_APPEND, O_CREAT, O_NONBLOCK, O_WRONLY } = constants;
  const file = openSync(path, O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK, 0o600);
  try {
    const bytes = new TextEncoder().encode(text);
    for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at);
  } finally {
    closeSync(file);
  }
}

function reasonOf(error: unknown): string {
  const { code } = error as { readonly code?: string };
  if (code === "ENXIO") return "it is a named pipe without a reader";
  // Node's words: `ENOENT: no such file or directory, open '/x'`.
  const text = describeOsError(error).replace(/^[A-Z]+: /, "").replace(/, \w+(?: '.*')?$/s, "");
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Local time as Python's logging writes it. */
function timestamp(now: Date): string {
  const two = (value: number): string => String(value).padStart(2, "0");
  const day = `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
  const time = `${two(now.getHours())}:${two(now.getMinutes())}:${two(now.getSeconds())}`;
  return `${day} ${time},${String(now.getMilliseconds()).padStart(3, "0")}`;
}
