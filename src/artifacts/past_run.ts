/**
 * The state of a past run, read from its artifact directory, ours or the original's.
 *
 * @module
 */
import { readSmallFile } from "../internal/small_file.ts";
import { exists, fileSize } from "../internal/file_system.ts";
import type { RunConfig } from "../config/run_config.ts";
import { RunnerError } from "../errors.ts";
import type { EndReason, Status } from "../end_reason.ts";
import { baseName, parentOf } from "../internal/paths.ts";
import { ARTIFACT, SCRATCH_NAME, TRACES } from "../run_layout.ts";
import { type FollowedRun, followRun } from "./follow.ts";
import { readLastWords } from "./last_words.ts";
import { openPastLog } from "./events/event_log.ts";
import { findPastStats, type RunStats } from "./stats.ts";
import { isOwnerAlive, liveOwner, readOwner } from "../ownership/owner_record.ts";
import { RunState } from "./run_state.ts";

/** An environment and an argv are as long as the system takes them, in bytes. */
const LONGEST_JSON = 1 << 25;

/** What a run's artifacts tell. */
interface Ending {
  readonly status: Status;
  readonly rc: number | undefined;
  readonly reason: EndReason | undefined;
}

/** How a past run is opened. */
export interface PastRunOptions {
  /** Follow a run that goes on in another process to its end. @default {false} */
  readonly follow?: boolean | undefined;
  /** Ends the following, not the run. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Opens a past run, wherever links and relative paths lead.
 *
 * @throws {RunnerError} when no run has ever written there
 */
export async function openPastRun(
  artifactDir: string | URL,
  { cwd, ...options }: PastRunOptions & {
    /** The working directory at the call; empty where the path is not relative. */
    readonly cwd: string;
  },
): Promise<RunState> {
  let path: string;
  try {
    path = await Deno.realPath(cwd === "" ? artifactDir : `${cwd}/${artifactDir}`);
  } catch (cause) {
    throw new RunnerError("artifacts.none", `Cannot read "${artifactDir}": no such directory`, {
      cause,
    });
  }
  return readPastRun(path, options);
}

/**
 * Reads the state of a run from its artifacts.
 *
 * @param artifactDir absolute path of an artifact directory
 * @returns the state; its events and output are what is there now
 * @throws {RunnerError} when no run has ever written there
 */
export function readPastRun(artifactDir: string, options: PastRunOptions = {}): RunState {
  const config = configOf(artifactDir);
  const owner = options.follow === true ? liveOwner(artifactDir) : undefined;
  if (owner !== undefined) return followedRun(config, { owner, signal: options.signal });
  const state = new RunState(config.ident, openPastLog(artifactDir));
  state.config = config;
  readEnding(state, artifactDir);
  state.output.grow(fileSize(`${artifactDir}/${ARTIFACT.stdout}`) ?? 0);
  if (state.status === "running") {
    state.elsewhere = {
      settle: () => Promise.resolve(readEnding(state, artifactDir)),
      leave: () => {},
    };
  }
  state.end();
  return state;
}

function followedRun(
  config: RunConfig,
  following: Pick<FollowedRun, "owner" | "signal">,
): RunState {
  const { ident, artifactDir: dir } = config;
  const state = new RunState(ident);
  state.config = config;
  state.status = "running";
  const left = new AbortController();
  const { signal = left.signal } = following;
  state.elsewhere = { settle: () => state.ended, leave: () => left.abort() };
  const until = AbortSignal.any([signal, left.signal]);
  followRun({ state, dir, owner: following.owner, signal: until }).then(
    () => {
      readEnding(state, dir);
      state.end();
    },
    (error) => {
      state.closeReaders(error);
      state.end();
    },
  );
  return state;
}

function readEnding(state: RunState, artifactDir: string): void {
  const ending = endingOf(artifactDir);
  state.status = ending.status;
  state.rc = ending.rc;
  state.reason = ending.reason;
  state.stats = onDemand(() => findPastStats(artifactDir));
}

function onDemand(find: () => RunStats | undefined): () => RunStats | undefined {
  let found: { readonly stats: RunStats | undefined } | undefined;
  return () => (found ??= { stats: find() }).stats;
}

function endingOf(artifactDir: string): Ending {
  const written = readLastWords(artifactDir);
  const status = written.status as Status | undefined;
  // The original writes `None` for a program that died of a signal.
  const rc = written.rc !== undefined && /^\d+$/.test(written.rc) ? Number(written.rc) : undefined;
  if (status !== undefined) return { status, rc, reason: written.reason ?? guess({ status, rc }) };
  return goesOn(artifactDir)
    ? { status: "running", rc: undefined, reason: undefined }
    : { status: "failed", rc, reason: { reason: "runner_died" } };
}

function goesOn(artifactDir: string): boolean {
  const owner = readOwner(artifactDir);
  if (owner === undefined) return false;
  try {
    return isOwnerAlive(owner);
  } catch {
    // Not ours to know, with the permissions we have: nothing says that it has ended.
    return true;
  }
}

/** The original leaves no reason. */
function guess(known: Pick<Ending, "status" | "rc">): EndReason | undefined {
  if (known.status === "canceled") return { reason: "canceled" };
  // The original does not say which timeout it was.
  if (known.status === "timeout" || known.rc === undefined) return undefined;
  return { reason: "exit", code: known.rc };
}

/** What the artifacts tell of the decisions; what they do not tell has its default. */
function configOf(artifactDir: string): RunConfig {
  const command = readJson(`${artifactDir}/${ARTIFACT.command}`);
  const hasTraces = TRACES.some((name) => exists(`${artifactDir}/${name}`));
  if (!hasTraces && readOwner(artifactDir) === undefined) {
    throw new RunnerError(
      "artifacts.none",
      `Cannot read "${artifactDir}": expected the artifact directory of a run`,
    );
  }
  const artifactRoot = parentOf(artifactDir);
  const privateDataDir = parentOf(artifactRoot);
  const argv = isTextList(command?.["command"]) ? command["command"] : [];
  const program = baseName(argv[0] ?? "");
  const mode = program === "ansible-playbook"
    ? "playbook"
    : program === "ansible"
    ? "module"
    : "raw";
  return {
    ident: baseName(artifactDir),
    privateDataDir,
    artifactRoot,
    artifactDir,
    scratchDir: `${artifactDir}/${SCRATCH_NAME}`,
    projectDir: `${privateDataDir}/project`,
    cwd: typeof command?.["cwd"] === "string" ? command["cwd"] : privateDataDir,
    mode,
    argv,
    env: (command?.["env"] ?? {}) as Record<string, string>,
    ...UNTOLD,
  };
}

const UNTOLD = {
  inputEnv: [],
  rolesPath: undefined,
  materials: [],
  passwords: [],
  credentials: {},
  sshKeys: [],
  isolation: undefined,
  containerWorkdir: undefined,
  settings: {},
  unknownSettings: {},
  eventTimes: "utc" as const,
  terminalSize: { rows: 24, columns: 80 },
  quiet: false,
  jsonMode: false,
  omitEventData: false,
  onlyFailedEventData: false,
  checkJobEventData: false,
  rotateArtifacts: 0,
  warnings: [],
} as const;

function isTextList(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((word) => typeof word === "string");
}

function readJson(path: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(readSmallFile(path, { limit: LONGEST_JSON }) ?? "");
  } catch {
    return undefined;
  }
}
