/**
 * Turns the flags of a command into the directories it works on.
 *
 * @module
 */
import { ARTIFACT_ROOT } from "../../artifacts/layout.ts";
import { kindOfPath } from "../../config/inputs/private_data_dir.ts";
import { makeAbsolute } from "../../config/resolve.ts";
import type { DirCommand } from "../parse/command_line.ts";

/** Where a command looks, all absolute. */
export interface Places {
  /** The private data directory. */
  readonly privateDataDir: string;
  /** Directory of all artifact directories. */
  readonly artifactRoot: string;
  /** Where the background run of the pid file is, when that is elsewhere (`--artifact-dir`). */
  readonly otherRoot?: string | undefined;
}

/**
 * Finds the directories of a command.
 *
 * @param parsed the parsed command line
 * @returns absolute paths; nothing need exist
 */
export function placesOf(parsed: DirCommand): Places {
  const cwd = Deno.cwd();
  const privateDataDir = makeAbsolute(parsed.privateDataDir, cwd);
  const { artifactDir } = parsed.flags;
  const artifactRoot = artifactDir === undefined || artifactDir === ""
    ? `${privateDataDir}/${ARTIFACT_ROOT}`
    : makeAbsolute(artifactDir, cwd);
  return { privateDataDir, artifactRoot };
}

/**
 * Finds the artifact directory of an ident.
 *
 * @param places the directories of the command
 * @param ident as typed
 * @returns its path, or undefined when no run can have that ident
 */
export function artifactDirOf(places: Places, ident: string): string | undefined {
  if (!isIdent(ident)) return undefined;
  const other = `${places.otherRoot}/${ident}`;
  const isThere = places.otherRoot !== undefined && kindOfPath(other) === "dir";
  return isThere ? other : `${places.artifactRoot}/${ident}`;
}

/** Whether a run can have this ident. */
export function isIdent(ident: string): boolean {
  return ident !== "" && ident !== "." && ident !== ".." && !ident.includes("/");
}
