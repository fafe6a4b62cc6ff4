/**
 * The shape of a change of status that comes from another machine, in its wire names.
 *
 * @module
 */
// deno-lint-ignore-file camelcase -- wire names are a contract
import type { Status } from "../end_reason.ts";

/** A change of status, as a worker sent it. */
export interface RemoteStatus {
  /** The new status; `error` when the worker could not run the job, or the stream is broken. */
  readonly status: Status | "error";
  /** The run's ident. */
  readonly runner_ident?: string;
  /** The command, at `starting` only. */
  readonly command?: readonly string[];
  /** Its environment, at `starting` only; secret values masked. */
  readonly env?: Readonly<Record<string, string>>;
  /** Its working directory, at `starting` only. */
  readonly cwd?: string;
  /** Why there was an error. */
  readonly job_explanation?: string;
  /** What else is known of it. */
  readonly result_traceback?: string;
}
