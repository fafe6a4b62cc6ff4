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
        "y".repeat(100_000)
      }"}\n`;
      Deno.writeTextFileSync(`${dir}/spool`, body, { append: true });
    }
    assertEquals(spool.take("1.1")?.uuid, "uuid-1");
    assert(bytes < 600_000, `${bytes} bytes were read`);
    assertEquals(spool.take("1.30")?.uuid, "uuid-30");
    assert(bytes < 3_600_000, `${bytes} bytes were read`);
    assertEquals(spool.take("1.99"), undefined);
    assertEquals([...spool.takeRest()].length, 38);
  } finally {
    Deno.FsFile.prototype.readSync = read;
    Deno.removeSync(dir, { recursive: true });
  }
});

Deno.test("Spool reads bodies that came together at once, and decodes what is in front of them alone", () => {
  const dir = Deno.makeTempDirSync();
  const read = Deno.FsFile.prototype.readSync;
  const decode = TextDecoder.prototype.decode;
  let reads = 0;
  let decoded = 0;
  try {
    using spool = Spool.create(`${dir}/spool`, "token");
    const body = `{"event": "x", "event_data": {}, "filler": "${"y".repeat(1500)}"}`;
    const lines = Array.from({ length: 30 }, (_, n) => `1.${n} uuid-${n} ${body}\n`);
    Deno.writeTextFileSync(`${dir}/spool`, lines.join(""), { append: true });
    Deno.FsFile.prototype.readSync = function (buffer) {
      reads++;
      return read.call(this, buffer);
    };
    TextDecoder.prototype.decode = function (bytes, options) {
      decoded += bytes?.byteLength ?? 0;
      return decode.call(this, bytes, options);
    };
    for (let n = 0; n < 30; n++) assertEquals(spool.take(`1.${n}`)?.uuid, `uuid-${n}`);
    assertEquals(reads, 1);
    assert(decoded < 30 * 20, `${decoded} bytes were decoded`);
  } finally {
    Deno.FsFile.prototype.readSync = read;
    TextDecoder.prototype.decode = decode;
    Deno.removeSync(dir, { recursive: true });
  }
});
