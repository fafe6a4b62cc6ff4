/**
 * The caller's working directory, or one clear line when it was removed.
 *
 * @module
 */
import { ConfigError } from "../errors.ts";

let callers: string | undefined;

/** Says what the caller's is where we could not be started in it. */
export function setWorkingDirectory(dir: string): void {
  callers = dir;
}

/** Whether programs can be started in ours: not where it is closed to us, as /root after `sudo -u`. */
export function canStartHere(): boolean {
  try {
    Deno.statSync("./.");
    return true;
  } catch {
    return false;
  }
}

/**
 * Finds the working directory.
 *
 * @param ask the system, which does not know it any more when it was removed
 * @returns an absolute path
 * @throws {ConfigError} when it is not there any more
 */
export function workingDirectory(ask: () => string = Deno.cwd): string {
  if (callers !== undefined) return callers;
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
