import { OpenRecord } from "../../../../src/run/leftovers/undelivered.ts";
import { assert, assertEquals } from "../../../testing/assert.ts";

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
