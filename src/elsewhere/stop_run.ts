/**
 * Ends background runs of other processes.
 *
 * No process is ever signalled unless pid, start time and boot prove it to be the runner of a run.
 *
 * @module
 */
import { DEFAULT_GRACE_MS, STOP_SIGNAL } from "../end_reason.ts";
import { messageOf, RunnerError } from "../errors.ts";
import { ownerOf } from "../internal/file_system.ts";
import { baseName, parentOf } from "../internal/paths.ts";
import { sleep } from "../internal/sleep.ts";
import { isVisible } from "../ownership/identity.ts";
import { isOwnerAlive, readOwner } from "../ownership/owner_record.ts";
import {
  isRecordAlive,
  listBackgroundRuns,
  type PidRecord,
  readPidFile,
  readRunRecord,
} from "../ownership/pid_file.ts";
import { isProven } from "../ownership/runner_process.ts";
import { terminate } from "../process/terminate.ts";
import { sweep } from "./clear_dead.ts";
import { artifactDirOf, type Places } from "./places.ts";

/** How long a runner may take to end beyond the grace period it gives its processes, in milliseconds. */
const PATIENCE_MS = 8000;

/** How long a runner may take to end once it was told to hurry, in milliseconds. */
const HURRY_MS = 4000;

/** The run that commands without ident mean: the pid file's, else the latest. */
export function currentRun(places: Places): PidRecord | undefined {
  const state = readPidFile(places.privateDataDir);
  return state.kind === "alive" ? state.record : listBackgroundRuns(places.artifactRoot)[0];
}

/** The background run of an ident, if it lives. */
export function namedRun(places: Places, ident: string): PidRecord | undefined {
  const dir = artifactDirOf(places, ident);
  const record = dir === undefined ? undefined : readRunRecord(dir);
  return record !== undefined && isRecordAlive(record) ? record : undefined;
}

/**
 * Ends the run of an artifact directory, unless it has ended.
 *
 * @throws {RunnerError} when it runs in the foreground of a process, which may do other things
 */
export async function stopRunIn(artifactDir: string): Promise<void> {
  const owner = readOwner(artifactDir);
  if (owner === undefined || !isOwnerAlive(owner)) return;
  const record = readRunRecord(artifactDir);
  const artifactRoot = parentOf(artifactDir);
  const privateDataDir = parentOf(artifactRoot);
  if (record !== undefined) return await endRun(record, { privateDataDir, artifactRoot });
  const ident = artifactDir.slice(artifactRoot.length + 1);
  throw new RunnerError(
    "background.not_running",
    `Cannot stop run "${ident}": it runs in the foreground (pid ${owner.pid})`,
  );
}

/**
 * Ends a background run and waits until nothing of it is left.
 *
 * @throws {RunnerError} when it cannot be ended
 */
export async function endRun(record: PidRecord, places: Places): Promise<void> {
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
  const ident = record.artifactDir === undefined ? undefined : baseName(record.artifactDir);
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
    const text = messageOf(error);
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
  const uid = ownerOf(`/proc/${pid}`);
  if (writtenBy === undefined || writtenBy === 0 || uid === undefined || writtenBy === uid) return;
  const text = `Cannot stop pid ${pid}: its record was written by another user (uid ${writtenBy})`;
  throw new RunnerError("background.signal", text);
}

async function waitUntilGone(process: PidRecord, patienceMs: number): Promise<boolean> {
  const deadline = performance.now() + patienceMs;
  while (isRecordAlive(process)) {
    if (performance.now() > deadline) return false;
    await sleep(10);
  }
  return true;
}
