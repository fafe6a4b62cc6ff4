import { assert, assertEquals, assertStringIncludes } from "../../testing/assert.ts";
import { waitForNone } from "../../testing/leaks.ts";
import { BIN, Scene, waitFor } from "../../testing/scene.ts";
import { slack } from "../../testing/slack.ts";

const CANCELED = { rc: "254", status: "canceled", reason: "canceled" };

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  Deno.test(`${signal} ends a run with 254 and all its files`, async () => {
    await using scene = new Scene();
    const child = scene.spawn(["run", ".", "-i", "a", "-b", `${BIN}/forever`]);
    await scene.waitForOutput("a", "started");
    const start = performance.now();
    child.kill(signal);
    const { code, stderr } = await child.output();
    assert(performance.now() - start < 1000 * slack(), "within a second");
    assertEquals(code, 254);
    assertEquals(new TextDecoder().decode(stderr), `error: Run "a" ended: canceled by ${signal}\n`);
    assertEquals(scene.ending("a"), CANCELED);
    await scene.assertNothingLeft();
  });
}

Deno.test("a run started with nohup goes on after HUP, and still ends on TERM", async () => {
  await using scene = new Scene();
  const child = scene.spawn(["run", ".", "-i", "a", "-b", `${BIN}/forever`], { before: ["nohup"] });
  await scene.waitForOutput("a", "started");
  child.kill("SIGHUP");
  await new Promise((resolve) => setTimeout(resolve, 300));
  assertEquals(scene.artifact("a", "rc"), undefined, "still running");
  child.kill("SIGTERM");
  const { code } = await child.output();
  assertEquals(code, 254);
  assertStringIncludes(scene.artifact("a", "reason") ?? "", "SIGTERM");
  await scene.assertNothingLeft();
});

for (const name of ["env/settings", "env/extravars", "args"]) {
  Deno.test(`INT ends the waiting for a named pipe that nobody writes to (${name})`, async () => {
    await using scene = new Scene();
    new Deno.Command("mkfifo", { args: [`${scene.dir}/${name}`] }).outputSync();
    const child = scene.spawn(["run", ".", "-i", "a", "-b", `${BIN}/forever`]);
    await waitFor(() => hasOpen(child.pid, `${scene.dir}/${name}`), "the pipe is waited for");
    const start = performance.now();
    child.kill("SIGINT");
    const { code, stderr } = await child.output();
    assert(performance.now() - start < 1000 * slack(), "within a second");
    assertEquals(new TextDecoder().decode(stderr), "error: Cannot start: canceled by SIGINT\n");
    assertEquals(code, 254);
    await scene.assertNothingLeft();
  });
}

Deno.test("INT ends the copying of a large project", async () => {
  await using scene = new Scene();
  const [bin, base] = [`${scene.root}/bin`, `${scene.root}/base`];
  Deno.mkdirSync(bin);
  // Takes long, as for gigabytes.
  const cp = `#!/bin/sh\ntouch ${scene.root}/copying\nexec sleep 1000\n`;
  Deno.writeTextFileSync(`${bin}/cp`, cp, { mode: 0o755 });
  const words = ["run", ".", "-i", "a", "-b", `${BIN}/forever`];
  const child = scene.spawn([...words, "--directory-isolation-base-path", base], {
    env: { PATH: `${bin}:${Deno.env.get("PATH")}` },
  });
  await waitFor(() => exists(`${scene.root}/copying`), "the copying has begun");
  const start = performance.now();
  child.kill("SIGINT");
  assertEquals((await child.output()).code, 254);
  assert(performance.now() - start < 1000 * slack(), "within a second");
  assertEquals(scene.ending("a"), CANCELED);
  assertEquals(Array.from(Deno.readDirSync(base)), []);
  await scene.assertNothingLeft();
});

Deno.test("a credential through a named pipe that nobody writes to is not waited for without end", async () => {
  await using scene = new Scene();
  const pipe = `${scene.dir}/secret`;
  new Deno.Command("mkfifo", { args: [pipe] }).outputSync();
  const words = ["start", ".", "-b", `${BIN}/forever`, "--credential", `become=file:${pipe}`];
  const { code, stderr } = await scene.cli(words, { env: { RUNNER_PIPE_TIMEOUT: "0.3" } });
  const text =
    `Cannot read credential "become": "${pipe}": nobody wrote to the named pipe within 0.3 s`;
  assertEquals([code, stderr], [1, `error: ${text}\n`]);
  await scene.assertNothingLeft();
});

Deno.test("a child that ignores TERM is killed after the grace period", async () => {
  await using scene = new Scene();
  scene.write("env/settings", "grace_period: 0.5\n");
  const { ended, ms } = await cancel(scene, "ignore_term", ["SIGTERM"]);
  assertEquals(ended, 254);
  assert(ms > 400 && ms < 1500 * slack(), `${ms} ms`);
  assertEquals(scene.ending("a"), CANCELED);
  await scene.assertNothingLeft();
});

