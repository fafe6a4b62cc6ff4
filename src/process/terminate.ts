/**
 * Ends all processes of a run: TERM, a grace period, KILL.
 *
 * @module
 */
import { sleep } from "../internal/sleep.ts";
import { signalProcess } from "./proc_access.ts";
import { findRunProcesses, isAlive, type ProcessEntry, type RunProcesses } from "./process_tree.ts";

/** How a run's processes are ended. */
export interface TerminateOptions {
  /** Time between TERM and KILL, in milliseconds. */
  readonly graceMs: number;
  /** Pids that get no TERM (the terminal and its launcher end with their child), only KILL. */
  readonly spare?: readonly number[];
  /** Cuts the grace period short: KILL at once. */
  readonly hurry?: AbortSignal | undefined;
}

/** How long the terminal may take to end after its last process, in milliseconds. */
const SPARE_WAIT_MS = 500;

/** How long we look for processes that survive KILL, in milliseconds. */
const KILL_WAIT_MS = 2000;

/**
 * Ends every process of a run.
 *
 * @param run how the processes are recognised
 * @returns processes that could not be ended (another user's, or stuck in the kernel)
 */
export async function terminate(
  run: RunProcesses,
  options: TerminateOptions,
): Promise<ProcessEntry[]> {
  const spare = new Set(options.spare);
  const told = new Set<string>();
  const tell = (signal: Deno.Signal, entries: readonly ProcessEntry[]): void => {
    for (const entry of entries) {
      const key = `${signal} ${entry.pid} ${entry.startTime}`;
      if (told.has(key)) continue;
      told.add(key);
      tellProcess(entry, signal);
    }
  };
  const look = lookAgain(run);
  let deadline = performance.now() + options.graceMs;
  let left = look();
  while (left.length > 0 && performance.now() < deadline && !options.hurry?.aborted) {
    const worth = left.filter((entry) => !spare.has(entry.pid));
    if (worth.length === 0) deadline = Math.min(deadline, performance.now() + SPARE_WAIT_MS);
    tell("SIGTERM", worth);
    await sleep(10);
    left = look();
  }
  const killEnd = performance.now() + KILL_WAIT_MS;
  while (left.length > 0 && performance.now() < killEnd) {
    tell("SIGKILL", left);
    await sleep(5);
    left = look();
  }
  return left;
}

/**
 * Finds the processes of a run again and again. Who was seen once is remembered: it may lose its
 * parent, and with it what shows that it belongs to the run.
 */
function lookAgain(run: RunProcesses): () => ProcessEntry[] {
  let roots = run.roots;
  let known: ProcessEntry[] = [];
  return () => {
    known = known.filter((entry) => isAlive(entry.pid, entry.startTime));
    const found = findRunProcesses({ ...run, roots: [...roots, ...known.map(({ pid }) => pid)] });
    // From now on start times tell them from others that may get their pids.
    roots = [];
    const seen = new Set(found.map(({ pid }) => pid));
    known = [...found, ...known.filter(({ pid }) => !seen.has(pid))];
    return found;
  };
}

function tellProcess(entry: ProcessEntry, signal: Deno.Signal): void {
  // The start time is looked at again, so that a recycled pid is never signalled.
  if (!isAlive(entry.pid, entry.startTime)) return;
  try {
    signalProcess(entry.pid, signal);
  } catch {
    // Gone in between, or another user's: the caller reports who is left.
  }
}
