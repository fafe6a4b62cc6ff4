import { removeTree } from "../../../src/internal/remove_tree.ts";
import { assertEquals } from "../../testing/assert.ts";
import { usingDir } from "../../testing/runs.ts";

Deno.test("removeTree removes what a job closed to itself, and follows no link", async () => {
  await usingDir((base) => {
    Deno.mkdirSync(`${base}/tree/closed`, { recursive: true });
    Deno.writeTextFileSync(`${base}/tree/closed/file`, "");
    Deno.writeTextFileSync(`${base}/kept`, "");
    Deno.symlinkSync(base, `${base}/tree/up`);
    Deno.chmodSync(`${base}/tree/closed`, 0o000);
    assertEquals([removeTree(`${base}/tree`), removeTree(`${base}/none`)], [true, true]);
    assertEquals([...Deno.readDirSync(base)].map(({ name }) => name), ["kept"]);
    return Promise.resolve();
  });
});