Deno.test("a second INT kills at once", async () => {
  await using scene = new Scene();
  scene.write("env/settings", "grace_period: 60\n");
  const { ended, ms } = await cancel(scene, "ignore_term", ["SIGINT", "SIGINT"]);
  assertEquals(ended, 254);
  assert(ms < 2000 * slack(), `${ms} ms`);
  await scene.assertNothingLeft();
});

for (const program of ["double_fork", "clean_env", "stubborn_orphan"]) {
  Deno.test(`a cancel ends children that left the session and lost their parent (${program})`, async () => {
    await using scene = new Scene();
    scene.write("env/settings", "grace_period: 0.3\n");
    const { ended } = await cancel(scene, program, ["SIGTERM"]);
    assertEquals(ended, 254);
    await scene.assertNothingLeft();
  });
}

Deno.test("a run that ends by itself kills nothing that left its session", async () => {
  await using scene = new Scene();
  const { code } = await scene.cli(["run", ".", "-i", "a", "-b", `${BIN}/leave_daemon`]);
  assertEquals(code, 0);
  const pid = Number((scene.artifact("a", "stdout") ?? "").trim());
  const left = scene.processes();
  assertEquals(left.map((process) => process.pid), [pid]);
  Deno.kill(pid, "SIGKILL");
  await scene.assertNothingLeft();
});

Deno.test("a daemon that keeps the terminal open after the end is not waited for", async () => {
  await using scene = new Scene();
  const { code, ms } = await scene.cli(["run", ".", "-i", "a", "-b", `${BIN}/hold_pty`]);
  assertEquals([code, scene.artifact("a", "stdout")], [0, "done\r\n"]);
  assert(ms < 5000 * slack(), `${ms} ms`);
  scene.killAll();
  await scene.assertNothingLeft();
});

Deno.test("death by signal 9 and exit code 137 are told apart", async () => {
  await using scene = new Scene();
  const killed = await scene.cli(["run", ".", "-i", "a", "-b", `${BIN}/die_of_kill`]);
  assertEquals(killed.code, 137);
  assertEquals(killed.stderr, `error: Run "a" ended: signal 9\n`);
  assertEquals(scene.ending("a"), { rc: "137", status: "failed", reason: "signal" });
  assertEquals((await scene.cli(["run", ".", "-i", "b", "-b", `${BIN}/exit_137`])).code, 137);
  assertEquals(scene.ending("b"), { rc: "137", status: "failed", reason: "exit" });
  await scene.assertNothingLeft();
});

Deno.test("KILL of the program from outside is signal 9", async () => {
  await using scene = new Scene();
  const child = scene.spawn(["run", ".", "-i", "a", "-b", `${BIN}/forever`]);
  await scene.waitForOutput("a", "started");
  Deno.kill(await pidOf(scene, "sleep 1000"), "SIGKILL");
  assertEquals((await child.output()).code, 137);
  assertEquals(scene.ending("a"), { rc: "137", status: "failed", reason: "signal" });
  await scene.assertNothingLeft();
});

for (const program of ["forever", "ignore_term", "double_fork"]) {
  Deno.test(`KILL of script ends the run and its processes (${program})`, async () => {
    await using scene = new Scene();
    const child = scene.spawn(["run", ".", "-i", "a", "-b", `${BIN}/${program}`]);
    await scene.waitForOutput("a", "started");
    Deno.kill(onlyChildOf(child.pid), "SIGKILL");
    assertEquals((await child.output()).code, 137);
    assertEquals(scene.ending("a"), { rc: "137", status: "failed", reason: "signal" });
    await scene.assertNothingLeft();
  });
}

Deno.test("KILL of the launcher ends the run and its processes", async () => {
  await using scene = new Scene();
  const child = scene.spawn(["run", ".", "-i", "a", "-b", `${BIN}/double_fork`]);
  await scene.waitForOutput("a", "started");
  Deno.kill(onlyChildOf(onlyChildOf(child.pid)), "SIGKILL");
  assertEquals((await child.output()).code, 137);
  assertEquals(scene.ending("a"), { rc: "137", status: "failed", reason: "signal" });
  await scene.assertNothingLeft();
});

for (const [key, program] of [["job_timeout", "slow_lines"], ["idle_timeout", "forever"]]) {
  Deno.test(`${key} ends the run within 0.2 s of the set time`, async () => {
    await using scene = new Scene();
    scene.write("env/settings", JSON.stringify({ [key ?? ""]: 1 }));
    const env = { LINES: "1000" };
    const child = scene.spawn(["run", ".", "-i", "a", "-b", `${BIN}/${program}`], { env });
    await scene.waitForOutput("a", program === "forever" ? "started" : "line 1");
    const start = performance.now();
    const { code } = await child.output();
    const ms = performance.now() - start;
    assertEquals(code, 254);
    assert(ms > 800 && ms < 1000 + 200 * slack(), `${ms} ms`);
    assertEquals(scene.ending("a"), { rc: "254", status: "timeout", reason: key });
    await scene.assertNothingLeft();
  });
}

