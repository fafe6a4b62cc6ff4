import { inTurn } from "../../../src/run/start_limit.ts";
import { assert, assertEquals } from "../../testing/assert.ts";

/** Counts how often a timer of somebody else's gets its turn, until disposed. */
function countTurns(): { readonly now: () => number } & Disposable {
  let turns = 0;
  const next = (): ReturnType<typeof setTimeout> =>
    setTimeout(() => {
      turns++;
      timer = next();
    }, 0);
  let timer = next();
  return { now: () => turns, [Symbol.dispose]: () => clearTimeout(timer) };
}

Deno.test("inTurn decides a run that begins alone at once", () => {
  let begun = false;
  const decided = inTurn(() => {
    begun = true;
    return Promise.resolve();
  });
  assert(begun, "no turn was waited for");
  return decided;
});

Deno.test("inTurn decides runs that begin together one in a turn, in order", async () => {
  using turns = countTurns();
  const begun: [number, number][] = [];
  await Promise.all([0, 1, 2, 3].map((index) =>
    inTurn(async () => {
      begun.push([index, turns.now()]);
      await Promise.resolve();
    })
  ));
  assertEquals(begun.map(([index]) => index), [0, 1, 2, 3]);
  assertEquals(new Set(begun.map(([, turn]) => turn)).size, 4);
});

Deno.test("inTurn lets no run wait for what another one waits for, nor for one that failed", async () => {
  const stuck = Promise.withResolvers<void>();
  const first = inTurn(() => stuck.promise);
  const second = inTurn(() => Promise.reject(new Error("refused")));
  assertEquals(await second.catch((error: Error) => error.message), "refused");
  assertEquals(await inTurn(() => Promise.resolve("third")), "third");
  stuck.resolve();
  await first;
});
