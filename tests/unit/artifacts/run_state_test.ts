import { RunState } from "../../../src/artifacts/run_state.ts";
import { assertEquals, assertRejects } from "../../testing/assert.ts";

Deno.test("RunState lets readers end, with or without an error, and settles its end", async () => {
  const state = new RunState("i");
  assertEquals([state.status, state.rc, state.stats()], ["unstarted", undefined, undefined]);
  state.output.grow(3);
  state.closeReaders(new Error("no run"));
  state.end();
  await state.ended;
  assertEquals(await state.output.hasMoreThan(2), true);
  await assertRejects(() => state.output.hasMoreThan(3), "no run");
});
