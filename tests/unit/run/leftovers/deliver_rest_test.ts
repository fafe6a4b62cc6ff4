import type { HttpEmitter } from "../../../../src/emitters/http/http_emitter.ts";
import { deliverRest } from "../../../../src/run/leftovers/deliver_rest.ts";
import { assert, assertRejects } from "../../../testing/assert.ts";

Deno.test("deliverRest waits for a record that another has as long as its signal allows", async () => {
  const dir = Deno.makeTempDirSync();
  Deno.mkdirSync(`${dir}/delivery`);
  const path = `${dir}/delivery/http`;
  using holder = Deno.openSync(path, { write: true, create: true });
  await holder.lock(true);
  const late = setTimeout(() => holder.unlockSync(), 60_000);
  const emitter = { name: "http", batch: 1 } as unknown as HttpEmitter;
  const control = new AbortController();
  setTimeout(() => control.abort(new Error("enough")), 20);
  const start = performance.now();
  await assertRejects(() => deliverRest(dir, { emitter, signal: control.signal }), "enough");
  assert(performance.now() - start < 30_000);
  clearTimeout(late);
  holder.unlockSync();
  // The one that comes late lets it go again.
  await new Promise((resolve) => setTimeout(resolve, 50));
  await holder.lock(true);
  Deno.removeSync(dir, { recursive: true });
});
