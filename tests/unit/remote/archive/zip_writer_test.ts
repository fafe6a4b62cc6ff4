import { Spool } from "../../../../src/remote/archive/spool.ts";
import { ZipReader } from "../../../../src/remote/archive/zip_reader.ts";
import { ZipWriter } from "../../../../src/remote/archive/zip_writer.ts";
import { assertEquals } from "../../../testing/assert.ts";
import { askPython } from "../../../testing/python3.ts";
import { bytesOf, listInPython, withDir } from "../../../testing/zips.ts";

Deno.test("65,536 members need 64 bits: Python and we count as many", async () => {
  using spool = new Spool();
  const zip = new ZipWriter(spool);
  const info = { name: "d/", mode: 0o40755, mtime: null };
  const nothing = new Uint8Array(0);
  for (let count = 0; count < 65_536; count++) zip.addStored(info, nothing);
  zip.finish();
  await using dir = await withDir();
  Deno.writeFileSync(`${dir.path}/zip`, bytesOf(spool));
  const count = "result = len(zipfile.ZipFile(data).infolist())";
  assertEquals(await askPython(count, `${dir.path}/zip`, ["zipfile"]), 65_536);
  let members = 0;
  for (const { name } of new ZipReader(spool).members()) if (name === "d/") members++;
  assertEquals(members, 65_536);
});

Deno.test("a member that may be larger than 4 GiB is written with 64 bits, and read", async () => {
  using spool = new Spool();
  const zip = new ZipWriter(spool);
  const pieces = ReadableStream.from([new TextEncoder().encode("ab"), new Uint8Array([99])]);
  await zip.addLargeFile({ name: "x", mode: 0o100600, mtime: null }, { size: 5e9, pieces });
  zip.addFile({ name: "y", mode: 0o100600, mtime: null }, new TextEncoder().encode("y"));
  zip.finish();
  assertEquals(await listInPython(bytesOf(spool)), [["x", 0o100600, "abc"], ["y", 0o100600, "y"]]);
  const members = [...new ZipReader(spool).members()];
  assertEquals(members.map(({ name, size }) => [name, size]), [["x", 3], ["y", 1]]);
});
