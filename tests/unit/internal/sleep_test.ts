import { callLater, sleep, TimeLimit } from "../../../src/internal/sleep.ts";
import { assert, assertEquals } from "../../testing/assert.ts";

Deno.test("sleep ends at its time, or as soon as the signal aborts", async () => {
  const start = performance.now();
  await sleep(5);
  const stop = new AbortController();
  setTimeout(() => stop.abort(), 5);
  await sleep(60_000, stop.signal);
  await sleep(60_000, stop.signal);
  assert(performance.now() - start < 30_000);
});

Deno.test("callLater calls at its time, and not when it is disposed before", async () => {
  const calls: string[] = [];
  using _first = callLater(5, () => void calls.push("first"));
  callLater(5, () => void calls.push("second"))[Symbol.dispose]();
  const over = new AbortController();
  using _last = callLater(20, () => over.abort());
  // Keeps the process alive, which callLater does not.
  await sleep(60_000, over.signal);
  assertEquals(calls, ["first"]);
});

Deno.test("TimeLimit aborts by its own time or with the other signal, and says which", async () => {
  const stop = new AbortController();
  using short = new TimeLimit(1, stop.signal);
  await sleep(60_000, short.signal);
  assertEquals([short.isOver, short.signal.reason.name], [true, "TimeoutError"]);
  using long = new TimeLimit(60_000, stop.signal);
  stop.abort(new Error("enough"));
  assertEquals([long.isOver, long.signal.reason.message], [false, "enough"]);
  using none = new TimeLimit(60_000, stop.signal);
  assert(none.signal.aborted);
});
