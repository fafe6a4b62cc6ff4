import { OpenRecord } from "../../../../src/run/leftovers/undelivered.ts";
import { assert, assertEquals, assertRejects } from "../../../testing/assert.ts";

Deno.test("OpenRecord drops a line that was cut off, so that the next one is no other key", async () => {
  const path = Deno.makeTempFileSync();
  try {
    Deno.writeTextFileSync(path, "starting\n12");
    {
      using record = await OpenRecord.open(path);
      assert(record !== undefined);
      assert(record.has("starting"));
      assertEquals(record.has("12"), false);
      record.add(["124"]);
    }
    assertEquals(Deno.readTextFileSync(path), "starting\n124\n");
    {
      using record = await OpenRecord.open(path);
      assertEquals([record?.has("124"), record?.has("12124")], [true, false]);
    }
  } finally {
    Deno.removeSync(path);
  }
});

Deno.test("OpenRecord waits for no lock of a file that is not ours alone", async () => {
  const dir = Deno.makeTempDirSync();
  const path = `${dir}/http`;
  using holder = Deno.openSync(path, { write: true, create: true });
  await holder.lock(true);
  Deno.linkSync(path, `${dir}/other`);
  // Held beyond the look, so that one who waits finds out late.
  const late = setTimeout(() => holder.unlockSync(), 60_000);
  const start = performance.now();
  await assertRejects(() => OpenRecord.open(path), "is not ours alone");
  assert(performance.now() - start < 30_000);
  clearTimeout(late);
  Deno.removeSync(dir, { recursive: true });
});
