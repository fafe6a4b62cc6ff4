import { exists, fileSize, isDirectory, mtimeOf } from "../../../src/internal/file_system.ts";
import { assertEquals } from "../../testing/assert.ts";
import { usingDir } from "../../testing/runs.ts";

Deno.test("a link is there, and a directory only where links are followed", async () => {
  await usingDir((dir) => {
    Deno.writeTextFileSync(`${dir}/file`, "four");
    Deno.symlinkSync(dir, `${dir}/link`);
    Deno.symlinkSync(`${dir}/none`, `${dir}/broken`);
    const rows = [
      [dir, true, true, true],
      [`${dir}/link`, true, false, true],
      [`${dir}/broken`, true, false, false],
      [`${dir}/file`, true, false, false],
      [`${dir}/none`, false, false, false],
    ] as const;
    for (const [path, isThere, isOwn, isFollowed] of rows) {
      const seen = [exists(path), isDirectory(path), isDirectory(path, { followLinks: true })];
      assertEquals(seen, [isThere, isOwn, isFollowed], path);
    }
    assertEquals([fileSize(`${dir}/file`), fileSize(`${dir}/link`)], [4, undefined]);
    return Promise.resolve();
  });
});

Deno.test("a time that no Date can hold is 0", () => {
  const lstat = Deno.lstatSync;
  try {
    // Not every file system keeps such a time.
    Deno.lstatSync = (path) => ({ ...lstat(path), mtime: new Date(NaN) });
    assertEquals(mtimeOf("/"), 0);
  } finally {
    Deno.lstatSync = lstat;
  }
});
