import { assert, assertEquals, assertMatch, assertStringIncludes } from "../../testing/assert.ts";
import { waitForNone } from "../../testing/leaks.ts";
import { BIN, Scene, slack, waitFor } from "../../testing/scene.ts";

const DIED = { rc: "254", status: "failed", reason: "runner_died" };

for (const program of ["forever", "double_fork", "ignore_term", "stubborn_orphan"]) {
  Deno.test(`children die with a killed runner (${program})`, async () => {
    await using scene = new Scene();
    await crash(scene, program);
    assertEquals(await waitForNone(scene.mark, 1000 * slack()), []);
    assertEquals((await scene.cli(["is-alive", "."])).code, 1);
    assertEquals(scene.ending("a"), DIED);
    await scene.assertNothingLeft();
  });
}

for (const command of ["status", "logs", "stop", "is-alive", "run", "start"]) {
  Deno.test(`${command} tells the truth after a crash and clears what was left`, async () => {
    await using scene = new Scene();
    await crash(scene, "double_fork");
    const more = command === "run" || command === "start"
      ? ["-b", `${BIN}/exit_137`, "-i", "b"]
      : [];
    const { code, stdout, stderr } = await scene.cli([command, ".", ...more]);
    const expected: Record<string, [number, RegExp, RegExp]> = {
      "status": [0, /\na +failed +254 [^\n]*\n[^\n]*\n {2}the runner process died\n$/, /^$/],
      "logs": [0, /^started\r\n$/, /^$/],
      "stop": [0, /^$/, /^Runner \d+ was dead already: what it left is cleared\n$/],
      "is-alive": [1, /^$/, /^$/],
      "run": [137, /^$/, /^$/],
      "start": [0, /^Run "[\w-]+" started: .*\n$/, /^$/],
    };
    const [expectedCode, out, err] = expected[command] ?? [0, /^$/, /^$/];
    assertEquals(code, expectedCode, stderr);
    assertMatch(stdout, out);
    assertMatch(stderr, err);
    assertEquals(scene.ending("a"), DIED);
    await scene.assertNothingLeft();
  });
}

Deno.test("a forged record of a crashed run ends no process of somebody else", async () => {
  await using scene = new Scene();
  await crash(scene, "forever");
  await scene.cli(["status", "."]);
  const scratch = `${scene.dir}/artifacts/a/.run`;
  Deno.mkdirSync(scratch);
  const identity = {
    boot: Deno.readTextFileSync("/proc/sys/kernel/random/boot_id").trim(),
    namespace: Deno.readLinkSync("/proc/self/ns/pid"),
    host: Deno.hostname(),
  };
  const forged = { ...identity, pid: 4_000_000, startTime: "1", marker: "VICTIM=1" };
  Deno.writeTextFileSync(`${scratch}/owner`, JSON.stringify(forged));
  const victim = new Deno.Command("sleep", { args: ["60"], env: { VICTIM: "1" } }).spawn();
  // Without a record that is believed it counts as dead only when it is old.
  Deno.utimeSync(scratch, new Date(0), new Date(0));
  await scene.ok(["status", "."]);
  victim.kill("SIGUSR1");
  assertEquals((await victim.status).signal, "SIGUSR1");
  await scene.assertNothingLeft();
});

Deno.test("the ident of a crashed run can be used again at once", async () => {
  await using scene = new Scene();
  await crash(scene, "double_fork");
  await scene.ok(["start", ".", "-i", "a", "-b", `${BIN}/forever`]);
  await scene.waitForOutput("a", "started");
  const sleepers = (): number =>
    scene.processes().filter(({ command }) => command === "sleep 1000").length;
  await waitFor(() => sleepers() === 1, "the old are gone, the new is there");
  await scene.ok(["stop", "."]);
  assertEquals(scene.ending("a").reason, "canceled");
  await scene.assertNothingLeft();
});

Deno.test("stop of a crashed run by its ident clears it", async () => {
  await using scene = new Scene();
  await crash(scene, "double_fork");
  const { code, stderr } = await scene.cli(["stop", ".", "-i", "a"]);
  assertEquals([code, stderr], [0, `Run "a" had lost its runner: what it left is cleared\n`]);
  assertEquals((await scene.cli(["stop", ".", "-i", "a"])).code, 1);
  await scene.assertNothingLeft();
});

Deno.test("a runner in the foreground that is killed leaves no live child", async () => {
  await using scene = new Scene();
  const child = scene.spawn(["run", ".", "-i", "a", "-b", `${BIN}/forever`]);
  await scene.waitForOutput("a", "started");
  child.kill("SIGKILL");
  await child.output();
  assertEquals(await waitForNone(scene.mark, 1000 * slack()), []);
  assertMatch((await scene.cli(["status", "."])).stdout, /\na +failed +254 /);
  await scene.assertNothingLeft();
});

Deno.test("a crash in the midst of many events leaves only whole files", async () => {
  await using scene = new Scene();
  const env = { FAKE_EVENTS: "100000", FAKE_BODY: "1500" };
  const args = ["run", ".", "-q", "-i", "a", "-b", `${BIN}/fake_ansible_events`];
  const child = scene.spawn(args, { env });
  await scene.waitForOutput("a", "ok:");
  await new Promise((resolve) => setTimeout(resolve, 200));
  child.kill("SIGKILL");
  await child.output();
  await scene.cli(["status", "."]);
  assertEquals(scene.ending("a"), DIED);
  const dir = `${scene.dir}/artifacts/a/job_events`;
  const counters = Array.from(Deno.readDirSync(dir), ({ name }) => {
    const event = JSON.parse(Deno.readTextFileSync(`${dir}/${name}`));
    assert(name.startsWith(`${event.counter}-`), name);
    return Number(event.counter);
  }).sort((a, b) => a - b);
  assert(counters.length > 10);
  assertEquals(counters, counters.map((_, at) => at + 1), "no gap");
  await scene.assertNothingLeft();
});

Deno.test("what a crash left half made is cleared, a live run's is not", async () => {
  await using scene = new Scene();
  await scene.cli(["start", ".", "-i", "live", "-b", `${BIN}/forever`]);
  for (const name of [".run", ".run-dead-1", ".run-abc"]) {
    const dir = `${scene.dir}/artifacts/old/${name}`;
    Deno.mkdirSync(dir, { recursive: true });
    Deno.writeTextFileSync(`${dir}/owner`, "");
    Deno.utimeSync(dir, 1000, 1000);
  }
  scene.write("artifacts/old/status.12-1.new", "fai");
  assertStringIncludes((await scene.cli(["status", "."])).stdout, "the runner process died");
  await scene.ok(["is-alive", ".", "-i", "live"]);
  await scene.ok(["stop", "."]);
  assertEquals(scene.ending("live").status, "canceled");
  await scene.assertNothingLeft();
});

/** Starts a run in the background and kills its runner. */
async function crash(scene: Scene, program: string): Promise<void> {
  await scene.ok(["start", ".", "-i", "a", "-b", `${BIN}/${program}`]);
  await scene.waitForOutput("a", "started");
  Deno.kill(Number(Deno.readTextFileSync(`${scene.dir}/pid`)), "SIGKILL");
}
