/**
 * What a small remote job costs on any machine, loaded or not: modules, not seconds.
 */
import { assert, assertEquals } from "../../testing/assert.ts";
import { ran } from "../../testing/interop.ts";
import { loadedScripts } from "../../testing/loaded_scripts.ts";
import { cliCommand } from "../../testing/scene.ts";
import { withDir } from "../../testing/zips.ts";

const ENTRY = new URL("../../../cli.ts", import.meta.url).pathname;

/** Most modules of ours that each may load; each costs 0.1 to 0.2 ms. A worker runs the job, too. */
const MOST = { transmit: 85, worker: 185, process: 108 } as const;

Deno.test("a small job loads no module of Node's on its way, and few of ours", async () => {
  await using dir = await withDir();
  Deno.mkdirSync(`${dir.path}/sent/project`, { recursive: true });
  Deno.writeTextFileSync(`${dir.path}/sent/project/play.yml`, "[]");
  const words = {
    transmit: [`${dir.path}/sent`, "-i", "x", "-p", "play.yml", "-b", "/bin/true"],
    worker: ["--private-data-dir", `${dir.path}/work`, "--delete"],
    process: [`${dir.path}/back`, "-i", "x"],
  };
  let input: Uint8Array<ArrayBuffer> | undefined;
  for (const command of ["transmit", "worker", "process"] as const) {
    const args = [command, ...words[command]];
    const scripts = await loadedScripts([ENTRY, ...args], { input });
    const ours = scripts.filter((url) => url.startsWith("file:"));
    assert(ours.some((url) => url.includes("/src/remote/")), "it did something");
    assert(ours.length <= MOST[command], `${ours.length} modules:\n${ours.join("\n")}`);
    assertEquals(scripts.filter((url) => url.startsWith("node:")), [], command);
    const done = await ran(cliCommand(), { args, ...(input && { input }) });
    assertEquals(done.code, 0);
    input = done.stdout;
  }
});
