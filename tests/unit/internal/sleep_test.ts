import { sleep } from "../../../src/internal/sleep.ts";
import { assert } from "../../testing/assert.ts";

Deno.test("sleep ends at its time, or as soon as the signal aborts", async () => {
  const start = performance.now();
  await sleep(5);
  const stop = new AbortController();
  setTimeout(() => stop.abort(), 5);
  await sleep(60_000, stop.signal);
  await sleep(60_000, stop.signal);
  assert(performance.now() - start < 30_000);
});
