import { Deadline } from "../../../src/emitters/deadline.ts";
import { assertEquals } from "../../testing/assert.ts";

Deno.test("Deadline counts from the end on, not before", async () => {
  using deadline = new Deadline({ afterEndMs: 1 });
  await new Promise((resolve) => setTimeout(resolve, 20));
  assertEquals(deadline.signal.aborted, false);
  deadline.start();
  await new Promise((resolve) => deadline.signal.addEventListener("abort", resolve));
});

Deno.test("Deadline is over at once when whoever canceled is in a hurry", () => {
  const hurry = new AbortController();
  using deadline = new Deadline({ afterEndMs: 60_000, hurry: hurry.signal });
  deadline.start();
  hurry.abort();
  assertEquals(deadline.signal.aborted, true);
});

Deno.test("Deadline leaves the last events of a canceled run their time", () => {
  const cancel = new AbortController();
  using deadline = new Deadline({ afterEndMs: 60_000, cancel: cancel.signal });
  cancel.abort();
  assertEquals(deadline.signal.aborted, false);
});
