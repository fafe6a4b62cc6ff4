/**
 * What the command line can do with runs of other processes, for programs.
 *
 * @module
 */
import { ARTIFACT_ROOT } from "../run_layout.ts";
import { RunnerError } from "../errors.ts";
import { makeAbsolute } from "../internal/paths.ts";
import { PATH, TEXT } from "./caller/option_kinds.ts";
import { checkOptions, pathOf } from "./caller/take_options.ts";
import type { Places } from "../elsewhere/places.ts";
import { workingDirectory } from "../internal/working_directory.ts";

/** Which runs are meant. */
export interface RunsOptions {
  /** Root of the artifact directories. @default {"<pdd>/artifacts"} */
  readonly artifactDir?: string | URL | undefined;
  /** Name of one run. @default {the one in the background} */
  readonly ident?: string | undefined;
}

/** A run, live or past. */
export interface ListedRun {
  /** Name of its artifact directory. */
  readonly ident: string;
  /** Its artifact directory, for `Runner.fromArtifacts`. */
  readonly artifactDir: string;
  /** `running`, the word of its status file, or `unknown`. */
  readonly status: string;
  /** Exit code; undefined while it runs, or when none was written. */
  readonly rc: number | undefined;
  /** Since when it has this status. */
  readonly since: Date;
  /** Why it ended, in words; undefined when it exited by itself. */
  readonly reason: string | undefined;
  /** Pid of the process that runs it, while it is alive. */
  readonly pid: number | undefined;
}

/**
 * Lists the runs of a private data directory, those alive last.
 *
 * @param privateDataDir the directory; need not exist
 * @param options where its artifacts are; `ident` lists that run alone
 * @returns the runs
 *
 * @example
 * ```ts
 * import { listRuns } from "@ansible-runner/ansible-runner";
 *
 * for (const { ident, status, rc } of await listRuns("demo")) console.log(ident, status, rc);
 * ```
 */
export async function listRuns(
  privateDataDir: string | URL,
  options: RunsOptions = {},
): Promise<ListedRun[]> {
  const { artifactRoot } = placesOf(privateDataDir, options);
  const { ident: wanted } = options;
  const { readRun } = await import("../artifacts/run_list.ts");
  const { listDirectories } = await import("../ownership/owner_record.ts");
  const idents = listDirectories(artifactRoot)
    .filter((ident) => wanted === undefined || ident === wanted);
  const found = idents.map((ident) => readRun(`${artifactRoot}/${ident}`))
    .filter((run) => run !== undefined)
    .sort((a, b) =>
      Number(a.owner !== undefined) - Number(b.owner !== undefined) || a.since - b.since
    );
  return found.map(
    ({ ident, dir, status, rc, since, reason, owner }) => ({
      ident,
      artifactDir: dir,
      status,
      rc: rc !== undefined && /^\d+$/.test(rc) ? Number(rc) : undefined,
      since: new Date(since),
      reason,
      pid: owner?.pid,
    }),
  );
}

/**
 * Tells whether a run is alive; without ident whether a background run is.
 *
 * @param privateDataDir the directory
 * @param options which run
 * @returns whether it goes on
 * @throws {ConfigError} when an option is unknown or of a wrong type
 *
 * @example
 * ```ts
 * import { isAlive } from "@ansible-runner/ansible-runner";
 *
 * console.log(await isAlive("demo"));
 * ```
 */
export async function isAlive(
  privateDataDir: string | URL,
  options: RunsOptions = {},
): Promise<boolean> {
  const places = placesOf(privateDataDir, options);
  const { ident } = options;
  const { currentRun } = await import("../elsewhere/stop_run.ts");
  if (ident === undefined) return currentRun(places) !== undefined;
  const { liveOwner } = await import("../ownership/owner_record.ts");
  const { artifactDirOf } = await import("../elsewhere/places.ts");
  const dir = artifactDirOf(places, ident);
  return dir !== undefined && liveOwner(dir) !== undefined;
}

/**
 * Ends a background run, as the command `stop` does, and waits until nothing of it is left.
 *
 * @param privateDataDir the directory
 * @param options which run
 * @throws {RunnerError} `background.not_running` when there is none, other codes when it cannot be ended
 *
 * @example
 * ```ts
 * import { isAlive, stop } from "@ansible-runner/ansible-runner";
 *
 * if (await isAlive("demo")) await stop("demo");
 * ```
 */
export async function stop(privateDataDir: string | URL, options: RunsOptions = {}): Promise<void> {
  const places = placesOf(privateDataDir, options);
  const { ident } = options;
  const { currentRun, endRun, namedRun } = await import("../elsewhere/stop_run.ts");
  const record = ident === undefined ? currentRun(places) : namedRun(places, ident);
  if (record !== undefined) return await endRun(record, places);
  throw new RunnerError(
    "background.not_running",
    ident === undefined
      ? `Cannot stop: nothing runs in the background of "${places.privateDataDir}"`
      : `Cannot stop run "${ident}": it does not run in the background`,
  );
}

/** A misspelt ident must not mean the run in the background. */
function placesOf(privateDataDir: string | URL, options: RunsOptions): Places {
  checkOptions(options, { artifactDir: PATH, ident: TEXT });
  const { artifactDir } = options;
  const cwd = workingDirectory();
  const dir = makeAbsolute(pathOf(privateDataDir, "privateDataDir"), cwd);
  return {
    privateDataDir: dir,
    artifactRoot: artifactDir === undefined
      ? `${dir}/${ARTIFACT_ROOT}`
      : makeAbsolute(pathOf(artifactDir, "artifactDir"), cwd),
  };
}
