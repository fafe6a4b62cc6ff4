import {
  makeTemporaryPlace,
  sweepTemporaryPlaces,
} from "../../../../src/remote/worker/temporary_place.ts";
import { assert, assertEquals } from "../../../testing/assert.ts";
import { withDir } from "../../../testing/zips.ts";

function names(dir: string): string[] {
  return Array.from(Deno.readDirSync(dir), ({ name }) => name).sort();
}

Deno.test("what a killed worker left goes; what is in use, a link or another's stays", async () => {
  await using dir = await withDir();
  const live = makeTemporaryPlace();
  const name = live.path.slice(live.path.lastIndexOf("/") + 1);
  try {
    const at = (path: string): string => `${dir.path}/${path}`;
    for (const path of ["ansible_runner_worker_dead/artifacts", "other"]) {
      Deno.mkdirSync(at(path), { recursive: true });
    }
    Deno.writeTextFileSync(at("other/file"), "");
    Deno.symlinkSync("other", at("ansible_runner_worker_link"));
    assertEquals(sweepTemporaryPlaces(dir.path), 1);
    assertEquals(names(dir.path), ["ansible_runner_worker_link", "other"]);
    assertEquals(names(at("other")), ["file"]);
    // The same directory, found under the name of another: it is locked all the same.
    Deno.renameSync(live.path, at(name));
    assertEquals(sweepTemporaryPlaces(dir.path), 0);
    live[Symbol.dispose]();
    assertEquals(sweepTemporaryPlaces(dir.path), 1);
    assert(!names(dir.path).includes(name));
  } finally {
    await Deno.remove(live.path, { recursive: true }).catch(() => {});
  }
});
