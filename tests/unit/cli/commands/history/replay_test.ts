/**
 * When a replay prints what, whatever times a job wrote.
 */
import { Pace } from "../../../../../src/cli/commands/history/replay.ts";
import { assertEquals } from "../../../../testing/assert.ts";

/** Waits in whole minutes. */
function waits(times: readonly unknown[], speed = 1): number[] {
  const pace = new Pace(speed);
  return times.map((time) => Math.round(pace.waitFor(time) / 60_000) + 0);
}

Deno.test("a replay keeps the times of a run, at its speed", () => {
  const times = ["2026-01-01T00:00:00", "2026-01-01T00:10:00", "2026-01-01T00:30:00"];
  assertEquals(waits(times), [0, 10, 30]);
  assertEquals(waits(times, 10), [0, 1, 3]);
});

Deno.test("a made-up time holds a replay for an hour at most, and one that is none not at all", () => {
  const times = ["2026-01-01T00:00:00", null, "9999-01-01T00:00:00", "9999-01-01T00:10:00"];
  assertEquals(waits(times), [0, 0, 60, 70]);
});
