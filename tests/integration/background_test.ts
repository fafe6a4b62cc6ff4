import { isAlive } from "../../mod.ts";
import { isAlive as isAliveCommand } from "../../src/cli/commands/stop.ts";
import { assert, assertEquals, assertMatch, assertStringIncludes } from "../testing/assert.ts";
import { BIN, Scene, waitFor, within } from "../testing/scene.ts";
import { isLong } from "../testing/samples.ts";
import { testOrSkip } from "../testing/skip.ts";

const FOREVER = ["-b", `${BIN}/forever`];

Deno.test("start returns once the run goes on, is-alive says so and stop ends it with all files", async () => {
  await using scene = new Scene();
  const started = await scene.cli(["start", ".", ...FOREVER, "-i", "a"]);
  const said = `Run "a" started: ${scene.dir}/artifacts/a\n`;
  assertEquals([started.code, started.stdout, started.stderr], [0, said, ""]);
  const pid = Deno.readTextFileSync(`${scene.dir}/pid`);
  assertMatch(pid, /^\d+\n$/);
  assertEquals(Deno.readTextFileSync(`${scene.dir}/artifacts/a/pid`), pid);
  for (const name of ["pid", "pid.owner", "daemon.log", "artifacts/a/pid"]) {
    assertEquals((Deno.statSync(`${scene.dir}/${name}`).mode ?? 0) & 0o777, 0o600, name);
  }
  await scene.ok(["is-alive", "."]);
  await scene.ok(["is-alive", ".", "-i", "a"]);
  assertEquals((await scene.cli(["is-alive", ".", "-i", "b"])).code, 1);
  const stopped = await scene.cli(["stop", "."]);
  assertEquals([stopped.code, stopped.stdout, stopped.stderr], [0, "", ""]);
  assertEquals(scene.processes(), []);
  assertEquals(scene.ending("a"), { rc: "254", status: "canceled", reason: "canceled" });
  assertEquals(JSON.parse(scene.artifact("a", "reason") ?? "").by, "stop");
  const ended = await scene.cli(["logs", ".", "-f", "-i", "a"]);
  assertEquals([ended.code, ended.stderr], [0, 'Run "a" ended: canceled by stop\n']);
  assertEquals((await scene.cli(["is-alive", "."])).code, 1);
  assertEquals((await scene.cli(["stop", "."])).code, 1);
  assertEquals(Deno.readTextFileSync(`${scene.dir}/daemon.log`), "");
  await scene.assertNothingLeft();
});

Deno.test("a log file says when runs started and ended, without --debug", async () => {
  await using scene = new Scene();
  const log = `${scene.root}/log`;
  const args = (ident: string) => ["-i", ident, "--logfile", log, "-q"];
  assertEquals((await scene.cli(["run", ".", "-b", `${BIN}/exit_137`, ...args("a")])).code, 137);
  const started = await scene.cli(["start", ".", ...FOREVER, ...args("b")]);
  assertEquals([started.code, started.stdout, started.stderr], [0, "", ""]);
  await scene.ok(["stop", "."]);
  const lines = Deno.readTextFileSync(log).trim().split("\n")
    .map((line) => line.replace(/^\S+ \S+: /, ""));
  assertEquals(lines, [
    `Run "a" started: ${scene.dir}/artifacts/a`,
    'Run "a" ended (failed, rc 137)',
    `Run "b" started: ${scene.dir}/artifacts/b`,
    'Run "b" ended: canceled by stop (canceled, rc 254)',
  ]);
});

Deno.test("start detaches: a session of its own, no terminal, standard error to the log", async () => {
  await using scene = new Scene();
  await scene.ok(["start", ".", ...FOREVER]);
  const pid = Deno.readTextFileSync(`${scene.dir}/pid`).trim();
  const stat = Deno.readTextFileSync(`/proc/${pid}/stat`).split(") ")[1]?.split(" ") ?? [];
  assertEquals([stat[3], stat[4]], [pid, "0"], "session, terminal");
  assertEquals(Deno.readLinkSync(`/proc/${pid}/fd/0`), "/dev/null");
  assertEquals(Deno.readLinkSync(`/proc/${pid}/fd/2`), `${scene.dir}/daemon.log`);
  await scene.ok(["stop", "."]);
  await scene.assertNothingLeft();
});

