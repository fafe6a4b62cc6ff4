/**
 * `diff`, `replay`, `prune` and `profile` on recorded runs.
 */
import { assert, assertEquals, assertStringIncludes } from "../../testing/assert.ts";
import { RecordedRuns } from "../../testing/recorded_runs.ts";
import { BIN, Scene } from "../../testing/scene.ts";

const DAY = 86_400_000;

Deno.test("diff names what failed in one run and has no result in the other", async () => {
  await using scene = new Scene();
  using runs = new RecordedRuns();
  runs.add("original");
  const dir = runs.add("ours");
  for (const { name } of Deno.readDirSync(`${dir}/job_events`)) {
    const path = `${dir}/job_events/${name}`;
    const text = Deno.readTextFileSync(path);
    if (text.includes('"task": "Restart"')) Deno.removeSync(path);
  }
  const { stdout } = await scene.ok(["diff", runs.dir, "original", "ours"]);
  assertStringIncludes(stdout, "Results\n  db1  Restart  failed -> no result\n");
  assertStringIncludes(stdout, "Tasks that are gone\n  Restart");
  const found = JSON.parse((await scene.ok(["diff", runs.dir, "ours", "original", "-j"])).stdout);
  assertEquals(found.changed, [{
    host: "db1",
    task: "Restart",
    path: "/private/project/deploy.yml:23",
    a: null,
    b: "failed",
  }]);
  assertEquals(found.tasks, { appeared: ["Restart"], vanished: [] });
  assertEquals((await scene.ok(["diff", runs.dir, "ours", "ours"])).stdout, "No difference\n");
  assertEquals((await scene.cli(["diff", runs.dir, "ours", "none"])).code, 1);
  assertEquals((await scene.cli(["diff", runs.dir, "ours"])).code, 2);
});

Deno.test("replay prints the output at its pace, with colours and nothing else that a terminal obeys", async () => {
  await using scene = new Scene();
  await scene.ok(["run", ".", "-q", "-i", "a", "-b", `${BIN}/slow_lines`], { env: { LINES: "4" } });
  const slow = await scene.ok(["replay", "."]);
  assertEquals(slow.stdout, "line 1\nline 2\nline 3\nline 4\n");
  const events = `${scene.dir}/artifacts/a/job_events`;
  for (const { name } of Deno.readDirSync(events)) {
    const event = JSON.parse(Deno.readTextFileSync(`${events}/${name}`));
    const stdout = "\x1b[31mred\x1b[0m\x1b]52;c;evil\x07";
    // A minute from event to event.
    const created = new Date(event.counter * 60_000).toISOString();
    Deno.writeTextFileSync(`${events}/${name}`, JSON.stringify({ ...event, stdout, created }));
  }
  const fast = await scene.ok(["replay", ".", "--speed", "1000"]);
  assert(fast.ms > 180, `${fast.ms} ms`);
  const line = "\x1b[31mred\x1b[0m\\u001b]52;c;evil\\u0007\n";
  assertEquals(fast.stdout, line.repeat(4));
});

Deno.test("prune removes ended runs, the oldest first, and nothing else", async () => {
  await using scene = new Scene();
  using runs = new RecordedRuns();
  for (const [ident, days] of [["new", 1], ["mid", 40], ["old", 60]] as const) {
    runs.add(ident === "mid" ? "original" : "ours", ident);
    runs.age(ident, days * DAY);
  }
  Deno.mkdirSync(`${runs.root}/notes`);
  Deno.writeTextFileSync(`${runs.root}/notes/stdout`, "mine");
  Deno.symlinkSync(scene.dir, `${runs.root}/link`);
  const left = (): string =>
    [...Deno.readDirSync(runs.root)].map(({ name }) => name).sort().join(" ");
  const dry = await scene.ok(["prune", runs.dir, "--older-than", "50d", "--dry-run"]);
  assertStringIncludes(dry.stdout, "\n1 run would be removed, ");
  assertEquals(left(), "link mid new notes old");
  await scene.ok(["prune", runs.dir, "--older-than", "50d"]);
  assertEquals(left(), "link mid new notes");
  await scene.ok(["prune", runs.dir, "--larger-than", "100K", "--keep", "9"]);
  assertEquals(left(), "link new notes");
  const [gone] = JSON.parse((await scene.ok(["prune", runs.dir, "--keep", "0", "-j"])).stdout);
  assertEquals([gone.ident, gone.error, gone.bytes > 50_000], ["new", null, true]);
  assertEquals(left(), "link notes");
  for (const flags of [[], ["--older-than", "old"], ["--keep", "-1"], ["--larger-than", "x"]]) {
    assertEquals((await scene.cli(["prune", runs.dir, ...flags])).code, 2);
  }
});

