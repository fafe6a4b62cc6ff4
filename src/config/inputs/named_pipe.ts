/**
 * Reads a named pipe: all that its writers put into it until the last one closes it.
 *
 * Loaded only when an input is a pipe: node:fs costs 30 ms at the start of a run, but Deno's own
 * open of a pipe without writer can neither be ended nor limited in time.
 *
 * @module
 */
import { joinBytes } from "../../internal/bytes.ts";
import { sleep } from "../../internal/sleep.ts";
import { closeSync, constants, openSync, readSync } from "node:fs";

/** What bounds the reading. */
export interface PipeLimits {
  /** Most bytes to accept. */
  readonly maxBytes: number;
  /** Longest time without a new byte, in milliseconds. */
  readonly waitMs: number;
  /** Ends the waiting. */
  readonly signal?: AbortSignal | undefined;
}

/** How many times the longest silence the whole reading may take: bytes may come one by one. */
const PATIENCE = 10;
const FIRST_PAUSE_MS = 1;
const LONGEST_PAUSE_MS = 20;

/**
 * Reads a named pipe to its end.
 *
 * @returns all bytes
 * @throws {RangeError} when there are more bytes than `maxBytes`
 * @throws {Error} when nobody wrote for `waitMs`, or it cannot be opened
 */
export async function readPipe(path: string, limits: PipeLimits): Promise<Uint8Array> {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    return await readToEnd(fd, limits);
  } finally {
    closeSync(fd);
  }
}

async function readToEnd(fd: number, limits: PipeLimits): Promise<Uint8Array> {
  const chunk = new Uint8Array(64 * 1024);
  const parts: Uint8Array[] = [];
  let total = 0;
  let hadWriter = false;
  let pauseMs = FIRST_PAUSE_MS;
  const start = performance.now();
  let lastByteAt = start;
  while (true) {
    const count = readOrUndefined(fd, chunk);
    // Zero is the end once there was a writer; before that it means that none has come yet.
    if (count === 0 && hadWriter) return joinBytes(parts);
    if (count !== 0) hadWriter = true;
    if (count) {
      total += count;
      if (total > limits.maxBytes) throw new RangeError("too many bytes");
      parts.push(chunk.slice(0, count));
      pauseMs = FIRST_PAUSE_MS;
      lastByteAt = performance.now();
      continue;
    }
    limits.signal?.throwIfAborted();
    const now = performance.now();
    if (now - lastByteAt >= limits.waitMs) throw silent(hadWriter, limits.waitMs);
    if (now - start >= limits.waitMs * PATIENCE) {
      const seconds = limits.waitMs * PATIENCE / 1000;
      throw new Error(`the writer of the named pipe was not done after ${seconds} s`);
    }
    await sleep(pauseMs);
    pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
  }
}

/** Reads what is there; undefined when a writer has the pipe open and wrote nothing yet. */
function readOrUndefined(fd: number, chunk: Uint8Array): number | undefined {
  try {
    return readSync(fd, chunk);
  } catch (error) {
    if ((error as { code?: string }).code === "EAGAIN") return undefined;
    throw error;
  }
}

function silent(hadWriter: boolean, waitMs: number): Error {
  const seconds = waitMs / 1000;
  return new Error(
    hadWriter
      ? `the writer of the named pipe was silent for ${seconds} s and did not close it`
      : `nobody wrote to the named pipe within ${seconds} s`,
  );
}
