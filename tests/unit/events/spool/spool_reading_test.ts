import { Spool } from "../../../../src/events/spool/spool.ts";
import { assert, assertEquals } from "../../../testing/assert.ts";

Deno.test("Spool reads no further than the body it is asked for", () => {
  const dir = Deno.makeTempDirSync();
  const read = Deno.FsFile.prototype.readSync;
  let bytes = 0;
  Deno.FsFile.prototype.readSync = function (buffer) {
    const count = read.call(this, buffer);
    bytes += count ?? 0;
    return count;
  };
  try {
    using spool = Spool.create(`${dir}/spool`, "token");
    for (let n = 1; n <= 40; n++) {
      const body = `1.${n} uuid-${n} {"event": "x", "event_data": {}, "filler": "${
        "y".repeat(500_000)
      }"}\n`;
      Deno.writeTextFileSync(`${dir}/spool`, body, { append: true });
    }
    assertEquals(spool.take("1.1")?.uuid, "uuid-1");
    assert(bytes < 3_000_000, `${bytes} bytes were read`);
    assertEquals(spool.take("1.30")?.uuid, "uuid-30");
    assert(bytes < 18_000_000, `${bytes} bytes were read`);
    assertEquals(spool.take("1.99"), undefined);
    assertEquals([...spool.takeRest()].length, 38);
  } finally {
    Deno.FsFile.prototype.readSync = read;
    Deno.removeSync(dir, { recursive: true });
  }
});