Deno.test("start holds no file of the caller open but those that the command line names", async () => {
  await using scene = new Scene();
  const [lock, secret] = [`${scene.root}/lock`, `${scene.root}/secret`];
  Deno.writeTextFileSync(secret, "hunter2hunter2\n");
  const before = ["sh", "-c", `exec 8<"${secret}" 9>"${lock}"; exec "$@"`, "sh"];
  const words = ["start", ".", ...FOREVER, "--credential", "become=file:/dev/fd/8"];
  const { code, stderr } = await scene.cli(words, { before });
  assertEquals([code, stderr], [0, ""]);
  const pid = Number(Deno.readTextFileSync(`${scene.dir}/pid`));
  for (const process of [pid, ...scene.processes().map((each) => each.pid)]) {
    const open = await openFiles(process);
    assertEquals(open.includes(lock), false, `${process} holds the lock`);
  }
  await scene.cli(["stop", "."]);
  await scene.assertNothingLeft();
});

Deno.test("start gives the run the caller's environment and cwd, nothing added", async () => {
  await using scene = new Scene();
  const show = async (command: string): Promise<Record<string, unknown>> => {
    const file = `${scene.root}/${command}.json`;
    const env = { SHOW_TO: file, "A.B": "odd", LC_ALL: "", LANG: "C" };
    await scene.cli([command, ".", "-i", command, "-b", `${BIN}/show_start`], { env });
    await waitFor(() => scene.artifact(command, "rc") !== undefined, "the end");
    const shown = JSON.parse(Deno.readTextFileSync(file));
    for (const name of ["RUNNER_RUN_ID", "SHOW_TO"]) delete shown.env[name];
    return JSON.parse(JSON.stringify(shown).replaceAll(`artifacts/${command}`, "artifacts/X"));
  };
  assertEquals(await show("start"), await show("run"));
});

Deno.test("start says why it refuses, on the caller's stderr, with exit code 1", async () => {
  await using scene = new Scene();
  scene.write("env/settings", "- a\n- list\n");
  const started = await scene.cli(["start", ".", ...FOREVER, "-i", "a"]);
  assertEquals(started.code, 1);
  assertStringIncludes(started.stderr, `error: Cannot read "env/settings": expected a mapping`);
  assertStringIncludes(Deno.readTextFileSync(`${scene.dir}/daemon.log`), `"env/settings"`);
  assertEquals((await scene.cli(["start", "."])).stderr.trim(), NO_FORM);
  assertEquals((await scene.cli(["start", ".", "--nonsense"])).code, 2);
  await scene.assertNothingLeft();
});

const NO_FORM = "The -p option must be specified when not using -m or -r";

Deno.test("start says on the caller's stderr that its log file cannot be written", async () => {
  await using scene = new Scene();
  const { code, stderr } = await scene.cli(["start", ".", ...FOREVER, "--logfile", "/proc/none/x"]);
  const text = `error: Cannot write log file "/proc/none/x": No such file or directory\n`;
  assertEquals([code, stderr], [1, text]);
  await scene.assertNothingLeft();
});

Deno.test("start of a program that is not there is a finished run with rc 127", async () => {
  await using scene = new Scene();
  await scene.ok(["start", ".", "-b", "/nonexistent", "-i", "a"]);
  await waitFor(() => scene.artifact("a", "status") !== undefined, "the end");
  assertEquals(scene.ending("a"), { rc: "127", status: "failed", reason: "could_not_start" });
});

