/**
 * The layout of `artifacts/<ident>`: the one place that knows the names in it.
 *
 * @module
 */

/** Name of the directory of all artifact directories, in a private data dir. */
export const ARTIFACT_ROOT = "artifacts";

/** Names in an artifact directory: what callers find when the run has ended. */
export const ARTIFACT = {
  /** What was started, as JSON. */
  command: "command",
  stdout: "stdout",
  stderr: "stderr",
  rc: "rc",
  status: "status",
  /** Why the run ended, as JSON. */
  reason: "reason",
  /** All events, one JSON line each (`event_store: jsonl`). */
  journal: "events.jsonl",
  /** What emitters have delivered, a file each, while something is left. */
  delivery: "delivery",
  /** A file for each event. */
  events: "job_events",
} as const;

/** Files in a live run's directory that are no artifacts. */
export const PID_FILE = "pid";

/** Environment of a container, for its engine. */
export const ENV_LIST = "env.list";

/** Fact cache of a run, unless settings name another. */
export const FACT_CACHE = "fact_cache";

/** Name of the run's private scratch directory in its artifact directory. */
export const SCRATCH_NAME = ".run";

/** Names in the scratch directory. */
export const SCRATCH = {
  /** Who runs the run, and holds a lock on this. */
  owner: "owner",
  /** What must not outlive the run elsewhere. */
  remains: "remains",
  /** Bodies of events, written by the callback plugin. */
  spool: "spool",
  /** Output that waits for a handler. */
  backlog: "backlog",
  /** An event's file while it is written. */
  event: "event",
  /** Directory of the callback plugin. */
  callback: "callback",
  /** Directory of what Python imports before Ansible. */
  python: "python",
  launcher: "launcher.py",
  /** What the launcher starts. */
  launch: "launch",
  /** How the program on the terminal ended. */
  ended: "ended",
} as const;

/** On a full disk these make room for how the run ended: only a live program needs them. */
export const DISPENSABLE: readonly string[] = [
  SCRATCH.spool,
  SCRATCH.backlog,
  SCRATCH.callback,
  SCRATCH.launcher,
];

/** A directory that a run wrote has at least one of these. */
export const TRACES: readonly string[] = [
  ARTIFACT.command,
  ARTIFACT.events,
  ARTIFACT.journal,
  ARTIFACT.stdout,
  ARTIFACT.rc,
];

/** Which event a file has. */
export interface EventFile {
  readonly counter: number;
  readonly uuid: string;
}

/** Name of an event's file. */
export function eventFileName(counter: number, uuid: string): string {
  return `${counter}-${uuid}.json`;
}

/** Reads the name of an event's file; the original leaves `<uuid>-partial.json` behind when killed. */
export function parseEventFileName(name: string): EventFile | undefined {
  const [, counter, uuid] = /^(\d{1,9})-(.+)\.json$/.exec(name) ?? [];
  return uuid === undefined ? undefined : { counter: Number(counter), uuid };
}
