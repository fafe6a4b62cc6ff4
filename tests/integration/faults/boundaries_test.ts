import { assert, assertEquals, assertMatch } from "../../testing/assert.ts";
import { findProgram } from "../../../src/internal/programs.ts";
import { denoDirectory } from "../../testing/run_cli.ts";
import { BIN, Scene, slack, waitFor, within } from "../../testing/scene.ts";
import { whyNoLocks } from "../../testing/compiled.ts";
import { testOrSkip } from "../../testing/skip.ts";
import { giveToOtherUser, missingOtherUser } from "../../testing/users.ts";

const NO_NAMESPACE = canUnshare() ? undefined : "no pid namespace can be made here";

const AS_NOBODY = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", "--"];

testOrSkip("what cannot be signalled is named in the reason", missingOtherUser(), async () => {
  await using scene = new Scene();
  scene.write("env/settings", "grace_period: 0.3\n");
  const become = await programThatBecomesRoot(scene);
  await copyCache(scene);
  giveToOtherUser(scene.root);
  await makeSetuid(become);
  const code =
    "import os,time,signal; os.setuid(0); signal.signal(1, signal.SIG_IGN); print('started', flush=True); time.sleep(1000)";
  scene.write("env/cmdline", `-I -c "${code}"`);
  const child = scene.spawn(["run", ".", "-i", "a", "-b", become], asNobody(scene));
  await scene.waitForOutput("a", "started");
  const start = performance.now();
  child.kill("SIGTERM");
  const { code: ended, stderr } = await within(30_000 * slack(), child.output());
  assert(performance.now() - start < 5000 * slack());
  const [survivor, ...others] = scene.processes();
  assert(survivor !== undefined);
  assertEquals(others, []);
  Deno.kill(survivor.pid, "SIGKILL");
  assertEquals(ended, 254);
  assertEquals(scene.ending("a"), { rc: "254", status: "canceled", reason: "canceled" });
  const { survivors } = JSON.parse(scene.artifact("a", "reason") ?? "");
  assertEquals(survivors.map(({ pid }: { pid: number }) => pid), [survivor.pid]);
  assertMatch(new TextDecoder().decode(stderr), new RegExp(`still running: ${survivor.pid} \\(`));
  await scene.assertNothingLeft();
});

testOrSkip(
  "a run in a working directory that its user cannot read, with an empty PATH, is like any other",
  missingOtherUser(),
  async () => {
    await using scene = new Scene();
    await copyCache(scene);
    giveToOtherUser(scene.root);
    const closed = `${scene.root}/closed`;
    Deno.mkdirSync(closed, { mode: 0o700 });
    // A program that is not asked for by its name, and a shell that goes on where it cannot read.
    const before = [...AS_NOBODY, "/usr/bin/env", "PATH=", Deno.execPath()];
    const cli = new URL("../../../cli.ts", import.meta.url).pathname;
    const words = ["run", scene.dir, "-i", "a", "-b", "false"];
    const { code, stderr } = await new Deno.Command("/usr/bin/setpriv", {
      args: [...before.slice(1), "run", "-A", "--no-lock", "--no-check", cli, ...words],
      env: { ...asNobody(scene).env, TMPDIR: scene.tmp },
      cwd: closed,
    }).output();
    assertEquals([code, new TextDecoder().decode(stderr)], [1, ""]);
    assertEquals(scene.ending("a"), { rc: "1", status: "failed", reason: "exit" });
    const started = await new Deno.Command("/usr/bin/setpriv", {
      args: [
        ...[...before.slice(1), "run", "-A", "--no-lock", "--no-check", cli],
        ...["start", scene.dir, "-i", "b", "-b", "/bin/false"],
      ],
      env: { ...asNobody(scene).env, TMPDIR: scene.tmp },
      cwd: closed,
    }).output();
    assertEquals([started.code, new TextDecoder().decode(started.stderr)], [0, ""]);
    const waited = await scene.cli(["wait", scene.dir, "-i", "b"]);
    assertEquals(waited.code, 1);
    await waitFor(() => scene.processes().length === 0, "the end of the runner");
    assertEquals(scene.ending("b"), { rc: "1", status: "failed", reason: "exit" });
    await scene.assertNothingLeft();
  },
);

