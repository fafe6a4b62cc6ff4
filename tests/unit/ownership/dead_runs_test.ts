import { acquire } from "../../../src/ownership/claim.ts";
import { sweepDead } from "../../../src/ownership/dead_runs.ts";
import { readOwner } from "../../../src/ownership/owner_record.ts";
import { isAlive, readProcess } from "../../../src/process/process_tree.ts";
import { assert, assertEquals } from "../../testing/assert.ts";
import { DOUBLE_FORK, newMarker, startShell } from "../../testing/processes.ts";
import { makeDead, usingDir } from "../../testing/runs.ts";

Deno.test("sweepDead ends and removes what a dead run left, and settles it once", async () => {
  await usingDir(async (root) => {
    const { env, marker } = newMarker();
    await using shell = await startShell(DOUBLE_FORK, env);
    const orphan = Number(shell.words[0]);
    const startTime = readProcess(orphan)?.startTime ?? "";
    Deno.mkdirSync(`${root}/dead`);
    using ownership = await acquire(`${root}/dead`, marker);
    Deno.writeTextFileSync(`${root}/left`, "");
    ownership.noteRemains(`${root}/left`);
    makeDead(ownership);
    const settled: string[] = [];
    const settle = (): void => {
      settled.push(Deno.statSync(`${root}/dead`).isDirectory ? "dead" : "");
    };
    assertEquals(await sweepDead(root, { settle }), ["dead"]);
    assert(!isAlive(orphan, startTime), "a process of the run is alive");
    assertEquals([...Deno.readDirSync(root)].map(({ name }) => name), ["dead"]);
    assertEquals([...Deno.readDirSync(`${root}/dead`)], []);
    assertEquals([settled, readOwner(`${root}/dead`)], [["dead"], undefined]);
    assertEquals(await sweepDead(root, { settle }), []);
    assertEquals(settled.length, 1);
  });
});

Deno.test("sweepDead leaves a live run alone", async () => {
  await usingDir(async (root) => {
    Deno.mkdirSync(`${root}/live`);
    using _ownership = await acquire(`${root}/live`, newMarker().marker);
    assertEquals(await sweepDead(root, { lookInto: "all" }), []);
    assertEquals(readOwner(`${root}/live`)?.pid, Deno.pid);
  });
});
