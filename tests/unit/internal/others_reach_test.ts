import { othersReach } from "../../../src/internal/others_reach.ts";
import { assertEquals } from "../../testing/assert.ts";
import { usingDir } from "../../testing/runs.ts";

Deno.test("othersReach names the directories in which others may replace a path", async () => {
  await usingDir((base) => {
    Deno.mkdirSync(`${base}/open/inner`, { recursive: true });
    Deno.mkdirSync(`${base}/closed`);
    Deno.symlinkSync(`${base}/closed`, `${base}/open/link`);
    const rows = [
      [0o777, "everybody"],
      [0o775, "group"],
      [0o1777, undefined],
      [0o755, undefined],
    ] as const;
    const reach = (path: string, options = {}) =>
      othersReach(`${base}/${path}`, options).find(({ parent }) => parent.startsWith(`${base}/`))
        ?.by;
    for (const [mode, by] of rows) {
      Deno.chmodSync(`${base}/open`, mode);
      assertEquals([reach("open/inner"), reach("open/link")], [by, by], mode.toString(8));
      assertEquals([reach("open"), reach("open", { itself: true })], [undefined, by]);
      assertEquals(reach("closed"), undefined);
    }
    return Promise.resolve();
  });
});