Deno.test("start refuses a second run of the same ident, and a second one without ident", async () => {
  await using scene = new Scene();
  await scene.ok(["start", ".", ...FOREVER, "-i", "a"]);
  const again = await scene.cli(["start", ".", ...FOREVER, "-i", "a"]);
  assertEquals(again.code, 1);
  assertStringIncludes(again.stderr, `Cannot use ident "a": its run is alive`);
  await scene.ok(["start", ".", ...FOREVER]);
  const second = await scene.cli(["start", ".", ...FOREVER]);
  assertEquals(second.code, 1);
  assertStringIncludes(second.stderr, "a run without ident is alive there");
  await scene.ok(["stop", "."]);
  assertEquals((await scene.cli(["is-alive", ".", "-i", "a"])).code, 0, "the other goes on");
  await scene.ok(["stop", ".", "-i", "a"]);
  await scene.assertNothingLeft();
});

Deno.test("the pid file is the run without ident, else the latest", async () => {
  await using scene = new Scene();
  const pidOf = (path: string): string => Deno.readTextFileSync(`${scene.dir}/${path}`);
  const start = (...ident: string[]) => scene.cli(["start", ".", ...FOREVER, ...ident]);
  await start("-i", "a");
  await start("-i", "b");
  assertEquals(pidOf("pid"), pidOf("artifacts/b/pid"));
  await start();
  const unnamed = pidOf("pid");
  assert(unnamed !== pidOf("artifacts/b/pid"));
  await start("-i", "c");
  assertEquals(pidOf("pid"), unnamed);
  await scene.cli(["stop", "."]);
  assertEquals(pidOf("pid"), pidOf("artifacts/c/pid"));
  await scene.cli(["stop", "."]);
  await scene.cli(["stop", "."]);
  assertEquals(pidOf("pid"), pidOf("artifacts/a/pid"));
  await scene.cli(["stop", "."]);
  await scene.assertNothingLeft();
});

Deno.test("a run started with --artifact-dir is found without it, after a crash too", async () => {
  await using scene = new Scene();
  const elsewhere = `${scene.root}/elsewhere`;
  const begin = ["start", ".", ...FOREVER, "-i", "a", "--artifact-dir", elsewhere];
  const code = async (...words: string[]): Promise<number> => (await scene.cli(words)).code;
  assertEquals(await code(...begin), 0);
  assertEquals(await code("is-alive", ".", "-i", "a"), 0);
  assertStringIncludes((await scene.cli(["status", "."])).stdout, "\na      running");
  await scene.ok(["logs", ".", "-i", "a"]);
  assertEquals(await code("stop", ".", "-i", "a"), 0);
  assertEquals(Deno.readTextFileSync(`${elsewhere}/a/status`), "canceled");
  assertEquals(await code(...begin), 0);
  Deno.kill(Number(Deno.readTextFileSync(`${scene.dir}/pid`)), "SIGKILL");
  assertEquals(await code("is-alive", "."), 1);
  assertEquals(Deno.readTextFileSync(`${elsewhere}/a/status`), "failed");
  await scene.assertNothingLeft();
});

Deno.test("the pid file goes when the run ends by itself", async () => {
  await using scene = new Scene();
  const env = { LINES: "2" };
  assertEquals(
    (await scene.cli(["start", ".", "-b", `${BIN}/slow_lines`, "-i", "a"], { env })).code,
    0,
  );
  await waitFor(() => scene.artifact("a", "rc") === "0", "the end");
  await scene.assertNothingLeft();
  assertEquals((await scene.cli(["is-alive", "."])).code, 1);
});

Deno.test("stop and is-alive leave no directory and no log where nothing was", async () => {
  await using scene = new Scene();
  const missing = `${scene.root}/missing`;
  assertEquals((await scene.cli(["is-alive", missing])).code, 1);
  assertEquals((await scene.cli(["stop", missing])).code, 1);
  assertEquals((await scene.cli(["is-alive", "."])).code, 1);
  assertEquals(Array.from(Deno.readDirSync(scene.root), ({ name }) => name).sort(), [
    "private",
    "tmp",
  ]);
  assertEquals(Array.from(Deno.readDirSync(scene.dir), ({ name }) => name).sort(), [
    "env",
    "project",
  ]);
});

