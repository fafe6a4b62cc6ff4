import { assert, assertEquals, assertMatch } from "../../testing/assert.ts";
import { Mount, whyNoMount } from "../../testing/mount.ts";
import { BIN, Scene, slack, waitFor, within } from "../../testing/scene.ts";
import { whyNoLaterMounts } from "../../testing/bare_host.ts";
import { testOrSkip } from "../../testing/skip.ts";

const NO_MOUNT = whyNoMount();

testOrSkip("a full disk ends the run with a clear message and whole files", NO_MOUNT, async () => {
  await using scene = new Scene();
  Deno.mkdirSync(`${scene.root}/disk`);
  using disk = Mount.small(`${scene.root}/disk`, "1M");
  const args = ["run", ".", "-i", "a", "--artifact-dir", `${disk.path}/runs`];
  const env = { FAKE_EVENTS: "5000" };
  const { code, stderr, ms } = await scene.cli([...args, "-b", `${BIN}/fake_ansible_events`], {
    env,
  });
  assertEquals(code, 1);
  // The job's own line of the spool may be the one that did not fit.
  const said = stderr.replace(/^warning: Cannot take a line of the spool[^\n]*\n/, "");
  assertMatch(said, /^error: Cannot write to "[^"]*runs\/a": No space left on device\n$/);
  assert(ms < 10_000 * slack());
  const read = (name: string) => Deno.readTextFileSync(`${disk.path}/runs/a/${name}`);
  assertEquals([read("rc"), read("status")], ["254", "failed"]);
  assertEquals(JSON.parse(read("reason")).reason, "artifacts_failed");
  const events = `${disk.path}/runs/a/job_events`;
  const counters = Array.from(Deno.readDirSync(events), ({ name }) => {
    assertEquals(JSON.parse(Deno.readTextFileSync(`${events}/${name}`)).event, "runner_item_on_ok");
    return Number(name.split("-")[0]);
  }).sort((a, b) => a - b);
  assertEquals(counters, counters.map((_, at) => at + 1), "no gap");
  assertEquals(Array.from(Deno.readDirSync(`${disk.path}/runs/a`)).filter(isScratch), []);
  await scene.assertNothingLeft();
});

testOrSkip(
  "artifacts that become read-only end the run with a clear message",
  NO_MOUNT ?? whyNoLaterMounts() ?? whyNoImmutable(),
  async () => {
    await using scene = new Scene();
    const child = scene.spawn(["run", ".", "-i", "a", "-b", `${BIN}/slow_lines`], { env: LONG });
    await scene.waitForOutput("a", "line 2");
    // The run holds its directories open: what is mounted over them later is not theirs.
    const events = `${scene.dir}/artifacts/a/job_events`;
    assertEquals(chattr("+i", events), 0);
    const { code, stderr } = await within(10_000 * slack(), child.output());
    chattr("-i", events);
    assertEquals(code, 1);
    assertMatch(
      text(stderr),
      /^error: Cannot write to "[^"]*artifacts\/a": Operation not permitted/,
    );
    using _disk = Mount.readOnly(`${scene.dir}/artifacts`);
    const next = await scene.cli(["run", ".", "-i", "b", "-b", `${BIN}/exit_137`]);
    assertEquals(next.code, 1);
    assertMatch(next.stderr, /^error: Cannot make artifact dir "[^"]*artifacts\/b": Read-only/);
    assertEquals(scene.processes(), []);
  },
);

Deno.test("a deleted artifact dir ends the run with a clear message", async () => {
  await using scene = new Scene();
  const child = scene.spawn(["run", ".", "-i", "a", "-b", `${BIN}/slow_lines`], { env: LONG });
  await scene.waitForOutput("a", "line 2");
  Deno.removeSync(`${scene.dir}/artifacts`, { recursive: true });
  const { code, stderr } = await within(10_000 * slack(), child.output());
  assertEquals(code, 1);
  assertMatch(
    text(stderr),
    /^error: Cannot write to "[^"]*artifacts\/a": No such file or directory/,
  );
  await scene.assertNothingLeft();
});

Deno.test("a silent run whose private data dir is deleted can still be ended", async () => {
  await using scene = new Scene();
  const child = scene.spawn(["run", ".", "-i", "a", "-b", `${BIN}/forever`]);
  await scene.waitForOutput("a", "started");
  Deno.removeSync(scene.dir, { recursive: true });
  child.kill("SIGTERM");
  const { code, stdout, stderr } = await within(10_000 * slack(), child.output());
  assertEquals(code, 1);
  assertEquals(text(stdout), "started\r\n");
  assertMatch(
    text(stderr),
    /^error: Cannot write to "[^"]*artifacts\/a": No such file or directory/,
  );
  assertEquals(scene.processes(), []);
});

