/**
 * Turns `stop` and `is-alive` into signals to, and facts about, background runs.
 *
 * No process is ever signalled unless pid, start time and boot prove it to be the runner of a run.
 *
 * @module
 */
import { PID_FILE } from "../../artifacts/layout.ts";
import { DEFAULT_GRACE_MS } from "../../end_reason.ts";
import { RunnerError } from "../../errors.ts";
import { isVisible } from "../../ownership/identity.ts";
import { isOwnerAlive, readOwner } from "../../ownership/owner_record.ts";
import {
  isRecordAlive,
  listBackgroundRuns,
  type PidFileState,
  type PidRecord,
  readPidFile,
  readRunRecord,
} from "../../ownership/pid_file.ts";
import { isProven } from "../../ownership/runner_process.ts";
import { removeQuietly } from "../../internal/atomic_write.ts";
import { terminate } from "../../process/terminate.ts";
import type { DirCommand } from "../parse/command_line.ts";
import { artifactDirOf, type Places } from "../runs/directories.ts";
import { STOP_SIGNAL } from "../terminal/signals.ts";
import { printDiagnostic } from "../terminal/print.ts";
import { placesOfRuns } from "../runs/run_places.ts";
import { sweep } from "../runs/clear_dead.ts";

/** How long a runner may take to end beyond the grace period it gives its processes, in milliseconds. */
const PATIENCE_MS = 8000;

/** How long a runner may take to end once it was told to hurry, in milliseconds. */
const HURRY_MS = 4000;

/**
 * Tells whether a run is alive; without ident whether a background run is.
 *
 * @param parsed the parsed command line
 * @returns exit code 0: alive, 1: not
 */
export async function isAlive(parsed: DirCommand): Promise<number> {
  const places = placesOfRuns(parsed);
  const { ident } = parsed.flags;
  await sweep(places, { ident, repair: true });
  if (ident === undefined) return currentRun(places) === undefined ? 1 : 0;
  const dir = artifactDirOf(places, ident);
  const owner = dir === undefined ? undefined : readOwner(dir);
  return owner !== undefined && isOwnerAlive(owner) ? 0 : 1;
}

/**
 * Ends a background run and waits until nothing of it is left.
 *
 * @param parsed the parsed command line
 * @returns exit code 0: ended, 1: there was none
 * @throws {RunnerError} when it cannot be ended
 */
export async function stop(parsed: DirCommand): Promise<number> {
  const places = placesOfRuns(parsed);
  const { ident } = parsed.flags;
  const before = readPidFile(places.privateDataDir);
  const cleared = await sweep(places, { ident, repair: true });
  const record = ident === undefined ? currentRun(places) : namedRun(places, ident);
  if (record === undefined) return sayWhyNot(places, { ident, before, cleared });
  await end(record, places);
  return 0;
}

/** The run that commands without ident mean: the pid file's, else the latest. */
export function currentRun(places: Places): PidRecord | undefined {
  const state = readPidFile(places.privateDataDir);
  return state.kind === "alive" ? state.record : listBackgroundRuns(places.artifactRoot)[0];
}

function namedRun(places: Places, ident: string): PidRecord | undefined {
  const dir = artifactDirOf(places, ident);
  const record = dir === undefined ? undefined : readRunRecord(dir);
  return record !== undefined && isRecordAlive(record) ? record : undefined;
}

async function end(record: PidRecord, places: Places): Promise<void> {
  const owner = record.artifactDir === undefined ? undefined : readOwner(record.artifactDir);
  // The word of a record that a job can write ends nothing.
  const marker = owner?.isPrivate === true ? owner.marker : undefined;
  const steps = [
    [STOP_SIGNAL, (record.graceMs ?? DEFAULT_GRACE_MS) + PATIENCE_MS],
    // The second signal: no more grace.
    ["SIGINT", HURRY_MS],
    ["SIGKILL", HURRY_MS],
  ] as const;
  let isGone = false;
  for (const [signal, patience] of steps) {
    signalProven(record, signal);
    isGone = await waitUntilGone(record, patience);
    if (isGone) break;
  }
  if (!isGone) {
    throw new RunnerError(
      "background.stuck",
      `Cannot stop: pid ${record.pid} is still alive after SIGKILL`,
    );
  }
  if (marker !== undefined) await terminate({ roots: [], marker }, { graceMs: 0 });
  // Only a runner that had to be killed leaves anything.
  const ident = record.artifactDir?.slice(record.artifactDir.lastIndexOf("/") + 1);
  await sweep(places, { ident, repair: true, reason: { reason: "canceled", by: "stop" } });
}

