import { Typist } from "../../../../src/process/prompts/typist.ts";
import { assert, assertEquals } from "../../../testing/assert.ts";

Deno.test("Typist types when a program waits, in order", async () => {
  const done: string[] = [];
  let looks = 0;
  const typist = new Typist({
    isAwaited: () => ++looks % 3 === 0,
    type: (text) => Promise.resolve(void done.push(`${text} after ${looks}`)),
  });
  await Promise.all([typist.type("a"), typist.type("b")]);
  assertEquals(done, ["a after 3", "b after 6"]);
});

Deno.test("Typist types all the same when nobody is seen to wait", async () => {
  const start = performance.now();
  const done: string[] = [];
  const typist = new Typist({
    isAwaited: () => false,
    type: (text) => Promise.resolve(void done.push(text)),
  });
  await typist.type("a");
  assertEquals(done, ["a"]);
  assert(performance.now() - start >= 400);
});