Deno.test("a closed standard output does not disturb the run", async () => {
  await using scene = new Scene();
  const args = ["run", ".", "-i", "a", "-b", `${BIN}/slow_lines`];
  const child = scene.spawn(args, { env: { LINES: "5" } });
  await child.stdout.cancel();
  const { code } = await within(10_000 * slack(), child.status);
  assertEquals([code, text(await bytesOf(child.stderr))], [0, ""]);
  assertEquals(scene.artifact("a", "stdout")?.match(/line \d/g)?.length, 5);
  const before = ["sh", "-c", 'exec "$@" >&- <&-', "sh"];
  assertEquals(
    (await scene.cli(["run", ".", "-i", "b", "-b", `${BIN}/exit_137`], { before })).code,
    137,
  );
  await scene.assertNothingLeft();
});

Deno.test("a reader of our output that stops reading does not hold up the run", async () => {
  await using scene = new Scene();
  scene.write("env/settings", "event_store: jsonl\n");
  const env = { FLOOD_MB: "6" };
  const child = scene.spawn(["run", ".", "-i", "a", "-b", `${BIN}/flood`], { env });
  await waitFor(() => scene.artifact("a", "rc") === "0", "the run's end", 25_000);
  const stdout = text(await bytesOf(child.stdout));
  assert(stdout.length > 6 << 20);
  assertEquals(stdout, scene.artifact("a", "stdout"));
  await child.stderr.cancel();
  assertEquals((await child.status).code, 0);
  await scene.assertNothingLeft();
});

Deno.test("a canceled run does not wait long for a reader that stopped reading", async () => {
  await using scene = new Scene();
  scene.write("env/settings", "event_store: jsonl\n");
  const env = { FLOOD_MB: "1000" };
  const child = scene.spawn(["run", ".", "-i", "a", "-b", `${BIN}/flood`], { env });
  await waitFor(() => (scene.artifact("a", "stdout")?.length ?? 0) > 1 << 20, "output");
  child.kill("SIGTERM");
  const { code } = await within(5000 * slack(), child.status);
  assertEquals(code, 254);
  const complaint = "error: Cannot write to standard output: its reader has stopped reading\n";
  assert(text(await bytesOf(child.stderr)).startsWith(complaint));
  await child.stdout.cancel();
  await scene.assertNothingLeft();
});

Deno.test("64 file descriptors are enough", async () => {
  await using scene = new Scene();
  const before = ["sh", "-c", 'ulimit -n 64; exec "$@"', "sh"];
  const args = ["run", ".", "-q", "-i", "a", "-b", `${BIN}/fake_ansible_events`];
  const { code } = await scene.cli(args, { before, env: { FAKE_EVENTS: "500" } });
  assertEquals([code, countEvents(scene)], [0, 500]);
  await scene.ok(["start", ".", "-b", `${BIN}/forever`], { before });
  await scene.ok(["stop", "."], { before });
  await scene.assertNothingLeft();
});

Deno.test("a burst of 10,000 events loses none, and none is shown twice", async () => {
  await using scene = new Scene();
  const args = ["run", ".", "-j", "-i", "a", "-b", `${BIN}/fake_ansible_events`];
  const { code, stdout } = await scene.cli(args, {
    env: { FAKE_EVENTS: "10000", FAKE_BODY: "300" },
  });
  assertEquals([code, countEvents(scene)], [0, 10_000]);
  const counters = stdout.trim().split("\n").map((line) => JSON.parse(line).counter);
  assertEquals(counters, counters.map((_, at) => at + 1));
  await scene.assertNothingLeft();
});

Deno.test("a cancel in the midst of a burst keeps every event that was shown", async () => {
  await using scene = new Scene();
  const args = ["run", ".", "-j", "-i", "a", "-b", `${BIN}/fake_ansible_events`];
  const child = scene.spawn(args, { env: { FAKE_EVENTS: "1000000" } });
  const output = child.output();
  await waitFor(() => countEvents(scene) > 1000, "events");
  const start = performance.now();
  child.kill("SIGTERM");
  const { code, stdout } = await output;
  assert(performance.now() - start < 3000 * slack(), `${performance.now() - start} ms`);
  assertEquals(code, 254);
  const shown = text(stdout).trim().split("\n").map((line) => JSON.parse(line).counter);
  assertEquals(shown, shown.map((_, at) => at + 1));
  assertEquals(countEvents(scene), shown.length);
  await scene.assertNothingLeft();
});

const LONG = { LINES: "300" };

function countEvents(scene: Scene): number {
  try {
    return Array.from(Deno.readDirSync(`${scene.dir}/artifacts/a/job_events`)).length;
  } catch {
    return 0;
  }
}

function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

async function bytesOf(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<Uint8Array> {
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

function isScratch({ name }: Deno.DirEntry): boolean {
  return name.startsWith(".run");
}

function chattr(flag: string, path: string): number {
  try {
    return new Deno.Command("chattr", { args: [flag, path], stderr: "null" }).outputSync().code;
  } catch {
    return 127;
  }
}

function whyNoImmutable(): string | undefined {
  const dir = Deno.makeTempDirSync();
  const isPossible = chattr("+i", dir) === 0;
  chattr("-i", dir);
  Deno.removeSync(dir);
  return isPossible ? undefined : "no directory can be made immutable here (chattr)";
}
