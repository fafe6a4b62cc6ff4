/**
 * Turns the artifact directory of a past run, ours or the original's, into the state of a run.
 *
 * @module
 */
import { readSmallFile } from "../internal/small_file.ts";
import { exists } from "../internal/file_system.ts";
import type { RunConfig } from "../config/run_config.ts";
import { RunnerError } from "../errors.ts";
import type { EndReason, Status } from "../end_reason.ts";
import { ARTIFACT, SCRATCH_NAME, TRACES } from "./layout.ts";
import { openPastLog } from "./event_log.ts";
import { findPastStats, type RunStats } from "./stats.ts";
import { isOwnerAlive, readOwner } from "../ownership/owner_record.ts";
import { RunState } from "./run_state.ts";

/** An environment and an argv are as long as the system takes them, in bytes. */
const LONGEST_JSON = 1 << 25;

/** What a run's artifacts tell. */
interface Ending {
  readonly status: Status;
  readonly rc: number | undefined;
  readonly reason: EndReason | undefined;
}

/**
 * Reads the state of a run from its artifacts.
 *
 * @param artifactDir absolute path of an artifact directory
 * @returns the state; its events and output are what is there now
 * @throws {RunnerError} when no run has ever written there
 */
export function readPastRun(artifactDir: string): RunState {
  const config = configOf(artifactDir);
  const state = new RunState(config.ident, openPastLog(artifactDir));
  state.config = config;
  const ending = endingOf(artifactDir);
  state.status = ending.status;
  state.rc = ending.rc;
  state.reason = ending.reason;
  state.stats = onDemand(() => findPastStats(artifactDir));
  state.output.grow(fileSize(`${artifactDir}/${ARTIFACT.stdout}`));
  state.end();
  return state;
}

function onDemand(find: () => RunStats | undefined): () => RunStats | undefined {
  let found: { readonly stats: RunStats | undefined } | undefined;
  return () => (found ??= { stats: find() }).stats;
}

function endingOf(artifactDir: string): Ending {
  const status = readSmallFile(`${artifactDir}/${ARTIFACT.status}`)?.trim() as Status | undefined;
  const rcText = readSmallFile(`${artifactDir}/${ARTIFACT.rc}`)?.trim();
  // The original writes `None` for a program that died of a signal.
  const rc = rcText !== undefined && /^\d+$/.test(rcText) ? Number(rcText) : undefined;
  if (status !== undefined) return { status, rc, reason: reasonOf(artifactDir, { status, rc }) };
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

function reasonOf(
  artifactDir: string,
  known: { readonly status: Status; readonly rc: number | undefined },
): EndReason | undefined {
  const written = readJson(`${artifactDir}/${ARTIFACT.reason}`);
  if (written !== undefined) {
    const { rc: _rc, status: _status, ...reason } = written;
    return reason as unknown as EndReason;
  }
  if (known.status === "canceled") return { reason: "canceled" };
  // The original does not say which timeout it was.
  if (known.status === "timeout" || known.rc === undefined) return undefined;
  return { reason: "exit", code: known.rc };
}

/** What the artifacts tell of the decisions; what they do not tell has its default. */
function configOf(artifactDir: string): RunConfig {
  const command = readJson(`${artifactDir}/${ARTIFACT.command}`);
  if (!TRACES.some((name) => exists(`${artifactDir}/${name}`))) {
    throw new RunnerError(
      "artifacts.none",
      `Cannot read "${artifactDir}": expected the artifact directory of a run`,
    );
  }
  const artifactRoot = parentOf(artifactDir);
  const privateDataDir = parentOf(artifactRoot);
  const argv = isTextList(command?.["command"]) ? command["command"] : [];
  const program = argv[0]?.slice(argv[0].lastIndexOf("/") + 1);
  const mode = program === "ansible-playbook"
    ? "playbook"
    : program === "ansible"
    ? "module"
    : "raw";
  return {
    ident: artifactDir.slice(artifactDir.lastIndexOf("/") + 1),
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

function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/")) || "/";
}

/** -1 when there is no such file. */
function fileSize(path: string): number {
  try {
    return Deno.statSync(path).size;
  } catch {
    return -1;
  }
}

function readJson(path: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(readSmallFile(path, { limit: LONGEST_JSON }) ?? "");
  } catch {
    return undefined;
  }
}
