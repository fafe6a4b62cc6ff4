import { openRegularFile, readSmallFile } from "../../../src/internal/small_file.ts";
import { assertEquals, assertThrows } from "../../testing/assert.ts";

Deno.test("readSmallFile reads a regular file and nothing else, without waiting", () => {
  const dir = Deno.makeTempDirSync();
  try {
    Deno.writeTextFileSync(`${dir}/file`, "é\n");
    Deno.symlinkSync(`${dir}/file`, `${dir}/link`);
    Deno.mkdirSync(`${dir}/dir`);
    new Deno.Command("mkfifo", { args: [`${dir}/pipe`] }).outputSync();
    assertEquals(
      ["file", "link", "dir", "pipe", "missing"].map((name) => readSmallFile(`${dir}/${name}`)),
      ["é\n", undefined, undefined, undefined, undefined],
    );
    for (const name of ["link", "dir", "pipe", "missing"]) {
      assertThrows(() => openRegularFile(`${dir}/${name}`));
    }
  } finally {
    Deno.removeSync(dir, { recursive: true });
  }
});

Deno.test("readSmallFile refuses what is too long, another user's, or has a second name", () => {
  const dir = Deno.makeTempDirSync();
  const owner = Deno.uid() ?? 0;
  try {
    Deno.writeTextFileSync(`${dir}/file`, "12345");
    assertEquals(readSmallFile(`${dir}/file`, { limit: 5, owner }), "12345");
    assertEquals(readSmallFile(`${dir}/file`, { limit: 4 }), undefined);
    assertEquals(readSmallFile(`${dir}/file`, { owner: owner + 1 }), undefined);
    Deno.linkSync(`${dir}/file`, `${dir}/second`);
    assertEquals(readSmallFile(`${dir}/file`, { owner }), undefined);
    assertEquals(readSmallFile(`${dir}/file`), "12345");
  } finally {
    Deno.removeSync(dir, { recursive: true });
  }
});
