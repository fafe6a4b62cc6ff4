/**
 * Turns a base directory into a private temporary directory below it, and that into nothing again.
 *
 * @module
 */
import { IsolationError } from "../errors.ts";
import { findProgram } from "../internal/programs.ts";
import { describeOsError, exists } from "../internal/file_system.ts";

/** What a temporary directory is called, and what for. */
export interface PrivateDirOptions {
  /** Start of its name; random characters follow. */
  readonly prefix: string;
  /** What the base directory is called in the error, such as `process_isolation_path`. */
  readonly setting: string;
}

/**
 * Makes a directory that only we can enter (0700), with a random name.
 *
 * @param base directory below which it is made
 * @param options its name, and what to call the base in an error
 * @returns its path
 * @throws {IsolationError} when it cannot be made
 */
export function makePrivateDir(base: string, options: PrivateDirOptions): string {
  try {
    // Deno makes it 0700 with a new random name; an existing one, or a link planted there, is refused.
    return Deno.makeTempDirSync({ dir: base, prefix: options.prefix });
  } catch (error) {
    throw new IsolationError(
      "isolation.staging",
      `Cannot make a directory in "${base}" (${options.setting}): ${describeOsError(error)}`,
      { cause: error },
    );
  }
}

/**
 * Removes a directory with all that is in it; it need not exist. Symbolic links are not followed.
 *
 * @param path what to remove
 * @returns whether it is gone
 */
export function removeTree(path: string): boolean {
  try {
    Deno.removeSync(path, { recursive: true });
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return true;
  }
  // Directories without write permission, which a job may have left.
  runQuietly("chmod", ["-R", "u+rwX", "--", path]);
  runQuietly("rm", ["-rf", "--", path]);
  return !exists(path);
}

function runQuietly(name: string, args: string[]): void {
  const program = findProgram(name, "/usr/bin:/bin");
  if (program === undefined) return;
  new Deno.Command(program, { args, cwd: "/", stdin: "null", stdout: "null", stderr: "null" })
    .outputSync();
}
