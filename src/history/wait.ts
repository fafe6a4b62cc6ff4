/**
 * Waits for the end of a run that somebody else started: ours, or the original's.
 *
 * @module
 */
import { readRun, type RunEntry } from "../artifacts/run_list.ts";
import { sleep } from "../internal/sleep.ts";
import { findRunProcesses } from "../process/process_tree.ts";

/** Time between two looks, in milliseconds. */
const POLL_MS = 50;

/** Time between two looks at all processes, in milliseconds. */
const PROCESSES_MS = 1000;

/**
 * Waits until a run has ended.
 *
 * @param timeoutMs how long it is waited for at most @default {for ever}
 * @returns the ended run, or undefined when it still goes on
 */
export async function waitForEnd(dir: string, timeoutMs = Infinity): Promise<RunEntry | undefined> {
  const deadline = performance.now() + timeoutMs;
  let foreign = { isAlive: false, at: -Infinity };
  while (true) {
    const run = readRun(dir);
    if (run === undefined) return undefined;
    if (run.owner === undefined) {
      if (run.rc !== undefined && run.status !== "unknown") return run;
      const now = performance.now();
      if (now - foreign.at > PROCESSES_MS) foreign = { isAlive: isOriginalAlive(dir), at: now };
      // Its last words may have come just before its end.
      if (!foreign.isAlive) return readRun(dir);
    }
    const left = deadline - performance.now();
    if (left <= 0) return undefined;
    await sleep(Math.min(POLL_MS, left));
  }
}

/** The original keeps no record of who runs a run; its Ansible has the directory in its environment. */
export function isOriginalAlive(dir: string): boolean {
  return findRunProcesses({ roots: [], marker: `AWX_ISOLATED_DATA_DIR=${dir}` }).length > 0;
}
