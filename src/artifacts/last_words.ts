/**
 * The last files of a run, which say how it ended: reason, rc, status.
 *
 * @module
 */
import { describeEnd, type EndReason, rcOf, type Status, statusOf } from "../end_reason.ts";
import { removeQuietly, writeFileWhole } from "../internal/atomic_write.ts";
import { exists } from "../internal/file_system.ts";
import { readSmallFile } from "../internal/small_file.ts";
import { pythonJson } from "../python/json_write.ts";
import { ARTIFACT, PID_FILE } from "../run_layout.ts";

/** How a run ended, as its artifacts say it. */
export interface Ending {
  /** The word of its status file. */
  readonly status: Status;
  /** Its exit code. */
  readonly rc: number;
}

/**
 * Writes how a run ended.
 *
 * @param write writes a small file of the run's artifacts whole
 */
export function writeLastWords(
  reason: EndReason,
  write: (name: string, text: string) => void,
): Ending {
  const ending = endingOf(reason);
  writeEnding({ ...reason, ...ending }, write);
  return ending;
}

/** Contract: a run elsewhere whose worker did not say how it ended has this word, and no exit code. */
export function writeUntoldEnd(
  error: string,
  write: (name: string, text: string) => void,
): void {
  writeEnding({ reason: "runner_died", error, status: "error" }, write);
}

/** Writes why a run ended; again when more is known of it. */
export function writeReason(
  reason: EndReason,
  write: (name: string, text: string) => void,
): void {
  write(ARTIFACT.reason, reasonText({ ...reason, ...endingOf(reason) }));
}

/** The status last, so that whoever finds it finds the others. */
function writeEnding(
  ending: { readonly status: string; readonly rc?: number; readonly [more: string]: unknown },
  write: (name: string, text: string) => void,
): void {
  write(ARTIFACT.reason, reasonText(ending));
  if (ending.rc !== undefined) write(ARTIFACT.rc, String(ending.rc));
  write(ARTIFACT.status, ending.status);
}

function endingOf(reason: EndReason): Ending {
  return { rc: rcOf(reason), status: statusOf(reason) };
}

function reasonText(ending: object): string {
  return pythonJson({ ...ending }) + "\n";
}

/** The last files of a run as they stand there: perhaps the original's, or half of them. */
export interface WrittenEnding {
  readonly status: string | undefined;
  readonly rc: string | undefined;
  readonly reason: EndReason | undefined;
}

/** Reads how a run ended. */
export function readLastWords(artifactDir: string): WrittenEnding {
  return {
    status: readSmallFile(`${artifactDir}/${ARTIFACT.status}`)?.trim(),
    rc: readSmallFile(`${artifactDir}/${ARTIFACT.rc}`)?.trim(),
    reason: readReason(`${artifactDir}/${ARTIFACT.reason}`),
  };
}

/** A job, or a worker, may have written it: what cannot be told is no reason. */
function readReason(path: string): EndReason | undefined {
  try {
    const { rc: _rc, status: _status, ...reason } = JSON.parse(readSmallFile(path) ?? "");
    if (typeof reason.reason !== "string") return undefined;
    if (reason.reason === "exit" && typeof reason.code !== "number") return undefined;
    describeEnd(reason);
    return reason;
  } catch {
    return undefined;
  }
}

/** Says how a run ended whose runner did not come to it, unless it did. */
export function settleDeadRun(artifactDir: string, reason: EndReason): void {
  try {
    removeQuietly(`${artifactDir}/${PID_FILE}`);
    removeHalfWritten(artifactDir);
    if (exists(`${artifactDir}/${ARTIFACT.rc}`) && exists(`${artifactDir}/${ARTIFACT.status}`)) {
      return;
    }
    writeLastWords(reason, (name, text) => writeFileWhole(`${artifactDir}/${name}`, text));
  } catch {
    // A full or read-only disk: the next command tries again to say how the run ended.
  }
}

/** Files that were being written aside when their writer died. */
function removeHalfWritten(dir: string): void {
  for (const { name } of Deno.readDirSync(dir)) {
    if (/\.\d+-\d+\.new$/.test(name)) removeQuietly(`${dir}/${name}`);
  }
}
