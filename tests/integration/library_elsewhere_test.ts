// Runs of other processes, looked at, followed and stopped by the library.
import {
  isAlive,
  listRuns,
  retry,
  run,
  runAsync,
  RunFailedError,
  Runner,
  RunnerError,
  stop,
} from "../../mod.ts";
import { assert, assertEquals, assertRejects } from "../testing/assert.ts";
import { collect, LibraryDir } from "../testing/library_dir.ts";

const CLI = new URL("../../cli.ts", import.meta.url).pathname;
const BIN = new URL("../fixtures/bin", import.meta.url).pathname;

/** Starts a run in the background of another process. */
async function startElsewhere(data: LibraryDir, ident: string): Promise<string> {
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", CLI, "start", data.dir, "-b", `${BIN}/forever`, "-i", ident],
    env: data.base.envvars,
  }).output();
  assert(success, new TextDecoder().decode(stderr));
  return `${data.dir}/artifacts/${ident}`;
}

Deno.test("a run of another process is followed, and cancel() resolves when its status is final", async () => {
  await using data = new LibraryDir();
  const dir = await startElsewhere(data, "first");
  const url = new URL(`file://${data.dir}`);
  assertEquals([await isAlive(data.dir), await isAlive(url, { ident: "first" })], [
    true,
    true,
  ]);
  const [listed] = await listRuns(url, { artifactDir: new URL(`file://${data.dir}/artifacts`) });
  assertEquals([listed?.ident, listed?.status, listed?.artifactDir], ["first", "running", dir]);
  {
    // Whoever only looks ends nothing.
    await using _looked = await Runner.fromArtifacts(dir, { follow: true });
  }
  assert(await isAlive(data.dir));
  const followed = await Runner.fromArtifacts(dir, { follow: true });
  for await (const event of followed.events) if (event.stdout === "started") break;
  const stopReading = new AbortController();
  const reading = collect(followed.events({ from: 2, signal: stopReading.signal }));
  stopReading.abort();
  assertEquals(await reading, []);
  const unfollowed = await Runner.fromArtifacts(dir);
  await followed.cancel();
  assertEquals([followed.status, followed.rc, followed.canceled], ["canceled", 254, true]);
  assertEquals(await isAlive(data.dir), false);
  await unfollowed.cancel();
  assertEquals(unfollowed.status, "canceled");
  await startElsewhere(data, "second");
  await stop(url);
  assertEquals((await listRuns(data.dir, { ident: "second" }))[0]?.status, "canceled");
  const error = await assertRejects(() => stop(data.dir), "Cannot stop: nothing runs");
  assert(error instanceof RunnerError && error.code === "background.not_running");
});

Deno.test("another view of a run of this process cancels it as well", async () => {
  await using data = new LibraryDir();
  const { runner, done } = runAsync({ ...data.fixture("forever"), ident: "here" });
  for await (const event of runner.events) if (event.stdout === "started") break;
  const other = await Runner.fromArtifacts(`${data.dir}/artifacts/here`);
  await other.cancel("the other view");
  assertEquals(other.status, "canceled");
  assertEquals((await done).endReason, { reason: "canceled", by: "the other view" });
});

Deno.test("events from a counter on; of a removed directory an error; orThrow", async () => {
  await using data = new LibraryDir();
  for (const event_store of ["files", "jsonl"] as const) {
    const runner = await run({
      ...data.fixture("fake_ansible_events", { FAKE_EVENTS: "5" }),
      settings: { event_store },
    });
    assertEquals(runner.orThrow(), runner);
    const counters = (await collect(runner.events({ from: 4 }))).map((event) => event.counter);
    assertEquals(counters, [4, 5]);
    Deno.removeSync(runner.config.artifactDir, { recursive: true });
    const error = await assertRejects(() => collect(runner.events), "Cannot read the events of");
    assert(error instanceof RunnerError && error.code === "artifacts.none");
  }
  const failed = await run({ ...data.base, binary: "/bin/false" });
  try {
    failed.orThrow();
    assert(false);
  } catch (error) {
    assert(error instanceof RunFailedError && error.runner === failed);
    assertEquals(error.message, `Run "${failed.ident}" is failed: exit code 1`);
  }
});

Deno.test("paths are those of the call, wherever its caller goes meanwhile", async () => {
  await using data = new LibraryDir();
  const project = `${data.dir}/private/project`;
  Deno.mkdirSync(project, { recursive: true });
  Deno.mkdirSync(`${data.dir}/roles`);
  const task = { name: "t", fail: {}, when: "inventory_hostname == 'b'" };
  const play = { hosts: "all", gather_facts: false, tasks: [task] };
  Deno.writeTextFileSync(`${project}/p.yml`, JSON.stringify([play]));
  const fromThere = async <Value>(call: () => Promise<Value>): Promise<Value> => {
    Deno.chdir(data.dir);
    const answer = call();
    Deno.chdir("/");
    return await answer;
  };
  const before = Deno.cwd();
  const place = { privateDataDir: "private", envvars: data.base.envvars, quiet: true };
  const options = { ident: "first", playbook: "p.yml", inventory: "a,b,", rolesPath: "roles" };
  try {
    assertEquals((await fromThere(() => run({ ...place, ...options }))).rc, 2);
    const listed = await fromThere(() => listRuns("private"));
    assertEquals(listed.map(({ ident }) => ident), ["first"]);
    const runner = await fromThere(() => Runner.fromArtifacts("private/artifacts/first"));
    assertEquals(runner.rc, 2);
    const again = await fromThere(() => retry({ ...place, retryIdent: "first" }));
    assertEquals([again.rc, again.config.privateDataDir], [2, `${data.dir}/private`]);
    assertEquals(Object.keys(again.stats?.failures ?? {}), ["b"]);
  } finally {
    Deno.chdir(before);
  }
});

Deno.test("a misspelt option is an error: it must not mean the run in the background", async () => {
  for (const call of [isAlive, listRuns, stop]) {
    await assertRejects(
      () => call("/nonexistent", { indent: "a" } as never),
      'Cannot use option "indent": there is no such option (did you mean "ident"?)',
    );
    await assertRejects(
      () => call("/nonexistent", { ident: 5 } as never),
      'Cannot use option "ident": expected a string, got 5',
    );
  }
});

Deno.test("a program whose working directory was removed gets one clear line", async () => {
  const dir = await Deno.makeTempDir({ prefix: "runner_library_" });
  const program = `
    import { run } from ${JSON.stringify(new URL("../../mod.ts", import.meta.url).href)};
    Deno.mkdirSync("gone");
    Deno.chdir("gone");
    Deno.removeSync(${JSON.stringify(`${dir}/gone`)});
    await run({ privateDataDir: "demo", binary: "/bin/true" })
      .catch((error) => console.log(error.code, "|", error.message));`;
  await Deno.writeTextFile(`${dir}/gone.ts`, program);
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", `${dir}/gone.ts`],
    cwd: dir,
  }).output();
  assertEquals(
    new TextDecoder().decode(stdout),
    "config.host_cwd | Cannot find the working directory: it was removed\n",
  );
  await Deno.remove(dir, { recursive: true });
});
