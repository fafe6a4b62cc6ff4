/**
 * The shape of events and status changes as they lie in the artifacts, in their wire names.
 *
 * @module
 */
// deno-lint-ignore-file camelcase -- wire names are a contract
import type { Status } from "../end_reason.ts";
import type { JobEvent } from "./job_event.ts";

export type { JobEvent };

/** A change of a run's status. */
export interface StatusEvent {
  /** The new status. */
  readonly status: Status;
  /** The run's ident. */
  readonly runner_ident: string;
  /** The command, at `starting` only. */
  readonly command?: readonly string[];
  /** Its environment, at `starting` only; secret values masked. */
  readonly env?: Readonly<Record<string, string>>;
  /** Its working directory, at `starting` only. */
  readonly cwd?: string;
}