Deno.test("prune leaves a run that goes on; settings prune at the start of a run", async () => {
  await using scene = new Scene();
  for (const ident of ["a", "b"]) {
    await scene.ok(["run", ".", "-q", "-i", ident, "-b", "/bin/true"]);
  }
  await scene.ok(["start", ".", "-i", "live", "-b", "/bin/sleep", "--cmdline", "60"]);
  scene.write("env/settings", "artifacts_keep: 2\n");
  await scene.ok(["run", ".", "-q", "-i", "c", "-b", "/bin/true"]);
  const left = (): string =>
    [...Deno.readDirSync(`${scene.dir}/artifacts`)].map(({ name }) => name).sort().join(" ");
  assertEquals(left(), "b c live");
  await scene.ok(["prune", ".", "--keep", "0"]);
  assertEquals(left(), "live");
  await scene.ok(["stop", ".", "-i", "live"]);
  scene.write("env/settings", "artifacts_max_age: old\n");
  const bad = await scene.cli(["run", ".", "-q", "-i", "d", "-b", "/bin/true"]);
  assertEquals(bad.code, 1);
  assertStringIncludes(bad.stderr, "artifacts_max_age");
});

Deno.test("profile: table and bars of the tasks of one run, cut records left out", async () => {
  await using scene = new Scene();
  using runs = new RecordedRuns();
  const dir = runs.add("ours");
  const name = [...Deno.readDirSync(`${dir}/job_events`)].find((each) =>
    each.name.startsWith("5-")
  );
  const text = Deno.readTextFileSync(`${dir}/job_events/${name?.name}`);
  const uuid = JSON.parse(text).event_data.task_uuid;
  const place = `${runs.dir}/profiling_data`;
  Deno.mkdirSync(place);
  const records = [1, 50, 100].map((value, at) =>
    `\x1e${JSON.stringify({ timestamp: at, task_name: "Say hello", task_uuid: uuid, value })}\n`
  );
  Deno.writeTextFileSync(`${place}/0-${uuid}-cpu.json`, records.join("") + '\x1e{"timest');
  Deno.writeTextFileSync(`${place}/0-other-run-cpu.json`, records.join(""));
  const { stdout } = await scene.ok(["profile", runs.dir]);
  assertEquals(
    stdout.replaceAll(/ +/g, " "),
    "TASK CPU % MEMORY MiB PIDS\nSay hello 100 ▁▅█ - -\n",
  );
  const [task] = JSON.parse((await scene.ok(["profile", runs.dir, "-j"])).stdout);
  assertEquals([task.task, task.cpu.max, task.cpu.mean, task.memory], [
    "Say hello",
    100,
    50.33,
    null,
  ]);
  Deno.renameSync(place, `${runs.dir}/elsewhere`);
  assertEquals((await scene.cli(["profile", runs.dir])).code, 1);
  Deno.symlinkSync("elsewhere", `${runs.dir}/link`);
  const named = ["--resource-profiling-results-dir", `${runs.dir}/link`];
  assertEquals((await scene.ok(["profile", runs.dir, ...named])).stdout, stdout);
});