Deno.test("a pid file that is not ours is never signalled and never blocks", async (t) => {
  await using scene = new Scene();
  using innocent = new Innocent();
  const cases: [title: string, pid: string, owner: string | undefined, stop: number][] = [
    ["garbage", "garbage\n", undefined, 1],
    ["empty", "", undefined, 1],
    ["no process", "4194000\n", undefined, 0],
    ["somebody's process", `${innocent.pid}\n`, undefined, 1],
    ["recycled pid", `${innocent.pid}\n`, record({ pid: innocent.pid, startTime: "1" }), 0],
    ["another boot", `${innocent.pid}\n`, record({ pid: innocent.pid, boot: "x" }), 0],
    ["gone in another container", `${innocent.pid}\n`, inContainer(innocent.pid), 0],
    ["every process", "-1\n", undefined, 1],
    ["every process, with record", "-1\n", record({ pid: -1 }), 1],
    ["garbage record", `${innocent.pid}\n`, "{", 1],
  ];
  const command = { kind: "command", command: "is-alive", flags: {} } as const;
  for (const [title, pid, owner, code] of cases) {
    await t.step(title, async () => {
      scene.write("pid", pid);
      if (owner !== undefined) scene.write("pid.owner", owner);
      else await Deno.remove(`${scene.dir}/pid.owner`).catch(() => {});
      assertEquals(await isAlive(scene.dir), false);
      // The command looks after dead runs first.
      assertEquals(await isAliveCommand({ ...command, privateDataDir: scene.dir }), 1);
      scene.write("pid", pid);
      if (owner !== undefined) scene.write("pid.owner", owner);
      const stopped = await scene.cli(["stop", "."]);
      assertEquals(stopped.code, code, stopped.stderr);
      assertMatch(stopped.stderr, /^[^\n]+\n$/);
      assert(innocent.isAlive());
    });
  }
  scene.write("pid", "garbage\n");
  await scene.ok(["start", ".", ...FOREVER]);
  await scene.ok(["stop", "."]);
  assert(innocent.isAlive());
  await scene.assertNothingLeft();
});

const notRoot = Deno.uid() === 0 ? undefined : "not root, so no file can be given away";

testOrSkip("stop signals no process of another user than the record's", notRoot, async () => {
  await using scene = new Scene();
  await scene.cli(["start", ".", ...FOREVER]);
  const record = `${scene.dir}/pid.owner`;
  Deno.chownSync(record, 65534, 65534);
  const { code, stderr } = await scene.cli(["stop", "."]);
  assertEquals(code, 1);
  assertMatch(
    stderr,
    /^error: Cannot stop pid \d+: its record was written by another user \(uid 65534\)\n$/,
  );
  await scene.ok(["is-alive", "."]);
  Deno.chownSync(record, 0, 0);
  await scene.ok(["stop", "."]);
  await scene.assertNothingLeft();
});

Deno.test("start writes no log through a link and waits for no named pipe", async () => {
  await using scene = new Scene();
  Deno.symlinkSync(`${scene.root}/target`, `${scene.dir}/daemon.log`);
  const linked = await scene.cli(["start", ".", ...FOREVER]);
  assertEquals(linked.code, 1);
  assertStringIncludes(linked.stderr, `error: Cannot write "${scene.dir}/daemon.log": `);
  Deno.removeSync(`${scene.dir}/daemon.log`);
  await new Deno.Command("mkfifo", { args: [`${scene.dir}/daemon.log`] }).output();
  assertEquals((await scene.cli(["start", ".", ...FOREVER])).code, 1);
  await scene.assertNothingLeft();
});

