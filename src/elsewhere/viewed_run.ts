/**
 * Ends a run that somebody only looks at by its artifact directory: one of another process, or one
 * that this process performs under another view.
 *
 * @module
 */
import type { RunState } from "../artifacts/run_state.ts";

/** The runs of this process, by artifact directory. */
const runsHere = new Map<string, RunState>();

/** Lets other views end a run of this process, until it is disposed of. */
export function letBeEnded(artifactDir: string, state: RunState): Disposable {
  runsHere.set(artifactDir, state);
  return {
    [Symbol.dispose]: () => {
      if (runsHere.get(artifactDir) === state) runsHere.delete(artifactDir);
    },
  };
}

/**
 * Ends the run of a view, unless it has ended, and waits until the view shows the end.
 *
 * @param by who does it, for the reason of a run of this process
 * @throws {RunnerError} when it cannot be ended, as `stopRunIn` says
 */
export async function endViewedRun(view: RunState, by: string | undefined): Promise<void> {
  if (view.status !== "running" || view.config === undefined) return;
  await endRunOf(view.config.artifactDir, by);
  await view.elsewhere?.settle();
}

async function endRunOf(artifactDir: string, by: string | undefined): Promise<void> {
  for (const [dir, state] of runsHere) {
    if (!isSamePlace(dir, artifactDir)) continue;
    state.cancel.abort(by);
    return state.isInHandler() ? undefined : await state.ended;
  }
  // Loaded only here: few programs look at runs of others.
  await (await import("./stop_run.ts")).stopRunIn(artifactDir);
}

/** Whether two paths lead to one directory. */
function isSamePlace(one: string, other: string): boolean {
  try {
    return Deno.realPathSync(one) === Deno.realPathSync(other);
  } catch {
    return false;
  }
}