for (const [title, args] of [["no PATH", ["-u", "PATH"]], ["an empty PATH", ["PATH="]]] as const) {
  Deno.test(`a run with ${title} finds its program, which gets the default one`, async () => {
    await using scene = new Scene();
    const cli = new URL("../../../cli.ts", import.meta.url).pathname;
    const deno = [Deno.execPath(), "run", "-A", "--no-lock", "--no-check", cli];
    const { code, stderr } = await new Deno.Command("/usr/bin/env", {
      args: [...args, ...deno, "run", scene.dir, "-i", "a", "-b", "env"],
      env: { TMPDIR: scene.tmp },
    }).output();
    assertEquals([code, new TextDecoder().decode(stderr)], [0, ""]);
    const { env } = JSON.parse(scene.artifact("a", "command") ?? "");
    assertEquals(env["PATH"], "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
    await scene.assertNothingLeft();
  });
}

const BARE: readonly [place: string, command: string, text: string][] = [
  [
    "/proc",
    "run",
    "Cannot watch processes: /proc is not mounted\n\nhint: mount -t proc proc /proc",
  ],
  [
    "/proc",
    "start",
    "Cannot watch processes: /proc is not mounted\n\nhint: mount -t proc proc /proc",
  ],
  [
    "/dev/pts",
    "run",
    "Cannot make a terminal: no pseudo-terminals are mounted at /dev/pts\n\n" +
    "hint: mount -t devpts -o ptmxmode=0666 devpts /dev/pts",
  ],
];

for (const [place, command, text] of BARE) {
  testOrSkip(`${command} without ${place} says what to mount`, NO_NAMESPACE, async () => {
    await using scene = new Scene();
    const cli = new URL("../../../cli.ts", import.meta.url).pathname;
    const words = [command, scene.dir, "-i", "a", "-b", "/bin/false"];
    const { code, stderr } = await new Deno.Command("unshare", {
      args: [
        ...["-m", "sh", "-c", 'mount -t tmpfs none "$0" && exec "$@"', place],
        ...[Deno.execPath(), "run", "-A", "--no-lock", "--no-check", cli, ...words],
      ],
      env: { NO_COLOR: "1", TMPDIR: scene.tmp },
    }).output();
    assertEquals([code, new TextDecoder().decode(stderr)], [1, `error: ${text}\n`]);
    await scene.assertNothingLeft();
  });
}

testOrSkip(
  "another user may neither stop a run nor take its directory",
  missingOtherUser(),
  async () => {
    await using scene = new Scene();
    await copyCache(scene);
    Deno.chmodSync(scene.root, 0o755);
    await scene.cli(["start", ".", "-i", "a", "-b", `${BIN}/forever`]);
    Deno.chmodSync(scene.dir, 0o755);
    const unread = await scene.cli(["stop", "."], asNobody(scene));
    assertEquals(unread.code, 1);
    assertMatch(unread.stderr, /^error: Cannot read ".*\/artifacts": permission denied\n$/);
    Deno.chmodSync(`${scene.dir}/artifacts`, 0o755);
    Deno.chmodSync(`${scene.dir}/pid`, 0o644);
    Deno.chmodSync(`${scene.dir}/pid.owner`, 0o644);
    const stopped = await scene.cli(["stop", "."], asNobody(scene));
    assertEquals(stopped.code, 1);
    assertMatch(stopped.stderr, /^error: Cannot stop pid \d+: /);
    const started = await scene.cli(["start", ".", "-b", `${BIN}/forever`], asNobody(scene));
    assertEquals(started.code, 1);
    await scene.ok(["stop", "."]);
    assertEquals(scene.ending("a").status, "canceled");
    await scene.assertNothingLeft();
  },
);

testOrSkip(
  "the live run of another container is neither dead nor cleared",
  NO_NAMESPACE,
  async () => {
    await using scene = new Scene();
    const before = ["unshare", "--pid", "--fork", "--mount-proc"];
    const child = scene.spawn(["run", ".", "-i", "a", "-b", `${BIN}/forever`], { before });
    await scene.waitForOutput("a", "started");
    await scene.ok(["is-alive", ".", "-i", "a"]);
    assertMatch((await scene.cli(["status", "."])).stdout, /\na +running /);
    assertEquals((await scene.cli(["run", ".", "-i", "a", "-b", `${BIN}/forever`])).code, 1);
    const runner = scene.processes().find(({ command }) =>
      / run \S+ -i a/.test(command) && !command.includes("unshare")
    );
    assert(runner !== undefined);
    Deno.kill(runner.pid, "SIGTERM");
    assertEquals((await within(30_000 * slack(), child.output())).code, 254);
    assertEquals(scene.ending("a"), { rc: "254", status: "canceled", reason: "canceled" });
    await scene.assertNothingLeft();
  },
);

testOrSkip(
  "stop says when it cannot reach a run in another container, and clears a dead one",
  NO_NAMESPACE ?? whyNoLocks(),
  async () => {
    await using scene = new Scene();
    const inside = `"$@" && sleep 1000`;
    const before = ["unshare", "--pid", "--fork", "--mount-proc", "sh", "-c", inside, "sh"];
    const args = ["start", ".", "-i", "a", "-b", `${BIN}/forever`];
    const child = scene.spawn(args, { before });
    await scene.waitForOutput("a", "started");
    const stopped = await scene.cli(["stop", "."]);
    assertEquals(stopped.code, 1);
    assertMatch(stopped.stderr, /^error: Cannot stop pid \d+: it is in another container/);
    await scene.ok(["is-alive", "."]);
    scene.killAll();
    await within(30_000 * slack(), child.output());
    assertEquals((await scene.cli(["is-alive", "."])).code, 1);
    assertEquals(scene.ending("a").reason, "runner_died");
    await scene.assertNothingLeft();
  },
);

function asNobody(scene: Scene) {
  return { before: AS_NOBODY, env: { HOME: `${scene.root}/home`, DENO_DIR: `${scene.root}/deno` } };
}

/** Dependencies, for a user who cannot read ours. */
async function copyCache(scene: Scene): Promise<void> {
  Deno.mkdirSync(`${scene.root}/deno`);
  const npm = `${denoDirectory()}/npm`;
  await new Deno.Command("cp", { args: ["-r", npm, `${scene.root}/deno/npm`] }).output();
  giveToOtherUser(`${scene.root}/deno`);
}

/** A copy of Python that may become root: a script cannot. */
async function programThatBecomesRoot(scene: Scene): Promise<string> {
  const python = findProgram("/usr/bin/python3", "") ?? "";
  const copy = `${scene.root}/become`;
  await Deno.copyFile(await Deno.realPath(python), copy);
  return copy;
}

async function makeSetuid(path: string): Promise<void> {
  await Deno.chown(path, 0, 0);
  await Deno.chmod(path, 0o4755);
}

function canUnshare(): boolean {
  try {
    const args = ["--pid", "--fork", "--mount-proc", "true"];
    return new Deno.Command("unshare", { args, stderr: "null" }).outputSync().success;
  } catch {
    return false;
  }
}
