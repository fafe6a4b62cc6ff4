/**
 * `wait`, `show` and `events`: on recorded runs, on a running run, on one of another user.
 */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "../../testing/assert.ts";
import { RECORDED_RUNS, RecordedRuns } from "../../testing/recorded_runs.ts";
import { denoDirectory } from "../../testing/run_cli.ts";
import { BIN, cliCommand, Scene } from "../../testing/scene.ts";
import { testOrSkip } from "../../testing/skip.ts";
import { asOtherUser, missingOtherUser } from "../../testing/users.ts";

Deno.test("show tells head, hosts, failures apart, slow tasks; events are filtered", async () => {
  await using scene = new Scene();
  using runs = new RecordedRuns();
  for (const run of RECORDED_RUNS) {
    runs.add(run);
    const { stdout } = await scene.ok(["show", runs.dir, "-i", run]);
    assert(stdout.split("\n").every((line) => line.length <= 80), stdout);
    const parts = [
      `${run}: failed, exit code 4 in `,
      "\n  ran      deploy.yml\n",
      "\n  db1   2   0        0        1       2        0        0\n",
      "\nFailed\n  gone: Reach (/private/project/deploy.yml:12)\n    unreachable: ",
      "Failed to connect to the host via ssh",
      "  db1: Restart (/private/project/deploy.yml:23)\n    ",
      "non-zero return code",
      "(rc 3)\n    stdout: out\n    stderr: some error\n",
      "\nIgnored\n  web1: Check disk ",
      "\nRescued\n  web2: Break ",
      "\nSlowest tasks\n  ",
    ];
    for (const part of parts) assertStringIncludes(stdout, part);
  }
  const told = JSON.parse((await scene.ok(["show", runs.dir, "-i", "ours", "-j"])).stdout);
  assertEquals(told.rescued[0].host, "web2");
  assertEquals(told.tally.db1.failed, 1);
  assertEquals(told.command[0], "ansible-playbook");
  const rows = [
    [["--failed"], [26, 36, 46, 54, 55]],
    [["--failed", "--host", "web2"], [36, 54, 55]],
    [["--task", "Restart", "--event", "runner_on_failed"], [46]],
    [["--event", "3"], [3]],
    [["--since-counter", "57"], [58, 59]],
    [["--host", "nowhere"], []],
  ] as const;
  for (const [flags, counters] of rows) {
    const { stdout } = await scene.ok(["events", runs.dir, "-i", "ours", ...flags]);
    const found = stdout.trim().split("\n").filter((line) => line !== "");
    assertEquals(found.map((line) => JSON.parse(line).counter), [...counters]);
  }
});

Deno.test("show without stats tells where the run was ended", async () => {
  await using scene = new Scene();
  using runs = new RecordedRuns();
  const dir = runs.add("ours", "cut");
  for (const { name } of Deno.readDirSync(`${dir}/job_events`)) {
    if (parseInt(name) > 44) Deno.removeSync(`${dir}/job_events/${name}`);
  }
  Deno.writeTextFileSync(`${dir}/status`, "canceled");
  Deno.writeTextFileSync(`${dir}/reason`, '{"reason": "canceled", "by": "\\u001b[2J"}');
  const { stdout } = await scene.ok(["show", runs.dir]);
  assertStringIncludes(stdout, "canceled by \\u001b[2J");
  assertStringIncludes(
    stdout,
    "\nGoing on at the end\n  Restart (/private/project/deploy.yml:23): web2, db1",
  );
});

Deno.test("wait: rc of the run, why on stderr, 124 on timeout; of a run that goes on and one of the original", async () => {
  await using scene = new Scene();
  using runs = new RecordedRuns();
  runs.add("original");
  const ended = await scene.cli(["wait", runs.dir]);
  assertEquals([ended.code, ended.stdout], [4, ""]);
  assertStringIncludes(ended.stderr, 'Run "original" failed: gone: Reach: Failed to connect');
  const env = { GATE: `${scene.root}/gate` };
  await scene.ok(["start", ".", "-i", "a", "-b", `${BIN}/gated_lines`], { env });
  assertEquals((await scene.cli(["wait", ".", "--timeout", "0.05"])).code, 124);
  const following = scene.cli(["events", ".", "-f", "--since-counter", "2"]);
  const waiting = scene.cli(["wait", ".", "-i", "a"]);
  Deno.writeTextFileSync(env.GATE, "");
  const waited = await waiting;
  assertEquals([waited.code, waited.stdout, waited.stderr], [0, "", ""]);
  const lines = (await following).stdout.trim().split("\n");
  assertEquals(lines.map((line) => JSON.parse(line).counter), [3, 4, 5, 6, 7, 8]);
  assertEquals((await scene.cli(["wait", ".", "-i", "none"])).code, 1);
  await scene.ok(["start", ".", "-i", "b", "-b", "/bin/sleep", "--cmdline", "60"]);
  assertMatch((await scene.ok(["show", ".", "-i", "b"])).stdout, /^b: running in /);
  const canceled = scene.cli(["wait", ".", "-i", "b"]);
  await scene.ok(["stop", ".", "-i", "b"]);
  assertEquals((await canceled).code, 254);
  assertStringIncludes((await canceled).stderr, 'Run "b" ended: canceled');
});

Deno.test("links and pipes in the place of files are neither followed nor waited for", async () => {
  await using scene = new Scene();
  using runs = new RecordedRuns();
  const dir = runs.add("ours", "evil");
  Deno.writeTextFileSync(`${scene.root}/secret`, '["secret"]');
  for (const name of ["rc", "command"]) Deno.removeSync(`${dir}/${name}`);
  Deno.symlinkSync(`${scene.root}/secret`, `${dir}/command`);
  new Deno.Command("mkfifo", { args: [`${dir}/rc`, `${dir}/job_events/60-a.json`] }).outputSync();
  Deno.symlinkSync(`${scene.root}/secret`, `${dir}/job_events/61-b.json`);
  for (const command of ["status", "show", "events"]) {
    const { stdout } = await scene.ok([command, runs.dir]);
    assert(!stdout.includes("secret"), stdout);
  }
  assertEquals((await scene.cli(["wait", runs.dir])).code, 1);
});

testOrSkip("a run that another user may not read: no stack trace", missingOtherUser(), () => {
  using runs = new RecordedRuns();
  runs.add("ours");
  Deno.chmodSync(runs.dir, 0o755);
  Deno.chmodSync(runs.root, 0o755);
  Deno.chmodSync(`${runs.root}/ours`, 0o755);
  Deno.chmodSync(`${runs.root}/ours/job_events`, 0o700);
  for (const [command, code] of [["wait", 4], ["show", 1]] as const) {
    const found = asOtherUser([...cliCommand(), command, runs.dir], { DENO_DIR: denoDirectory() });
    assertEquals(found.code, code, found.stderr);
    if (code === 1) assertMatch(found.stderr, /^error: Cannot read .*: Permission denied\n$/);
  }
});
