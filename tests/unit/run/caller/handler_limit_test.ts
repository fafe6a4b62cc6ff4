import { HandlerLimit, StalledError } from "../../../../src/run/caller/handler_limit.ts";
import { assert, assertEquals } from "../../../testing/assert.ts";

function scene(limitMs: number) {
  const [ending, hurry] = [new AbortController(), new AbortController()];
  const limit = new HandlerLimit({ ending: ending.signal, hurried: hurry.signal, limitMs });
  return { ending, hurry, limit };
}

/** What a wait came to, and after how many milliseconds. */
async function outcome(wait: Promise<unknown>): Promise<[unknown, number]> {
  const start = performance.now();
  const end = await wait.catch((error) => error instanceof StalledError ? "stalled" : error);
  return [end, performance.now() - start];
}

const forever = new Promise<never>(() => {});

Deno.test("a handler of a run that nobody ends takes its time, and what it throws comes through", async () => {
  const { limit } = scene(0);
  const slow = new Promise((resolve) => setTimeout(() => resolve("slow"), 50));
  assertEquals((await outcome(limit.wait(slow)))[0], "slow");
  assertEquals((await outcome(limit.wait(Promise.reject("thrown"))))[0], "thrown");
});

Deno.test("a handler that hangs is given up some time after the run is told to end; a second one sooner", async () => {
  const { limit, ending } = scene(1000);
  const first = outcome(limit.wait(forever));
  ending.abort();
  const [end, ms] = await first;
  assertEquals(end, "stalled");
  assert(ms >= 990, `${ms}`);
  const [next, nextMs] = await outcome(limit.wait(forever));
  assertEquals(next, "stalled");
  assert(nextMs < 900, `${nextMs}`);
});

Deno.test("who wants the end at once does not wait for a handler that hangs", async () => {
  const { limit, ending, hurry } = scene(60_000);
  const wait = outcome(limit.wait(forever));
  ending.abort();
  hurry.abort();
  assertEquals((await wait)[0], "stalled");
  assertEquals((await outcome(limit.wait(Promise.resolve("quick"))))[0], "quick");
});