Deno.test("idle_timeout counts any output, unfinished lines too", async () => {
  await using scene = new Scene();
  scene.write("env/settings", "idle_timeout: 2\n");
  scene.write("project/dots", "#!/bin/sh\nfor i in 1 2 3 4 5; do printf .; sleep 0.6; done\n");
  Deno.chmodSync(`${scene.dir}/project/dots`, 0o755);
  const { code } = await scene.cli(["run", ".", "-i", "a", "-b", `${scene.dir}/project/dots`]);
  assertEquals([code, scene.artifact("a", "stdout")], [0, "....."]);
  await scene.assertNothingLeft();
});

Deno.test("without script the terminal is made by the launcher, and ends as well", async () => {
  await using scene = new Scene();
  const env = { PATH: pathWith(scene, [...NEEDED, "setpriv"]) };
  const options = { env };
  const held = await scene.cli(["run", ".", "-i", "a", "-b", `${BIN}/hold_pty`], options);
  assertEquals([held.code, scene.artifact("a", "stdout")], [0, "done\r\n"]);
  scene.killAll();
  for (const [at, program] of ["forever", "ignore_term", "double_fork"].entries()) {
    const ident = `b${at}`;
    const child = scene.spawn(["run", ".", "-i", ident, "-b", `${BIN}/${program}`], options);
    await scene.waitForOutput(ident, "started");
    assert(!scene.processes().some(({ command }) => command.includes("script ")), "no script");
    child.kill("SIGINT");
    child.kill("SIGINT");
    assertEquals((await child.output()).code, 254);
  }
  assertEquals((await scene.cli(["run", ".", "-b", `${BIN}/exit_137`], options)).code, 137);
  assertEquals(
    (await scene.cli(["run", ".", "-q", "-b", `${BIN}/die_of_kill`], options)).code,
    137,
  );
  await scene.assertNothingLeft();
});

for (const [title, names] of [["setpriv", ["script"]], ["setpriv and script", []]] as const) {
  Deno.test(`without ${title} children die with a killed runner as well`, async () => {
    await using scene = new Scene();
    const env = { PATH: pathWith(scene, [...NEEDED, ...names]) };
    const args = ["run", ".", "-i", "a", "-b", `${BIN}/double_fork`];
    const child = scene.spawn(args, { env });
    await scene.waitForOutput("a", "started");
    child.kill("SIGKILL");
    await child.output();
    assertEquals(await waitForNone(scene.mark, 3000), []);
    assertEquals((await scene.cli(["is-alive", "."])).code, 1);
    await scene.assertNothingLeft();
  });
}

Deno.test("a cancel reaches into bwrap", async () => {
  await using scene = new Scene();
  const isolation = ["--process-isolation", "--process-isolation-path", scene.tmp];
  for (const [ident, program] of [["a", "forever"], ["b", "double_fork"]]) {
    const args = ["run", ".", "-i", ident ?? "", "-b", `${BIN}/${program}`, ...isolation];
    const child = scene.spawn(args);
    await scene.waitForOutput(ident ?? "", "started");
    child.kill("SIGTERM");
    assertEquals((await child.output()).code, 254);
    assertEquals(scene.ending(ident ?? ""), CANCELED);
    await scene.assertNothingLeft();
  }
});

async function cancel(scene: Scene, program: string, signals: Deno.Signal[]) {
  const child = scene.spawn(["run", ".", "-i", "a", "-b", `${BIN}/${program}`]);
  await scene.waitForOutput("a", "started");
  const start = performance.now();
  for (const signal of signals) {
    child.kill(signal);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const { code } = await child.output();
  return { ended: code, ms: performance.now() - start };
}

async function pidOf(scene: Scene, command: string): Promise<number> {
  const find = (): number | undefined =>
    scene.processes().find((process) => process.command === command)?.pid;
  await waitFor(() => find() !== undefined, command);
  return find() ?? 0;
}

function hasOpen(pid: number, path: string): boolean {
  const fds = `/proc/${pid}/fd`;
  return Array.from(Deno.readDirSync(fds)).some(({ name }) => {
    try {
      return Deno.readLinkSync(`${fds}/${name}`) === path;
    } catch {
      // Closed in between.
      return false;
    }
  });
}

/** The terminal's outermost process below the runner, the launcher below that. */
function onlyChildOf(pid: number): number {
  const children = Deno.readTextFileSync(`/proc/${pid}/task/${pid}/children`).trim();
  const pids = children.split(" ").map(Number);
  assertEquals(pids.length, 1, children);
  return pids[0] ?? 0;
}

/** What the fixture programs and the launcher need. */
const NEEDED = ["python3", "sh", "sleep", "setsid", "env"];

/** A PATH with these programs and no others. */
function pathWith(scene: Scene, names: readonly string[]): string {
  const dir = `${scene.root}/bin`;
  Deno.mkdirSync(dir);
  for (const name of names) {
    for (const from of ["/usr/bin", "/bin", "/usr/local/bin"]) {
      if (!exists(`${from}/${name}`)) continue;
      Deno.symlinkSync(`${from}/${name}`, `${dir}/${name}`);
      break;
    }
  }
  return dir;
}

function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return false;
  }
}
