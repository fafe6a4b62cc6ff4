/**
 * Tells whether the process of a record is the runner of a run.
 *
 * @module
 */
import { readProc } from "../process/proc_access.ts";
import { listOwners, type Owner, readOwner } from "./owner_record.ts";
import type { PidRecord } from "./pid_file.ts";

/**
 * Variable that tells a process to be the background one; its value is the parent's pid. Nothing that
 * a run starts has it, so that it shows a runner to those who see its process.
 */
export const BACKGROUND_MARK = "RUNNER_BACKGROUND";

/**
 * Tells whether a record names the runner of a run, and no other process: jobs can write most records.
 *
 * @param record of a live process that is visible from here
 */
export function isProven(record: PidRecord): boolean {
  const isHis = (owner: Owner): boolean =>
    owner.pid === record.pid && owner.startTime === record.startTime;
  const known = listOwners(record.artifactDir).find(isHis);
  if (known !== undefined) {
    const owner = record.artifactDir === undefined ? undefined : readOwner(record.artifactDir);
    return owner !== undefined && owner.isPrivate && isHis(owner);
  }
  // Not yet published, or its private place is none to us: it was started as a runner, at least.
  try {
    return `\0${readProc(`/proc/${record.pid}/environ`)}`.includes(`\0${BACKGROUND_MARK}=`);
  } catch {
    return false;
  }
}
