// Runner.fromArtifacts on runs of others: the Python ansible-runner's, and one that goes on.
import { Runner } from "../../mod.ts";
import { assert, assertEquals } from "../testing/assert.ts";
import { collect, LibraryDir } from "../testing/library_dir.ts";
import { findSystemStack, runOriginal } from "../testing/original.ts";
import { Scene, waitFor } from "../testing/scene.ts";
import { testOrSkip } from "../testing/skip.ts";

const search = await findSystemStack();
const missing = "missing" in search ? search.missing : undefined;

testOrSkip("Runner.fromArtifacts opens a run of the original", missing, async () => {
  assert("stack" in search);
  await using data = new LibraryDir();
  data.playbook(
    "mixed.yml",
    `    - ansible.builtin.debug: msg=hello
    - ansible.builtin.command: /bin/false
      ignore_errors: true
    - ansible.builtin.set_fact: {colour: blue, cacheable: true}
`,
  );
  const args = ["run", data.dir, "-p", "mixed.yml", "-i", "theirs", "-q", "--omit-env-files"];
  assertEquals((await runOriginal(search.stack, args)).code, 0);
  const runner = await Runner.fromArtifacts(`${data.dir}/artifacts/theirs`);
  assertEquals([runner.status, runner.rc], ["successful", 0]);
  assertEquals(runner.endReason, { reason: "exit", code: 0 });
  assertEquals(runner.stats?.ok, { here: 3 });
  assertEquals(runner.stats?.ignored, { here: 1 });
  const events = await collect(runner.events);
  assertEquals(events.map(({ counter }) => counter), events.map((_, index) => index + 1));
  const results = (await collect(runner.hostEvents("here"))).map(({ event }) => event);
  assertEquals(results.filter((event) => event !== "runner_on_start"), [
    "runner_on_ok",
    "runner_on_failed",
    "runner_on_ok",
  ]);
  assertEquals((await runner.getFactCache("here"))["colour"], "blue");
  assert((await runner.stdout()).includes("...ignoring"));
  assertEquals(runner.config.mode, "playbook");
  assertEquals(runner.config.argv[0], "ansible-playbook");
});

Deno.test("Runner.fromArtifacts tells whether a run of another process goes on", async () => {
  await using scene = new Scene();
  const binary = new URL("../fixtures/bin/forever", import.meta.url).pathname;
  const child = scene.spawn(["run", ".", "-b", binary, "-i", "live"]);
  await scene.waitForOutput("live", "started");
  const dir = `${scene.dir}/artifacts/live`;
  // Text is shown a moment before its event is kept.
  await waitFor(() => [...Deno.readDirSync(`${dir}/job_events`)].length > 0, "the event is kept");
  const live = await Runner.fromArtifacts(dir);
  assertEquals([live.status, live.rc, live.endReason], ["running", undefined, undefined]);
  assertEquals((await collect(live.events)).map(({ stdout }) => stdout), ["started"]);
  child.kill("SIGKILL");
  await child.output();
  const dead = await Runner.fromArtifacts(dir);
  assertEquals([dead.status, dead.rc], ["failed", undefined]);
  assertEquals(dead.endReason, { reason: "runner_died" });
});
