import { assert, assertEquals } from "../../testing/assert.ts";
import { Scene } from "../../testing/scene.ts";

/** Less than what is promised, as it costs time: 200 MB take no more memory. */
const LENGTH = 60_000_000;

/** Prints how much memory the rest of its words took at most, in KiB. */
const MEASURED = [
  "/usr/bin/python3",
  "-c",
  "import resource, subprocess, sys\nprint(subprocess.call(sys.argv[1:]))\n" +
  "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)",
];

Deno.test("a line of many megabytes is kept whole, and never in memory", async () => {
  await using scene = new Scene();
  const program = `#!/bin/sh\nhead -c ${LENGTH} /dev/zero | tr '\\0' x; echo; echo end\n`;
  Deno.writeTextFileSync(`${scene.root}/program`, program, { mode: 0o755 });
  const args = ["run", ".", "-b", `${scene.root}/program`, "-i", "a", "-q"];
  const { stdout } = await scene.cli(args, { before: MEASURED });
  const [code, kib] = stdout.trim().split("\n").map(Number);
  assertEquals(code, 0);
  assert((kib ?? Infinity) < 300_000, `${kib} KiB`);
  const dir = `${scene.dir}/artifacts/a`;
  assertEquals(Deno.statSync(`${dir}/stdout`).size, LENGTH + 7);
  const sizes = Array.from(Deno.readDirSync(`${dir}/job_events`))
    .map(({ name }) => Deno.statSync(`${dir}/job_events/${name}`).size - LENGTH);
  assert(sizes.length === 2 && sizes.some((size) => size > 0 && size < 500), `${sizes}`);
});
