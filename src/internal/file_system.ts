/**
 * Asks the file system what is there, and tells its refusals in a few words.
 *
 * @module
 */

import { messageOf, RunnerError } from "../errors.ts";

/** Whether there is anything at a path; a link counts, wherever it leads. */
export function exists(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch {
    return false;
  }
}

/** Whether there is a directory; a link to one counts only where links are followed. */
export function isDirectory(
  path: string,
  { followLinks = false }: { readonly followLinks?: boolean } = {},
): boolean {
  try {
    return (followLinks ? Deno.statSync(path) : Deno.lstatSync(path)).isDirectory;
  } catch {
    return false;
  }
}

/**
 * Says in a few words why the system refused something.
 *
 * @returns such as `No such file or directory`
 */
export function describeOsError(error: unknown): string {
  const message = messageOf(error);
  // Deno goes on with the system call and the path, which the caller names in its own words.
  return message.replace(/ \(os error \d+\)[\s\S]*$/, "");
}

/** Whether the system refused something, and nobody has said what of it yet. */
export function isOsError(error: unknown): error is Error {
  return error instanceof Error && !(error instanceof RunnerError) &&
    / \(os error \d+\)/.test(error.message);
}

/**
 * Finds the path that the system refused.
 *
 * @param held directory that `/proc/self/fd/N` stands for
 * @returns undefined when Deno does not say it
 */
export function refusedPath(error: Error, held: string): string | undefined {
  const path = /\(os error \d+\): \w+ '([^']*)'$/.exec(error.message)?.[1];
  return path?.replace(/^\/proc\/self\/fd\/\d+/, () => held);
}

/** When a file or directory, not what a link leads to, was changed last; undefined when it is not there. */
export function mtimeOf(path: string): number | undefined {
  try {
    // A job may give its files a time that no Date can hold.
    return Deno.lstatSync(path).mtime?.getTime() || 0;
  } catch {
    return undefined;
  }
}

/** User id of the owner of a file or directory; undefined when it is not there. */
export function ownerOf(path: string): number | undefined {
  try {
    return Deno.lstatSync(path).uid ?? undefined;
  } catch {
    return undefined;
  }
}

/** A path with its links followed; the same when it is not there. */
export function realPath(path: string): string {
  try {
    return Deno.realPathSync(path);
  } catch {
    return path;
  }
}

/** The length of a regular file in bytes, or undefined when there is none; a link is none. */
export function fileSize(path: string): number | undefined {
  try {
    const { isFile, size } = Deno.lstatSync(path);
    return isFile ? size : undefined;
  } catch {
    return undefined;
  }
}

/** The text of a file, or undefined when it cannot be read. */
export function readTextIfThere(path: string): string | undefined {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return undefined;
  }
}
