/**
 * Makes temporary directories that only we can enter.
 *
 * @module
 */
import { IsolationError } from "../errors.ts";
import { describeOsError } from "../internal/file_system.ts";

/** What a temporary directory is called, and what for. */
export interface TemporaryDirOptions {
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
 * @throws {IsolationError} when it cannot be made
 */
export function makeTemporaryDir(base: string, options: TemporaryDirOptions): string {
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
