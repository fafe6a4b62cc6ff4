/**
 * What the system refused a run: an error that names the path, and why the run ended.
 *
 * @module
 */
import type { EndReason } from "../end_reason.ts";
import { messageOf, RunnerError } from "../errors.ts";
import { describeOsError, isOsError, refusedPath } from "../internal/file_system.ts";
import { isBelow } from "../internal/paths.ts";

/**
 * Makes the error of a run whose files the system refuses.
 *
 * @returns the same, when it is no refusal of the system
 */
export function withPath(error: unknown, artifactDir: string): unknown {
  if (!isOsError(error)) return error;
  const path = refusedPath(error, artifactDir) ?? artifactDir;
  // Names of files aside, and of our own directories, help nobody.
  const shown = isBelow(path, artifactDir) ? artifactDir : path;
  return new RunnerError("artifacts", `Cannot write to "${shown}": ${describeOsError(error)}`, {
    cause: error,
  });
}

/** Why a run ended whose program could not be started. */
export function reasonOf(error: unknown, program: string): EndReason {
  return isOsError(error)
    ? { reason: "artifacts_failed", error: describeOsError(error) }
    : { reason: "could_not_start", program, error: messageOf(error) };
}
