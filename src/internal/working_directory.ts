/**
 * Turns the caller's working directory into a path, or into one clear line when it was removed.
 *
 * @module
 */
import { ConfigError } from "../errors.ts";

/**
 * Finds the working directory.
 *
 * @param ask the system, which does not know it any more when it was removed
 * @returns an absolute path
 * @throws {ConfigError} when it is not there any more
 */
export function workingDirectory(ask: () => string = Deno.cwd): string {
  try {
    return ask();
  } catch (cause) {
    if (!(cause instanceof Deno.errors.NotFound)) throw cause;
    throw new ConfigError("config.host_cwd", "Cannot find the working directory: it was removed", {
      hint: "Change to a directory that is there, such as cd /",
      cause,
    });
  }
}