Deno.test("stop wakes a runner that is stopped", async () => {
  await using scene = new Scene();
  await scene.cli(["start", ".", ...FOREVER, "-i", "a"]);
  Deno.kill(Number(Deno.readTextFileSync(`${scene.dir}/pid`)), "SIGSTOP");
  await scene.ok(["stop", "."]);
  assertEquals(scene.ending("a").status, "canceled");
  await scene.assertNothingLeft();
});

Deno.test("stop does not end a run in the foreground", async () => {
  await using scene = new Scene();
  const running = scene.spawn(["run", ".", ...FOREVER, "-i", "a"]);
  await scene.waitForOutput("a", "started");
  const stopped = await scene.cli(["stop", ".", "-i", "a"]);
  assertEquals(stopped.code, 1);
  assertStringIncludes(stopped.stderr, "it runs in the foreground");
  assertEquals((await scene.cli(["is-alive", "."])).code, 1);
  await scene.ok(["is-alive", ".", "-i", "a"]);
  running.kill("SIGTERM");
  assertEquals((await running.output()).code, 254);
  await scene.assertNothingLeft();
});

Deno.test("start hands a secret from the environment on", async () => {
  await using scene = new Scene();
  scene.write(
    "project/ask",
    `#!/bin/sh\nprintf 'SSH password: '; read -r word; echo "got \${#word}"\n`,
  );
  Deno.chmodSync(`${scene.dir}/project/ask`, 0o755);
  const args = ["start", ".", "-b", `${scene.dir}/project/ask`, "-i", "a"];
  await scene.cli([...args, "--credential", "ssh=env:SECRET"], { env: { SECRET: "12345" } });
  await waitFor(() => scene.artifact("a", "rc") !== undefined, "the end");
  assertStringIncludes(scene.artifact("a", "stdout") ?? "", "got 5");
});

/** As many as get in each other's way: more than there are processors. */
const MANY = isLong ? [1, 2, 3, 4, 5, 6, 7, 8] : [1, 2, 3, 4, 5];
const ONE_OF_MANY = MANY.map((n) => n === 1 ? 0 : 1);

Deno.test("start, is-alive and stop in a row give no wrong answer", async () => {
  await using scene = new Scene();
  const rounds = isLong ? 200 : 3;
  for (let round = 0; round < rounds; round++) {
    const answers: number[] = [];
    for (const command of ["is-alive", "start", "is-alive", "stop", "is-alive", "stop"]) {
      const args = command === "start" ? FOREVER : [];
      answers.push((await scene.cli([command, ".", ...args])).code);
    }
    assertEquals(answers, [1, 0, 0, 0, 1, 1], `round ${round}`);
  }
  await scene.assertNothingLeft();
});

Deno.test("of many starts at once without ident one is accepted, with idents all are", async () => {
  await using scene = new Scene();
  const same = await Promise.all(MANY.map(() => scene.cli(["start", ".", ...FOREVER])));
  assertEquals(same.map(({ code }) => code).sort(), ONE_OF_MANY);
  const each = (command: string, ...more: string[]) =>
    Promise.all(MANY.map((n) => scene.cli([command, ".", "-i", `n${n}`, ...more])));
  const codes = async (command: string, ...more: string[]): Promise<number[]> =>
    (await each(command, ...more)).map(({ code }) => code);
  assertEquals(await codes("start", ...FOREVER), Array(MANY.length).fill(0));
  const areAlive = (): Promise<boolean[]> =>
    Promise.all(MANY.map((n) => isAlive(scene.dir, { ident: `n${n}` })));
  assertEquals(await areAlive(), Array(MANY.length).fill(true));
  const stops = await Promise.all([codes("stop"), scene.cli(["stop", "."])]);
  assertEquals([stops[0], stops[1].code], [Array(MANY.length).fill(0), 0]);
  assertEquals(await areAlive(), Array(MANY.length).fill(false));
  for (const n of MANY) assertEquals(scene.ending(`n${n}`).status, "canceled");
  await scene.assertNothingLeft();
});

