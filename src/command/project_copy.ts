/**
 * Copies a project directory for one run.
 *
 * @module
 * @see manual of ansible-runner, "Running with Directory Isolation"
 */
import { INCOMPLETE_SUFFIX, kindOfRemains, REMAINS_PREFIX } from "../remains.ts";
import { IsolationError } from "../errors.ts";
import { callerPath, findProgram, runProgram } from "../internal/programs.ts";
import { describeOsError, isDirectory } from "../internal/file_system.ts";
import { tryChmod } from "../internal/atomic_write.ts";
import { makeAbsolute } from "../internal/paths.ts";
import { removeTree } from "../internal/remove_tree.ts";
import { workingDirectory } from "../internal/working_directory.ts";

/** What is copied where. */
export interface DirectoryIsolationOptions {
  /** The project; need not exist, the copy is empty then. */
  readonly projectDir: string;
  /** Where the copy is made (`directory_isolation_base_path`); made (0700) when missing. */
  readonly basePath: string;
  /** Whether the copy stays after the run (`directory_isolation_cleanup: false`). @default {false} */
  readonly keep?: boolean;
  /** Told the copy's path before it is made, for {@linkcode removeIsolatedProject} after a crash. */
  readonly noteRemains?: (path: string) => void;
  /** Ends the copying; what is there by then is the copy. */
  readonly signal?: AbortSignal | undefined;
  /** Where `cp` is looked up. @default {PATH of our environment} */
  readonly searchPath?: string;
}

/** A copy of a project. */
export interface IsolatedProject extends Disposable {
  /** The copy (0700), working directory of the run; removed on dispose unless it is to be kept. */
  readonly path: string;
}

/**
 * Copies the project. Symbolic links stay links, owners, modes and times stay as they are. The base
 * path is never removed or emptied, and neither is anything else in it.
 *
 * @returns the copy; dispose it after the run
 * @throws {IsolationError} when the base path cannot be used or something cannot be copied
 */
export async function isolateProject(options: DirectoryIsolationOptions): Promise<IsolatedProject> {
  // `cp` starts elsewhere.
  const base = makeAbsolute(options.basePath, workingDirectory());
  makeBase(base);
  const path = `${base}/${REMAINS_PREFIX.project}${randomHex()}`;
  options.noteRemains?.(path);
  // The copy gets the mode of the project when cp is done with it: until we have changed that, a
  // directory around it keeps others out.
  const around = path + INCOMPLETE_SUFFIX;
  makeDir(around);
  try {
    if (isDirectory(options.projectDir, { followLinks: true })) {
      await copy(options, `${around}/copy`);
    }
    Deno.mkdirSync(`${around}/copy`, { recursive: true });
    tryChmod(`${around}/copy`, 0o700);
    Deno.renameSync(`${around}/copy`, path);
  } finally {
    removeTree(around);
  }
  return { path, [Symbol.dispose]: () => void (options.keep === true || removeTree(path)) };
}

/**
 * Removes the copy that a killed run left.
 *
 * @param path the copy; anything that is not named as one is left alone
 */
export function removeIsolatedProject(path: string): void {
  if (kindOfRemains(path) !== "project") return;
  removeTree(path);
  removeTree(path + INCOMPLETE_SUFFIX);
}

/** `cp` copies what Deno cannot: names that are not UTF-8, hard links, pipes. It is faster as well. */
async function copy(options: DirectoryIsolationOptions, target: string): Promise<void> {
  const path = options.searchPath ?? callerPath();
  const cp = findProgram("cp", path) ?? "/bin/cp";
  const { code, stderr } = await runProgram([cp, "-a", "--", `${options.projectDir}/.`, target], {
    env: { PATH: path, LC_ALL: "C" },
    signal: options.signal,
  });
  if (code === 0 || options.signal?.aborted) return;
  throw new IsolationError(
    "isolation.copy",
    `Cannot copy the project "${options.projectDir}": ${firstLine(stderr)}`,
  );
}

function firstLine(stderr: string): string {
  return (stderr.trim().split("\n")[0] ?? "").replace(/^\S*cp: /, "");
}

function makeBase(base: string): void {
  if (isDirectory(base, { followLinks: true })) return;
  try {
    makeDir(base);
  } catch (error) {
    // Another run may have made it just now.
    if (!isDirectory(base, { followLinks: true })) throw error;
  }
}

function makeDir(path: string): void {
  try {
    Deno.mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    throw new IsolationError(
      "isolation.base_path",
      `Cannot make "${path}" (directory_isolation_base_path): ${describeOsError(error)}`,
      { cause: error },
    );
  }
}

function randomHex(): string {
  return crypto.randomUUID().replaceAll("-", "").slice(0, 16);
}
