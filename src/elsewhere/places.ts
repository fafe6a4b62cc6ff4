/**
 * Where the runs of a private data directory are.
 *
 * @module
 */
import { kindOfPath } from "../config/inputs/private_data_dir.ts";

/** Where runs are looked for, all absolute. */
export interface Places {
  /** The private data directory. */
  readonly privateDataDir: string;
  /** Directory of all artifact directories. */
  readonly artifactRoot: string;
  /** Where the background run of the pid file is, when that is elsewhere (`--artifact-dir`). */
  readonly otherRoot?: string | undefined;
}

/**
 * Finds the artifact directory of an ident.
 *
 * @param places the directories of the command
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
