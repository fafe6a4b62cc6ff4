/**
 * Finds the run that a command about one run is about.
 *
 * @module
 */
import { readRun, type RunEntry } from "../../artifacts/run_list.ts";
import { RunnerError } from "../../errors.ts";
import { recentRuns } from "../../history/recent_runs.ts";
import { currentRun } from "../../elsewhere/stop_run.ts";
import type { DirCommand } from "../parse/command_line.ts";
import { sweep } from "../../elsewhere/clear_dead.ts";
import { artifactDirOf, type Places } from "../../elsewhere/places.ts";
import { placesOfRuns } from "./run_places.ts";

/**
 * Finds the run of `-i`; without it the one in the background, else the latest.
 *
 * @throws {RunnerError} when there is none
 */
export async function findRun(parsed: DirCommand): Promise<RunEntry> {
  const places = placesOfRuns(parsed);
  const { ident } = parsed.flags;
  await sweep(places, { ident, repair: true });
  return runOf(places, ident);
}

/** Finds one run of several; see {@linkcode findRun}. */
export function runOf(places: Places, ident: string | undefined): RunEntry {
  const dir = ident === undefined
    ? currentRun(places)?.artifactDir ?? recentRuns(places.artifactRoot, { last: 1 })[0]?.dir
    : artifactDirOf(places, ident);
  const run = dir === undefined ? undefined : readRun(dir);
  if (run !== undefined) return run;
  if (ident !== undefined) throw noSuchRun(ident, places.artifactRoot);
  throw new RunnerError("run.unknown", `Cannot find a run in "${places.artifactRoot}"`);
}

/**
 * Says that there is no such run.
 *
 * @param artifactRoot where it was looked for
 */
export function noSuchRun(ident: string, artifactRoot: string): RunnerError {
  return new RunnerError("run.unknown", `Cannot find run "${ident}" in "${artifactRoot}"`);
}
