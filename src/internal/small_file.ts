/**
 * Reads a file that somebody else may have put there, without waiting for anybody.
 *
 * A named pipe in place of a file would keep whoever opens it waiting for ever; a link would lead
 * elsewhere. What is opened here is a regular file, or nothing is.
 *
 * @module
 */

/** What is asked of a file before it is read. */
export interface SmallFileOptions {
  /** Longest file that is read, in bytes. @default {1 MiB} */
  readonly limit?: number;
  /** Who must own it, and alone: a second name of it (a hard link) is refused. @default {anybody} */
  readonly owner?: number | undefined;
}

/** A file that is not what was expected there. */
export class OddFileError extends Error {}

const DEFAULT_LIMIT = 1 << 20;

/**
 * Reads a small file.
 *
 * @param path need not exist
 * @param options how long it may be, and whose
 * @returns its text, or undefined when it is not there, not a regular file, or not what was asked for
 */
export function readSmallFile(path: string, options: SmallFileOptions = {}): string | undefined {
  try {
    return readRegularFile(path, options);
  } catch {
    return undefined;
  }
}

/**
 * Reads a regular file.
 *
 * @param options how long it may be, and whose
 * @throws {OddFileError} when it is no regular file, or not what was asked for
 * @throws {Deno.errors.NotFound} when it is not there
 */
export function readRegularFile(path: string, options: SmallFileOptions = {}): string {
  const { limit = DEFAULT_LIMIT, owner } = options;
  const { file: opened, info } = openLooked(path);
  using file = opened;
  const { size, uid, nlink } = info;
  if (size > limit) throw new OddFileError(`"${path}" is larger than ${limit} bytes`);
  if (owner !== undefined && (uid !== owner || nlink !== 1)) {
    throw new OddFileError(`"${path}" is another user's file`);
  }
  // One byte more shows the end without another look.
  const bytes = new Uint8Array(size + 1);
  let length = 0;
  while (length < bytes.length) {
    const count = file.readSync(bytes.subarray(length));
    if (count === null) break;
    length += count;
    // All there was when it was opened, and there was room for more: that is the end.
    if (length === size) break;
  }
  return new TextDecoder().decode(bytes.subarray(0, length));
}

/**
 * Opens a regular file for reading.
 *
 * @throws {OddFileError} when it is a link, a pipe, a directory, or was just replaced
 * @throws {Deno.errors.NotFound} when it is not there
 */
export function openRegularFile(path: string): Deno.FsFile {
  return openLooked(path).file;
}

/** Each look costs as much as a read: of a hundred thousand files that is felt. */
function openLooked(path: string): { readonly file: Deno.FsFile; readonly info: Deno.FileInfo } {
  const seen = Deno.lstatSync(path);
  if (!seen.isFile) throw new OddFileError(`"${path}" is not a regular file`);
  const file = openAtOnce(path);
  const info = file.statSync();
  if (info.isFile && info.dev === seen.dev && info.ino === seen.ino) return { file, info };
  file.close();
  throw new OddFileError(`"${path}" has just been replaced`);
}

/** Opened for writing as well, a pipe that was put there since does not wait for its other end. */
function openAtOnce(path: string): Deno.FsFile {
  try {
    return Deno.openSync(path, { read: true, write: true });
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) throw error;
    // Not ours to write: another user's, on a read-only disk, or without that permission.
    return openReadOnly(path);
  }
}

const O_NONBLOCK = 0o4000;
const O_NOFOLLOW = 0o400000;

/** Deno's own open cannot be told not to wait; what node:fs costs to load is paid only here. */
function openReadOnly(path: string): Deno.FsFile {
  const fs = process.getBuiltinModule("node:fs");
  const fd = fs.openSync(path, O_NONBLOCK | O_NOFOLLOW);
  try {
    if (!fs.fstatSync(fd).isFile()) throw new OddFileError(`"${path}" is not a regular file`);
    try {
      return Deno.openSync(`/proc/self/fd/${fd}`);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotCapable)) throw error;
      // A program with few permissions must take the name; it has just been seen to be a file.
      return Deno.openSync(path);
    }
  } finally {
    fs.closeSync(fd);
  }
}
