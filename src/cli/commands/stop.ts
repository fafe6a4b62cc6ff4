/**
 * The commands `stop` and `is-alive`: signals to, and facts about, background runs.
 *
 * No process is ever signalled unless pid, start time and boot prove it to be the runner of a run.
 *
 * @module
 */
import { PID_FILE } from "../../run_layout.ts";
import { RunnerError } from "../../errors.ts";
import { isOwnerAlive, readOwner } from "../../ownership/owner_record.ts";
import { type PidFileState, readPidFile } from "../../ownership/pid_file.ts";
import { removeQuietly } from "../../internal/atomic_write.ts";
import { currentRun, endRun, namedRun } from "../../elsewhere/stop_run.ts";
import type { DirCommand } from "../parse/command_line.ts";
import { artifactDirOf, type Places } from "../../elsewhere/places.ts";
import { printDiagnostic } from "../terminal/print.ts";
import { placesOfRuns } from "../runs/run_places.ts";
import { sweep } from "../../elsewhere/clear_dead.ts";

/**
 * Tells whether a run is alive; without ident whether a background run is.
 *
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
  await endRun(record, places);
  return 0;
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
