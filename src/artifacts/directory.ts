/**
 * Makes and clears artifact directories, and rotates old ones away.
 *
 * @module
 */
import { ConfigError } from "../errors.ts";
import { ARTIFACT, TRACES } from "../run_layout.ts";
import { LinkError, makePrivateDir } from "./writer.ts";
import { whyFileUnsafe } from "../config/inputs/trusted_directories.ts";
import { describeOsError, exists, isDirectory, mtimeOf } from "../internal/file_system.ts";
import { parentOf } from "../internal/paths.ts";
import { hasLiveOwner, listDirectories } from "../ownership/owner_record.ts";

/** Where a run's artifacts are to be. */
export interface ArtifactPlace {
  /** Directory of all artifact directories. */
  readonly artifactRoot: string;
  /** Name of the run's directory. */
  readonly ident: string;
  /** What keeps the run's jobs from other places, which a link that one of them made would lead to. */
  readonly isolation?: unknown;
}

/** What is accepted, and who is told. */
export interface MakeOptions {
  /** Whether directories that others may write to are accepted. @default {false} */
  readonly allowUnsafe?: boolean;
  /** Takes a warning. @default {nobody} */
  readonly warn?: (message: string) => void;
}

/**
 * Makes the artifact root and a run's directory in it (0700 both). The root may be a link of our own
 * to a directory of our own, unless jobs are kept from where it leads.
 *
 * @returns disposed when the run is over, or could not be made: takes away what was made, if it is empty
 * @throws {ConfigError} when it cannot be made, or what is there is not to be trusted
 */
export function makeArtifactDir(place: ArtifactPlace, options: MakeOptions = {}): Disposable {
  const root = place.artifactRoot;
  const dir = `${root}/${place.ident}`;
  using made = new DisposableStack();
  try {
    Deno.mkdirSync(parentOf(root), { recursive: true, mode: 0o700 });
    const isFollowed = place.isolation === undefined && isOwnLink(root, options);
    for (const path of isFollowed ? [dir] : [root, dir]) {
      if (makePrivateDir(path, options)) made.defer(() => removeEmptyDir(path));
    }
    if (options.allowUnsafe !== true) {
      checkRoot(root);
      checkOwner(dir);
    }
  } catch (error) {
    throw new ConfigError(
      "config.artifact_dir",
      `Cannot make artifact dir "${dir}": ${describeOsError(error)}`,
      { cause: error, ...hintFor(error) },
    );
  }
  return made.move();
}

/** A link that somebody else could have made, or that leads where he may write, is not followed. */
function isOwnLink(root: string, { allowUnsafe }: MakeOptions): boolean {
  if (isDirectory(root) || !isDirectory(root, { followLinks: true })) return false;
  const { uid } = Deno.lstatSync(root);
  if (uid !== Deno.uid() && uid !== 0) return false;
  const reason = allowUnsafe === true ? undefined : whyFileUnsafe(root);
  if (reason === undefined) return true;
  throw new Error(`"${root}" is a link to "${Deno.realPathSync(root)}": ${reason}`);
}

/** Whoever may rename our directory away could put a link in its place. */
function checkRoot(root: string): void {
  const mode = Deno.statSync(root).mode ?? 0;
  const isSticky = (mode & 0o1000) !== 0;
  if ((mode & 0o002) !== 0 && !isSticky) throw new Error(`everybody may write to "${root}"`);
}

/** A directory in which others may have planted links is no place for our files. */
function checkOwner(dir: string): void {
  const { mode, uid } = Deno.lstatSync(dir);
  if (((mode ?? 0) & 0o002) !== 0) throw new Error("everybody may write to it");
  const ours = Deno.uid();
  if (uid !== ours && uid !== 0 && Deno.gid() !== 0) {
    throw new Error(`it belongs to another user (uid ${uid})`);
  }
}

function hintFor(error: unknown): { hint?: string } {
  return error instanceof LinkError
    ? { hint: "Name the directory that it leads to with --artifact-dir" }
    : {};
}

function removeEmptyDir(path: string): void {
  try {
    if (Deno.lstatSync(path).isDirectory) Deno.removeSync(path);
  } catch {
    // Not empty, as usual.
  }
}

/**
 * Removes what an earlier run with the same ident wrote; never fact_cache/, which callers seed, nor
 * files that we do not know.
 *
 * @param dir an artifact directory that is ours
 */
export function removeOldArtifacts(dir: string): void {
  const written = new Set<string>(Object.values(ARTIFACT));
  // Nearly always there is nothing, and to look for each name takes longer than to ask for all.
  for (const { name } of Deno.readDirSync(dir)) {
    if (written.has(name)) removeIfThere(`${dir}/${name}`);
  }
}

/** Removes what a run made that could not begin. */
export function removeHalfMade(dir: string): void {
  try {
    removeOldArtifacts(dir);
  } catch {
    // What the system refuses now it may allow the next run.
  }
}

/**
 * Keeps the newest artifact directories.
 *
 * @param root directory of all artifact directories
 * @param options how many to keep, and the ident that counts as newest
 */
export function rotateArtifacts(root: string, options: { keep: number; current: string }): void {
  const { keep, current } = options;
  if (keep <= 0) return;
  const idents = listDirectories(root).filter((ident) => ident !== current);
  // Nothing is looked at while there is room for all.
  if (idents.length < keep) return;
  const dirs = idents.map((ident) => `${root}/${ident}`)
    // Undefined when another run that starts right now has just rotated it away.
    .map((dir) => ({ dir, mtime: mtimeOf(dir) ?? Infinity }))
    .sort((a, b) => b.mtime - a.mtime);
  let kept = 1;
  for (const { dir } of dirs) {
    if (!isRunDir(dir)) continue;
    if (kept < keep) kept++;
    else if (!hasLiveOwner(dir)) removeIfThere(dir);
  }
}

function isRunDir(dir: string): boolean {
  return TRACES.some((name) => exists(`${dir}/${name}`));
}

function removeIfThere(path: string): void {
  try {
    Deno.removeSync(path, { recursive: true });
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
