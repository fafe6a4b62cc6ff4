/**
 * Turns the flags of a command about runs into the directories it looks at.
 *
 * @module
 */
import { readPidFile } from "../../ownership/pid_file.ts";
import type { DirCommand } from "../parse/command_line.ts";
import { type Places, placesOf } from "./directories.ts";

/**
 * Finds the directories of a command about runs: one that does not name the artifact root means
 * the run of the pid file as well, wherever its artifacts are.
 *
 * @param parsed the parsed command line
 * @returns absolute paths; nothing need exist
 */
export function placesOfRuns(parsed: DirCommand): Places {
  const places = placesOf(parsed);
  if (parsed.flags.artifactDir) return places;
  const state = readPidFile(places.privateDataDir);
  const dir = state.kind === "alive" || state.kind === "dead"
    ? state.record?.artifactDir
    : undefined;
  const root = dir?.slice(0, dir.lastIndexOf("/"));
  return root === places.artifactRoot ? places : { ...places, otherRoot: root };
}