function signalProven(process: PidRecord, signal: Deno.Signal): void {
  if (!isRecordAlive(process)) return;
  if (!isVisible(process)) {
    const { pid, host } = process;
    const text =
      `Cannot stop pid ${pid}: it is in another container, or on another host ("${host}")`;
    throw new RunnerError("background.signal", text);
  }
  refuseForged(process);
  try {
    Deno.kill(process.pid, signal);
    // A stopped process takes no TERM before it goes on.
    if (signal !== "SIGKILL") Deno.kill(process.pid, "SIGCONT");
  } catch (error) {
    if (!isRecordAlive(process)) return;
    const text = error instanceof Error ? error.message : String(error);
    throw new RunnerError("background.signal", `Cannot stop pid ${process.pid}: ${text}`, {
      cause: error,
    });
  }
}

/** A record can name any process: it is believed only of a process of whoever wrote it, or from root. */
function refuseForged(record: PidRecord): void {
  const { pid, writtenBy } = record;
  if (!isProven(record)) {
    const text = `Cannot stop pid ${pid}: nothing proves that it is the runner of this run`;
    throw new RunnerError("background.signal", text);
  }
  const uid = uidOf(pid);
  if (writtenBy === undefined || writtenBy === 0 || uid === undefined || writtenBy === uid) return;
  const text = `Cannot stop pid ${pid}: its record was written by another user (uid ${writtenBy})`;
  throw new RunnerError("background.signal", text);
}

function uidOf(pid: number): number | undefined {
  try {
    return Deno.statSync(`/proc/${pid}`).uid ?? undefined;
  } catch {
    return undefined;
  }
}

async function waitUntilGone(process: PidRecord, patienceMs: number): Promise<boolean> {
  const deadline = performance.now() + patienceMs;
  while (isRecordAlive(process)) {
    if (performance.now() > deadline) return false;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return true;
}

interface Missing {
  readonly ident: string | undefined;
  readonly before: PidFileState;
  readonly cleared: readonly string[];
}

/** Contract: a pid file whose process is gone is no failure; no pid file is. */
function sayWhyNot(places: Places, { ident, before, cleared }: Missing): number {
  const { privateDataDir } = places;
  if (ident !== undefined) {
    const dir = artifactDirOf(places, ident);
    if (cleared.includes(ident)) {
      printDiagnostic(`Run "${ident}" had lost its runner: what it left is cleared`);
      return 0;
    }
    const owner = dir === undefined ? undefined : readOwner(dir);
    if (owner === undefined || !isOwnerAlive(owner)) {
      throw notRunning(`Cannot stop run "${ident}": it is not running`);
    }
    throw notRunning(`Cannot stop run "${ident}": it runs in the foreground (pid ${owner.pid})`);
  }
  switch (before.kind) {
    case "dead":
      if (before.record === undefined) removeQuietly(`${privateDataDir}/${PID_FILE}`);
      printDiagnostic(`Runner ${before.pid} was dead already: what it left is cleared`);
      return 0;
    case "foreign":
      throw notRunning(
        `Cannot stop pid ${before.pid} of "${privateDataDir}/${PID_FILE}": it is not known to be a run`,
      );
    case "garbage":
      throw notRunning(`Cannot read "${privateDataDir}/${PID_FILE}": expected a process id`);
    default:
      throw notRunning(`Cannot stop: nothing runs in the background of "${privateDataDir}"`);
  }
}

function notRunning(message: string): RunnerError {
  return new RunnerError("background.not_running", message);
}
