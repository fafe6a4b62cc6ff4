/**
 * A run that is ended by another view of it.
 */
import { RunState } from "../../../src/artifacts/run_state.ts";
import type { RunConfig } from "../../../src/config/run_config.ts";
import { endViewedRun, letBeEnded } from "../../../src/elsewhere/viewed_run.ts";
import { assertEquals } from "../../testing/assert.ts";

/** A view of a running run; `settled` counts how often its end was read. */
function viewOf(artifactDir: string): RunState & { settled: number } {
  const view = Object.assign(new RunState("a"), { settled: 0 });
  view.config = { artifactDir } as RunConfig;
  view.status = "running";
  view.elsewhere = { settle: () => Promise.resolve(void view.settled++), leave: () => {} };
  return view;
}

Deno.test("a view ends the run of this process in the same directory, by any of its paths", async () => {
  const dir = Deno.makeTempDirSync();
  try {
    Deno.mkdirSync(`${dir}/a`);
    Deno.symlinkSync(dir, `${dir}/link`);
    const run = new RunState("a");
    run.cancel.signal.addEventListener("abort", () => run.end());
    const view = viewOf(`${dir}/link/a`);
    {
      using _open = letBeEnded(`${dir}/a`, run);
      await endViewedRun(view, "somebody");
    }
    assertEquals(run.cancel.signal.reason, "somebody");
    assertEquals(view.settled, 1);
  } finally {
    Deno.removeSync(dir, { recursive: true });
  }
});

Deno.test("a run that is over, or is of this process no more, is not ended", async () => {
  const dir = Deno.makeTempDirSync();
  try {
    const run = new RunState("a");
    const view = viewOf(dir);
    view.status = "successful";
    {
      using _open = letBeEnded(dir, run);
      await endViewedRun(view, undefined);
    }
    view.status = "running";
    await endViewedRun(view, undefined);
    assertEquals(run.cancel.signal.aborted, false);
  } finally {
    Deno.removeSync(dir, { recursive: true });
  }
});
