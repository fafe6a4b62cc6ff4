/**
 * The command `logs`: a run's output or events so far, and on until its end.
 *
 * @module
 */
import { ARTIFACT } from "../../artifacts/layout.ts";
import { readGrowing } from "../../artifacts/growing_file.ts";
import { readPastRun } from "../../artifacts/past_run.ts";
import { listRuns, readRun, type RunEntry } from "../../artifacts/run_list.ts";
import type { RunState } from "../../artifacts/run_state.ts";
import { RunnerError } from "../../errors.ts";
import { exists } from "../../internal/file_system.ts";
import type { DirCommand } from "../parse/command_line.ts";
import { sweep } from "../runs/clear_dead.ts";
import { artifactDirOf, type Places } from "../runs/directories.ts";
import { placesOfRuns } from "../runs/run_places.ts";
import { noSuchRun } from "./status.ts";
import { outputError } from "../terminal/print.ts";
import { currentRun } from "./stop.ts";

/**
 * Prints the output of a run, or its events.
 *
 * @returns the exit code
 * @throws {RunnerError} when there is no such run, or it keeps no output
 */
export async function logs(parsed: DirCommand): Promise<number> {
  const places = placesOfRuns(parsed);
  await sweep(places, { ident: parsed.flags.ident, repair: true });
  const run = findRun(places, parsed.flags.ident);
  const state = readPastRun(run.dir, { follow: parsed.flags.follow === true });
  const isEvents = parsed.flags.jsonMode === true;
  try {
    for await (const bytes of isEvents ? eventLines(state) : outputOf(state, run.dir)) {
      await writeToStdout(bytes);
    }
  } catch (error) {
    // Whoever read us has seen enough.
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
  }
  if (!hasAny(run.dir, isEvents ? [ARTIFACT.events, ARTIFACT.journal] : [ARTIFACT.stdout])) {
    throw new RunnerError("run.no_output", `Run "${run.ident}" keeps no output`);
  }
  return 0;
}

function findRun(places: Places, ident: string | undefined): RunEntry {
  const dir = ident === undefined ? currentRun(places)?.artifactDir : artifactDirOf(places, ident);
  const run = dir === undefined && ident === undefined
    ? listRuns(places.artifactRoot).at(-1)
    : readRun(dir ?? "");
  if (run !== undefined) return run;
  if (ident !== undefined) throw noSuchRun(ident, places.artifactRoot);
  throw new RunnerError("run.unknown", `Cannot find a run in "${places.artifactRoot}"`);
}

function outputOf(state: RunState, dir: string): AsyncIterable<Uint8Array> {
  return readGrowing(() => `${dir}/${ARTIFACT.stdout}`, state.output);
}

async function* eventLines(state: RunState): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  for await (const text of state.events.texts()) yield encoder.encode(text.trimEnd() + "\n");
}

function hasAny(dir: string, names: readonly string[]): boolean {
  return names.some((name) => exists(`${dir}/${name}`));
}

async function writeToStdout(bytes: Uint8Array): Promise<void> {
  try {
    for (let at = 0; at < bytes.length;) at += await Deno.stdout.write(bytes.subarray(at));
  } catch (error) {
    throw error instanceof Deno.errors.BrokenPipe ? error : outputError(error);
  }
}
