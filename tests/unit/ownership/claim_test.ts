import { ConfigError } from "../../../src/errors.ts";
import { acquire } from "../../../src/ownership/claim.ts";
import { liveOwner, readOwner } from "../../../src/ownership/owner_record.ts";
import { assert, assertEquals, assertRejects } from "../../testing/assert.ts";
import { newMarker } from "../../testing/processes.ts";
import { makeDead, usingDir } from "../../testing/runs.ts";

Deno.test("acquire makes an artifact directory ours until it is disposed", async () => {
  await usingDir(async (dir) => {
    const { marker } = newMarker();
    {
      using _ownership = await acquire(dir, marker);
      assertEquals(liveOwner(dir)?.pid, Deno.pid);
      assertEquals(readOwner(dir)?.marker, marker);
    }
    assertEquals(liveOwner(dir), undefined);
    assertEquals([...Deno.readDirSync(dir)], []);
  });
});

Deno.test("acquire lets one of two claims win, one after the other and at the same time", async () => {
  await usingDir(async (dir) => {
    const claims = await Promise.allSettled([1, 2, 3].map(() => acquire(dir, newMarker().marker)));
    const won = claims.filter(({ status }) => status === "fulfilled");
    assertEquals(won.length, 1);
    const error = await assertRejects(() => acquire(dir, newMarker().marker), "its run is alive");
    assert(error instanceof ConfigError && error.code === "config.ident_in_use");
    for (const claim of claims) if (claim.status === "fulfilled") claim.value[Symbol.dispose]();
    (await acquire(dir, newMarker().marker))[Symbol.dispose]();
  });
});

Deno.test("acquire takes over from a dead run whose pid was used again", async () => {
  await usingDir(async (dir) => {
    using former = await acquire(dir, newMarker().marker);
    makeDead(former);
    assertEquals(liveOwner(dir), undefined);
    const cleared: string[] = [];
    former.noteRemains(`${dir}/left`);
    using _ownership = await acquire(dir, newMarker().marker, {
      clear: (path) => {
        cleared.push(path);
      },
    });
    assertEquals([liveOwner(dir)?.pid, cleared], [Deno.pid, [`${dir}/left`]]);
  });
});
