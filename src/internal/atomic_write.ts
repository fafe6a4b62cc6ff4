/**
 * Turns text into a file that appears whole: written aside, then renamed.
 *
 * Synchronous on purpose: on the path of one file per event a synchronous call costs half of an
 * asynchronous one.
 *
 * @module
 */

let sequence = 0;

/**
 * Writes a file aside in the same directory and renames it to its name.
 *
 * @param path the file's final path; a symbolic link there is replaced, not followed
 * @param content its text or bytes
 */
export function writeFileWhole(path: string, content: string | Uint8Array): void {
  const aside = `${path}.${Deno.pid}-${++sequence}.new`;
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  try {
    Deno.writeFileSync(aside, bytes, { createNew: true, mode: 0o600 });
    // The mode of a new file is cut by the umask; a caller's odd umask must not make it unreadable to us.
    Deno.chmodSync(aside, 0o600);
    Deno.renameSync(aside, path);
  } catch (error) {
    removeQuietly(aside);
    throw error;
  }
}

/** Removes a file; it need not exist. */
export function removeQuietly(path: string): void {
  try {
    Deno.removeSync(path);
  } catch {
    // Gone already, or not ours to remove: nothing to be done about it.
  }
}
