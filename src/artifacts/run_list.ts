/**
 * One run, live or past, as its small files tell.
 *
 * @module
 */
import { describeEnd } from "../end_reason.ts";
import { mtimeOf } from "../internal/file_system.ts";
import { baseName } from "../internal/paths.ts";
import { readLastWords } from "./last_words.ts";
import { ARTIFACT } from "../run_layout.ts";
import { liveOwner, type Owner } from "../ownership/owner_record.ts";

/** One run, as its artifacts tell. */
export interface RunEntry {
  /** Name of its artifact directory. */
  readonly ident: string;
  /** Its artifact directory. */
  readonly dir: string;
  /** Who runs it, while it is alive. */
  readonly owner: Owner | undefined;
  /** `running`, the word of its status file, or `unknown`. */
  readonly status: string;
  /** Text of its rc file, or undefined. */
  readonly rc: string | undefined;
  /** Since when it has this status, in milliseconds since 1970. */
  readonly since: number;
  /** Why it ended, or undefined when it exited by itself. */
  readonly reason: string | undefined;
}

/**
 * Reads one run.
 *
 * @returns the run, or undefined when there is none
 */
export function readRun(dir: string): RunEntry | undefined {
  const ident = baseName(dir);
  const owner = liveOwner(dir);
  const started = mtimeOf(`${dir}/${ARTIFACT.command}`) ?? mtimeOf(`${dir}/${ARTIFACT.events}`);
  if (owner !== undefined) {
    const since = started ?? Date.now();
    return { ident, dir, owner, status: "running", rc: undefined, since, reason: undefined };
  }
  const since = mtimeOf(`${dir}/${ARTIFACT.rc}`) ?? mtimeOf(`${dir}/${ARTIFACT.status}`) ?? started;
  if (since === undefined) return undefined;
  const { status = "unknown", rc, reason } = readLastWords(dir);
  return { ident, dir, owner, status, rc, since, reason: describeEnd(reason) };
}
