import { pruneRuns } from "../../../../src/history/prune/prune.ts";
import { assert, assertEquals } from "../../../testing/assert.ts";
import { withDir } from "../../../testing/zips.ts";

function makeRun(root: string, ident: string): void {
  Deno.mkdirSync(`${root}/${ident}`);
  for (const [name, text] of [["command", "{}"], ["stdout", "x"], ["rc", "0"]] as const) {
    Deno.writeTextFileSync(`${root}/${ident}/${name}`, text);
  }
}

/** Calls something while another process removes a directory after so many looks at files. */
function whileVanishing<T>(dir: string, { looks, call }: { looks: number; call: () => T }): T {
  const look = Deno.lstatSync;
  let left = looks;
  Deno.lstatSync = (path) => {
    if (left-- === 0) Deno.removeSync(dir, { recursive: true });
    return look(path);
  };
  try {
    return call();
  } finally {
    Deno.lstatSync = look;
  }
}

Deno.test("pruneRuns takes it that another removes a run meanwhile", async () => {
  const seen = new Set<string>();
  for (let looks = 0; looks < 12; looks++) {
    await using dir = await withDir();
    for (const ident of ["gone", "old"]) makeRun(dir.path, ident);
    const removed = whileVanishing(`${dir.path}/gone`, {
      looks,
      call: () => pruneRuns(dir.path, { keep: 0 }),
    });
    assert(removed.every(({ error, ended }) => error === null && !Number.isNaN(Date.parse(ended))));
    seen.add(removed.map(({ ident }) => ident).sort().join(" "));
  }
  // What is gone before its age is known has not been removed by us.
  assert(seen.has("old"), [...seen].join("; "));
});

Deno.test("pruneRuns keeps what is no run's, and the run that starts", async () => {
  await using dir = await withDir();
  for (const ident of ["a", "current"]) makeRun(dir.path, ident);
  Deno.mkdirSync(`${dir.path}/notes`);
  const removed = pruneRuns(dir.path, { keep: 1, current: "current" });
  assertEquals(removed.map(({ ident }) => ident), ["a"]);
  assertEquals([...Deno.readDirSync(dir.path)].map(({ name }) => name).sort(), [
    "current",
    "notes",
  ]);
});
