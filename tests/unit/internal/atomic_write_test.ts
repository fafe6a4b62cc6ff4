import { removeQuietly, writeFileWhole } from "../../../src/internal/atomic_write.ts";
import { assertEquals, assertThrows } from "../../testing/assert.ts";
import { usingDir } from "../../testing/runs.ts";

Deno.test("writeFileWhole replaces a file, for its owner alone, and leaves nothing beside it", async () => {
  await usingDir((dir) => {
    Deno.writeTextFileSync(`${dir}/file`, "before", { mode: 0o644 });
    writeFileWhole(`${dir}/file`, "after");
    assertEquals(Deno.readTextFileSync(`${dir}/file`), "after");
    assertEquals((Deno.statSync(`${dir}/file`).mode ?? 0) & 0o777, 0o600);
    writeFileWhole(`${dir}/file`, new Uint8Array([65]));
    assertEquals([...Deno.readDirSync(dir)].map(({ name }) => name), ["file"]);
    return Promise.resolve();
  });
});

Deno.test("writeFileWhole replaces a link, not the file that it names", async () => {
  await usingDir((dir) => {
    Deno.writeTextFileSync(`${dir}/victim`, "mine");
    Deno.symlinkSync(`${dir}/victim`, `${dir}/file`);
    writeFileWhole(`${dir}/file`, "new");
    assertEquals(Deno.readTextFileSync(`${dir}/victim`), "mine");
    assertEquals(Deno.lstatSync(`${dir}/file`).isSymlink, false);
    return Promise.resolve();
  });
});

Deno.test("writeFileWhole leaves nothing when it fails", async () => {
  await usingDir((dir) => {
    Deno.mkdirSync(`${dir}/taken/below`, { recursive: true });
    assertThrows(() => writeFileWhole(`${dir}/taken`, "x"));
    assertEquals([...Deno.readDirSync(dir)].map(({ name }) => name), ["taken"]);
    removeQuietly(`${dir}/nothing`);
    return Promise.resolve();
  });
});
