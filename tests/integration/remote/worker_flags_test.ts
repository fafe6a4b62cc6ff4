/**
 * Flags of `transmit`, `worker` and `process` that the other tests give to the library alone.
 */
import { assert, assertEquals, assertMatch } from "../../testing/assert.ts";
import { cliCommand, Scene } from "../../testing/scene.ts";

/** Our three commands in a row; `$R` is the command line, `$D` the private data dir. */
async function pipe(
  scene: Scene,
  script: string,
): Promise<{ readonly code: number; readonly stdout: string }> {
  const { code, stdout } = await new Deno.Command("sh", {
    args: ["-c", script],
    env: { R: cliCommand().join(" "), D: scene.dir, TMPDIR: scene.tmp },
    stdin: "null",
  }).output();
  return { code, stdout: new TextDecoder().decode(stdout) };
}

Deno.test("transmit --only-transmit-kwargs sends no files; process --exit-code is the job's", async () => {
  await using scene = new Scene();
  scene.write("project/a", "content");
  const send = "$R transmit $D -i x -b /bin/sh --cmdline '-c \"exit 7\"'";
  const [all, bare] = await Promise.all(
    ["", "--only-transmit-kwargs"].map((flag) => pipe(scene, `${send} ${flag}`)),
  );
  assertMatch(all?.stdout ?? "", /^\{"zipfile": \d+\}/m);
  assert(bare?.stdout.includes('"kwargs"') === true && !bare.stdout.includes("zipfile"));
  const job = `${send} --only-transmit-kwargs | $R worker --private-data-dir $D >$D/stream`;
  await pipe(scene, job);
  const codes = await Promise.all(
    ["", "--exit-code"].map((flag, at) =>
      pipe(scene, `mkdir $D/back${at} && $R process $D/back${at} -q ${flag} <$D/stream`)
    ),
  );
  assertEquals(codes.map(({ code }) => code), [0, 7]);
});

Deno.test("worker --worker-info tells of the machine; worker cleanup does what its flags say", async () => {
  await using scene = new Scene();
  const info = await scene.ok(["worker", "--worker-info"]);
  assertMatch(info.stdout, new RegExp(`^\\{cpu_count: ${navigator.hardwareConcurrency}, errors: `));
  const makeJobs = (): void => {
    for (const name of ["job_1", "job_2"]) Deno.mkdirSync(`${scene.dir}/${name}`);
  };
  const left = (): string[] =>
    [...Deno.readDirSync(scene.dir)].map(({ name }) => name).filter((name) => /job/.test(name));
  makeJobs();
  const words = ["worker", "cleanup", "--file-pattern", `${scene.dir}/job_*`];
  await scene.ok(words);
  assertEquals(left().sort(), ["job_1", "job_2"], "too young");
  const some = await scene.ok([...words, "--grace-period", "0", "--exclude-strings", "job_2"]);
  assertMatch(some.stdout, /^Removed 1 private data dir.*\n\(changed: True\)\n$/);
  assertEquals(left(), ["job_2"]);
});

Deno.test("worker cleanup has the engine remove images, and prune them", async () => {
  await using scene = new Scene();
  const bin = `${scene.root}/bin`;
  Deno.mkdirSync(bin);
  const log = `${scene.root}/calls`;
  const program = `#!/bin/sh\necho "$*" >>'${log}'\n[ "$1" != images ] || echo '"img:1"'\n`;
  Deno.writeTextFileSync(`${bin}/podman`, program, { mode: 0o755 });
  const env = { PATH: `${bin}:${Deno.env.get("PATH")}` };
  const words = ["worker", "cleanup", "--remove-images", "img:1", "--image-prune"];
  const { stdout } = await scene.ok(words, { env });
  assertEquals(stdout, "Removed 1 image(s)\n(changed: True)\n");
  const calls = Deno.readTextFileSync(log).trimEnd().split("\n");
  assertEquals(calls.slice(1), ["untag img:1", "image prune -f"]);
});

Deno.test("what a worker left that was killed is removed by the next one, and by worker cleanup", async () => {
  await using scene = new Scene();
  const places = (): string[] => Array.from(Deno.readDirSync(scene.tmp), ({ name }) => name);
  const kill = async (): Promise<void> => {
    const child = new Deno.Command("sh", {
      args: ["-c", `exec ${cliCommand().join(" ")} worker --keepalive-seconds 1`],
      env: { TMPDIR: scene.tmp },
      stdin: "piped",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    await child.stdout.getReader().read();
    child.kill("SIGKILL");
    await child.status;
    await child.stdin.abort().catch(() => {});
  };
  await kill();
  const [first] = places();
  await kill();
  const [second, ...others] = places();
  assert(first !== undefined && second !== undefined && first !== second);
  assertEquals(others, []);
  const { stdout } = await scene.ok(["worker", "cleanup"]);
  assertEquals(stdout, "Removed 1 temporary dir(s) of killed workers\n(changed: True)\n");
  assertEquals(places(), []);
});
