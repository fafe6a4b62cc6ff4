/**
 * The files of env/ as texts and mappings; a named pipe is read once, to its end.
 *
 * @module
 */
import { ConfigError } from "../../errors.ts";
import { describeOsError } from "../../internal/file_system.ts";
import { kindOf } from "../../python/values.ts";

/** How a file is read. */
export interface ReadOptions {
  /** What messages call the file. @default {its path} */
  readonly label?: string;
  /** Largest file accepted, in bytes. @default {1 MiB} */
  readonly maxBytes?: number;
  /** Longest silence of a named pipe, in milliseconds. @default {30_000} */
  readonly waitMs?: number;
  /** Ends the waiting for a named pipe. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Largest input accepted unless told otherwise, in bytes: settings, passwords and command lines of
 * megabytes are mistakes, and YAML takes seconds for each.
 */
const MAX_BYTES = 1024 * 1024;

/**
 * Reads a text file, or a named pipe to its end (a second read of it would wait for ever).
 *
 * @param options what to call it, how long to wait
 * @returns the text, or undefined when there is no such file
 * @throws {ConfigError} when there is something that cannot be read as UTF-8 text
 */
export async function readTextFile(
  path: string,
  options: ReadOptions = {},
): Promise<string | undefined> {
  const { label = path, maxBytes = MAX_BYTES } = options;
  const info = statOrUndefined(path, label);
  if (info === undefined) return undefined;
  if (info.isDirectory) throw unreadable(label, "expected a file, got a directory");
  if (info.isSocket) throw unreadable(label, "expected a file, got a socket");
  if (info.size > maxBytes) throw tooLarge(label, maxBytes);
  try {
    if (info.isFifo) {
      const { readPipe } = await import("./named_pipe.ts");
      const limits = {
        maxBytes,
        waitMs: options.waitMs ?? 30_000,
        signal: options.signal,
      };
      return decode(await readPipe(path, limits), label);
    }
    return decode(
      info.isFile ? await Deno.readFile(path) : await readDevice(path, maxBytes),
      label,
    );
  } catch (error) {
    if (error instanceof ConfigError || options.signal?.aborted) throw error;
    if (error instanceof RangeError) throw tooLarge(label, maxBytes);
    throw unreadable(label, reasonOf(error), { cause: error });
  }
}

/**
 * Reads a file that holds one mapping, as JSON or YAML.
 *
 * @param label what messages call it, such as `env/settings`
 * @param options how long to wait for a named pipe
 * @returns the mapping, or undefined when there is no such file or nothing in it
 * @throws {ConfigError} when it cannot be read, parsed, or is not a mapping
 */
export async function readMapping(
  path: string,
  label: string,
  options: Omit<ReadOptions, "label"> = {},
): Promise<Record<string, unknown> | undefined> {
  const text = await readTextFile(path, { ...options, label });
  return text === undefined ? undefined : await parseMapping(text, label);
}

/**
 * Reads a text that holds one mapping, as JSON or YAML.
 *
 * @param label what messages call it, such as `env/settings`
 * @returns the mapping, or undefined when there is nothing in the text
 * @throws {ConfigError} when it cannot be parsed, or is not a mapping
 */
export async function parseMapping(
  text: string,
  label: string,
): Promise<Record<string, unknown> | undefined> {
  if (text.trim() === "") return undefined;
  const value = await parseOrExplain(text, label);
  if (value === null) return undefined;
  const kind = kindOf(value);
  if (kind !== "a mapping") {
    throw unreadable(label, `expected a mapping, got ${kind} (line ${firstContentLine(text)})`);
  }
  return value as Record<string, unknown>;
}

async function parseOrExplain(text: string, label: string): Promise<unknown> {
  const { parseJsonOrYaml, YamlError } = await import("../../python/yaml/read.ts");
  try {
    return await parseJsonOrYaml(text);
  } catch (error) {
    if (!(error instanceof YamlError)) throw error;
    throw unreadable(label, error.message, { cause: error });
  }
}

/** Synchronous: most files are missing, and each asynchronous look would cost a thread's round trip. */
function statOrUndefined(path: string, label: string): Deno.FileInfo | undefined {
  try {
    return Deno.statSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotADirectory) return undefined;
    if (!(error instanceof Deno.errors.NotFound)) {
      throw unreadable(label, reasonOf(error), { cause: error });
    }
  }
  // Missing is fine; a link that leads nowhere is a mistake that must not pass as missing.
  const target = linkTarget(path);
  if (target === undefined) return undefined;
  throw unreadable(label, `the link leads to ${JSON.stringify(target)}, which does not exist`);
}

function linkTarget(path: string): string | undefined {
  try {
    return Deno.readLinkSync(path);
  } catch {
    return undefined;
  }
}

/** Reads a character device such as /dev/null, which has no size to check beforehand. */
async function readDevice(path: string, maxBytes: number): Promise<Uint8Array> {
  using file = await Deno.open(path);
  const chunks: Uint8Array[] = [];
  let total = 0;
  for await (const chunk of file.readable.values({ preventCancel: true })) {
    chunks.push(chunk);
    total += chunk.length;
    if (total > maxBytes) throw new RangeError("too large");
  }
  return new Uint8Array(await new Blob(chunks as Uint8Array<ArrayBuffer>[]).arrayBuffer());
}

function decode(bytes: Uint8Array, label: string): string {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  try {
    return decoder.decode(bytes);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw unreadable(
      label,
      `expected UTF-8 text, got other bytes (line ${firstBadLine(bytes)})`,
      error,
    );
  }
}

function firstBadLine(bytes: Uint8Array): number {
  const lenient = new TextDecoder();
  const strict = new TextDecoder("utf-8", { fatal: true });
  let line = 1;
  for (let start = 0; start < bytes.length; line++) {
    const newline = bytes.indexOf(0x0a, start);
    const end = newline < 0 ? bytes.length : newline;
    const part = bytes.subarray(start, end);
    if (lenient.decode(part).includes("\ufffd") && !decodes(strict, part)) break;
    start = end + 1;
  }
  return line;
}

function decodes(decoder: TextDecoder, bytes: Uint8Array): boolean {
  try {
    decoder.decode(bytes);
    return true;
  } catch {
    return false;
  }
}

/** The line of the first thing that is neither empty, nor a comment, nor a document marker. */
function firstContentLine(text: string): number {
  const lines = text.split("\n");
  const index = lines.findIndex((line) => !/^\s*(?:#.*|%.*|---\s*)?$/.test(line));
  return index < 0 ? 1 : index + 1;
}

function reasonOf(error: unknown): string {
  if (error instanceof Deno.errors.PermissionDenied) return "permission denied";
  if (error instanceof Deno.errors.FilesystemLoop) return "the link leads to itself";
  // The label already tells the path.
  return describeOsError(error).replace(/^./, (first) => first.toLowerCase());
}

function tooLarge(label: string, maxBytes: number): ConfigError {
  return unreadable(label, `expected at most ${maxBytes / 1024 / 1024} MiB, got more`);
}

function unreadable(label: string, reason: string, options?: ErrorOptions): ConfigError {
  return new ConfigError(
    "config.env_file",
    `Cannot read ${JSON.stringify(label)}: ${reason}`,
    options,
  );
}
