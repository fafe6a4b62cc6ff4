import { ZipReader } from "../../../../src/remote/archive/zip_reader.ts";
import { assertEquals, assertThrows } from "../../../testing/assert.ts";
import { askPython } from "../../../testing/python3.ts";
import { spoolOf } from "../../../testing/zips.ts";

Deno.test("numbers of 64 bits as Python writes them", async () => {
  const program = "out = io.BytesIO()\n" +
    "z = zipfile.ZipFile(out, 'w')\nf = z.open(zipfile.ZipInfo('x'), 'w', force_zip64=True)\n" +
    "f.write(b'abc')\nf.close()\nz.close()\n" +
    "result = base64.b64encode(out.getvalue()).decode()";
  const text = await askPython(program, null, ["base64", "io", "zipfile"]) as string;
  using spool = spoolOf(Uint8Array.fromBase64(text));
  const zip = new ZipReader(spool);
  const [member] = [...zip.members()];
  assertEquals(member?.size, 3);
  assertEquals(member && new TextDecoder().decode(zip.readWhole(member)), "abc");
});

for (const text of ["", "PK", "x".repeat(100), "PK\x05\x06".padEnd(22, "\xff")]) {
  Deno.test(`no zip: ${JSON.stringify(text)}`, () => {
    using spool = spoolOf(Uint8Array.from(text, (char) => char.charCodeAt(0)));
    assertThrows(() => [...new ZipReader(spool).members()]);
  });
}
