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
  await sleep(60_000, over.signal);
  assertEquals(calls, ["first"]);
});

Deno.test("callLater keeps a program alive until it has called, and no longer once disposed", async () => {
  const module = new URL("../../../src/internal/sleep.ts", import.meta.url);
  const program = `
    import { callLater } from "${module}";
    callLater(60_000, () => {})[Symbol.dispose]();
    callLater(20, () => console.log("called"));
  `;
  const { code, stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", "--no-lock", program],
    signal: AbortSignal.timeout(30_000),
  }).output();
  assertEquals([code, new TextDecoder().decode(stdout)], [0, "called\n"]);
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
