/**
 * The directories that a command about runs looks at, by its flags.
 *
 * @module
 */
import { readPidFile } from "../../ownership/pid_file.ts";
import { ARTIFACT } from "../../run_layout.ts";
import { RunnerError } from "../../errors.ts";
import { parentOf } from "../../internal/paths.ts";
import type { DirCommand } from "../parse/command_line.ts";
import { artifactDirOf, type Places } from "../../elsewhere/places.ts";
import { placesOf } from "./directories.ts";

/**
 * Finds the directories of a command about runs: one that does not name the artifact root means
 * the run of the pid file as well, wherever its artifacts are.
 *
 * @returns absolute paths; nothing need exist
 * @throws {RunnerError} when one is there and may not be looked into: that is not "no runs"
 */
export function placesOfRuns(parsed: DirCommand): Places {
  const places = placesOf(parsed);
  const { ident } = parsed.flags;
  refuseHidden(places.privateDataDir);
  refuseHidden(places.artifactRoot);
  const named = ident === undefined ? undefined : artifactDirOf(places, ident);
  if (named !== undefined) refuseHiddenRun(named);
  if (parsed.flags.artifactDir) return places;
  const state = readPidFile(places.privateDataDir);
  const dir = state.kind === "alive" || state.kind === "dead"
    ? state.record?.artifactDir
    : undefined;
  const root = dir === undefined ? undefined : parentOf(dir);
  return root === places.artifactRoot ? places : { ...places, otherRoot: root };
}

/**
 * Refuses a run that is there and may not be read.
 *
 * @param dir its artifact directory; need not exist
 * @throws {RunnerError} when it may not
 */
export function refuseHiddenRun(dir: string): void {
  refuseHidden(dir);
  refuseHidden(`${dir}/${ARTIFACT.status}`);
}

function refuseHidden(path: string): void {
  try {
    const { isFile, isDirectory } = Deno.lstatSync(path);
    // What a named pipe has to say is not waited for.
    if (isFile || isDirectory) Deno.openSync(path).close();
    if (isDirectory) Deno.lstatSync(`${path}/.`);
  } catch (cause) {
    if (!(cause instanceof Deno.errors.PermissionDenied)) return;
    throw new RunnerError("artifacts.unreadable", `Cannot read "${path}": permission denied`, {
      cause,
    });
  }
}
