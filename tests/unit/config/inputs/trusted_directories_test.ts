import { whyFileUnsafe, whyUnsafe } from "../../../../src/config/inputs/trusted_directories.ts";
import { assertEquals } from "../../../testing/assert.ts";
import { usingDir } from "../../../testing/runs.ts";

Deno.test("a path by way of a link that others could replace is unsafe", async () => {
  await usingDir((base) => {
    for (const name of ["open", "data"]) Deno.mkdirSync(`${base}/${name}`);
    Deno.symlinkSync(`${base}/data`, `${base}/open/link`);
    assertEquals(whyUnsafe(`${base}/open/link`), undefined);
    Deno.chmodSync(`${base}/open`, 0o777);
    const why = `everybody may replace it in "${base}/open"`;
    assertEquals([whyUnsafe(`${base}/open/link`), whyUnsafe(`${base}/data`)], [why, undefined]);
    Deno.writeTextFileSync(`${base}/data/file`, "");
    Deno.chmodSync(`${base}/data/file`, 0o666);
    assertEquals(whyFileUnsafe(`${base}/data/file`), "everybody may write to it");
    return Promise.resolve();
  });
});