Deno.test("of many starts at once with one ident one is accepted", async () => {
  await using scene = new Scene();
  const starts = await Promise.all(
    MANY.map(() => scene.cli(["start", ".", ...FOREVER, "-i", "a"])),
  );
  assertEquals(starts.map(({ code }) => code).sort(), ONE_OF_MANY);
  await scene.ok(["stop", ".", "-i", "a"]);
  await scene.assertNothingLeft();
});

Deno.test("status lists runs, logs prints their output and follows until the end", async () => {
  await using scene = new Scene();
  await scene.cli(["run", ".", "-q", "-i", "old", "-b", `${BIN}/exit_137`]);
  const env = { GATE: `${scene.root}/gate` };
  await scene.cli(["start", ".", "-i", "a", "-b", `${BIN}/gated_lines`], { env });
  const listed = await scene.cli(["status", "."]);
  assertMatch(
    listed.stdout,
    /^IDENT +STATUS +RC +SINCE +TIME\nold +failed +137 .*\n {2}exit_137\na +running +- +\S+ \S+ +\S+\n {2}gated_lines\n {2}pid \d+\n$/,
  );
  const following = scene.cli(["logs", ".", "-f"]);
  Deno.writeTextFileSync(env.GATE, "");
  const followed = await following;
  assertEquals(followed.code, 0);
  assertEquals(followed.stdout.match(/line \d+/g)?.length, 8);
  assertEquals((await scene.cli(["logs", ".", "-i", "a"])).stdout, followed.stdout);
  assertEquals(followed.stdout, scene.artifact("a", "stdout"));
  const events = (await scene.cli(["logs", ".", "-i", "a", "-j"])).stdout.trim().split("\n");
  assertEquals(events.map((line) => JSON.parse(line).counter), events.map((_, at) => at + 1));
  assertMatch((await scene.cli(["status", ".", "-i", "a"])).stdout, /\na +successful +0 /);
  assertEquals((await scene.cli(["status", ".", "-i", "none"])).code, 1);
  assertEquals((await scene.cli(["logs", ".", "-i", "none"])).code, 1);
  await scene.assertNothingLeft();
});

Deno.test("logs ends quietly when its reader goes", async () => {
  await using scene = new Scene();
  const env = { FLOOD_MB: "1" };
  await scene.cli(["run", ".", "-q", "-i", "a", "-b", `${BIN}/flood`], { env });
  const child = scene.spawn(["logs", "."]);
  await child.stdout.cancel();
  const { code } = await within(5000, child.status);
  const complaint = await new Response(child.stderr).text();
  assertEquals([code, complaint], [0, ""]);
});

/** What a process has open; it may end, or close one, while it is looked at. */
async function openFiles(pid: number): Promise<string[]> {
  const fds = `/proc/${pid}/fd`;
  const names: string[] = [];
  try {
    for (const { name } of Deno.readDirSync(fds)) names.push(name);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return await Promise.all(names.map((name) => Deno.readLink(`${fds}/${name}`).catch(() => "")));
}

/** A process that is nobody's run. */
class Innocent implements Disposable {
  readonly #child: Deno.ChildProcess = new Deno.Command("sleep", { args: ["1000"] }).spawn();

  get pid(): number {
    return this.#child.pid;
  }

  isAlive(): boolean {
    return Deno.readTextFileSync(`/proc/${this.pid}/stat`).split(") ")[1]?.[0] === "S";
  }

  [Symbol.dispose](): void {
    this.#child.kill("SIGKILL");
    this.#child.unref();
  }
}

function inContainer(pid: number): string {
  return record({ pid, namespace: "pid:[1]", artifactDir: "artifacts/a" });
}

function record(fields: Record<string, unknown>): string {
  const boot = Deno.readTextFileSync("/proc/sys/kernel/random/boot_id").trim();
  const namespace = Deno.readLinkSync("/proc/self/ns/pid");
  const known = { startTime: "1", boot, namespace, host: Deno.hostname() };
  return JSON.stringify({ ...known, named: false, since: 0, ...fields });
}
