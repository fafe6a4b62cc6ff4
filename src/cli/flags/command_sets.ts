/**
 * Sets of commands for which flags mean something.
 *
 * @module
 */
import type { CommandName } from "./flag.ts";

/** Commands that start a run. */
export const RUN: readonly CommandName[] = ["run", "start"];
/** What isolates a run, what is secret and what it prints is given to a repeated run anew. */
export const ANEW: readonly CommandName[] = [...RUN, "retry"];
/** Commands about one run. */
export const DIR: readonly CommandName[] = [
  "run",
  "start",
  "stop",
  "is-alive",
  "status",
  "logs",
  "wait",
  "show",
  "events",
  "report",
  "deliver",
  "replay",
  "profile",
];

/** Those that say what to run, here or elsewhere. */
export const JOB: readonly CommandName[] = [...RUN, "transmit"];

/** Those of remote jobs. */
export const REMOTE: readonly CommandName[] = ["transmit", "worker", "process"];
