/**
 * Writes files that appear whole: aside, then renamed.
 *
 * Synchronous on purpose: on the path of one file per event a synchronous call costs half of an
 * asynchronous one.
 *
 * @module
 */
import { describeOsError } from "./file_system.ts";

/**
 * Writes a file aside in the same directory and renames it to its name.
 *
 * @param path the file's final path; a symbolic link there is replaced, not followed
 * @param content its text or bytes
 */
export function writeFileWhole(path: string, content: string | Uint8Array): void {
  // Nobody who writes into the directory as well can know the name before.
  const aside = `${path}.${Deno.pid}-${crypto.getRandomValues(new BigUint64Array(1))[0]}.new`;
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  try {
    using file = createPrivateFile(aside);
    writeAll(file, bytes);
    Deno.renameSync(aside, path);
  } catch (error) {
    removeQuietly(aside);
    throw error;
  }
}

/**
 * Makes a new file that is its owner's alone, whatever the umask.
 *
 * @param path nothing may be there
 */
export function createPrivateFile(path: string): Deno.FsFile {
  const file = Deno.openSync(path, { write: true, createNew: true, mode: 0o600 });
  const { mode } = file.statSync();
  // By its name, so only when an odd umask has made it unreadable to us.
  if (mode !== null && (mode & 0o700) !== 0o600) tryChmod(path, 0o600);
  return file;
}

/**
 * Sets the mode of what we have just made, where the file system has modes: CIFS and the like refuse.
 *
 * @param path a file or directory of ours
 * @returns why the file system refused, or undefined
 */
export function tryChmod(path: string, mode: number): string | undefined {
  try {
    Deno.chmodSync(path, mode);
    return undefined;
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (!["EPERM", "EOPNOTSUPP", "ENOTSUP", "ENOSYS"].includes(String(code))) throw error;
    return describeOsError(error);
  }
}

/** Writes all of it: the system may take less at a time. */
export function writeAll(file: Deno.FsFile, bytes: Uint8Array): void {
  let written = 0;
  while (written < bytes.length) written += file.writeSync(bytes.subarray(written));
}

/** Removes a file; it need not exist. */
export function removeQuietly(path: string): void {
  try {
    Deno.removeSync(path);
  } catch {
    // Gone already, or not ours to remove: nothing to be done about it.
  }
}
