/**
 * The directories that a command works on, by its flags.
 *
 * @module
 */
import { ARTIFACT_ROOT } from "../../run_layout.ts";
import { makeAbsolute } from "../../internal/paths.ts";
import type { Places } from "../../elsewhere/places.ts";
import type { DirCommand } from "../parse/command_line.ts";
import { workingDirectory } from "../../internal/working_directory.ts";

/**
 * Finds the directories of a command.
 *
 * @returns absolute paths; nothing need exist
 */
export function placesOf(parsed: DirCommand): Places {
  const cwd = workingDirectory();
  const privateDataDir = makeAbsolute(parsed.privateDataDir, cwd);
  const { artifactDir } = parsed.flags;
  const artifactRoot = artifactDir === undefined || artifactDir === ""
    ? `${privateDataDir}/${ARTIFACT_ROOT}`
    : makeAbsolute(artifactDir, cwd);
  return { privateDataDir, artifactRoot };
}
