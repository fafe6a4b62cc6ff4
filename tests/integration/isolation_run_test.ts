import { assert, assertEquals, assertMatch, assertStringIncludes } from "../testing/assert.ts";
import { missingAnsible, missingBwrap } from "../testing/isolation.ts";
import { filesBelow, waitForNone } from "../testing/leaks.ts";
import { BIN, Scene, waitFor, within } from "../testing/scene.ts";
import { testOrSkip } from "../testing/skip.ts";
import { makeKey, missingSshd } from "../testing/sshd.ts";
import { asOtherUser, giveToOtherUser, missingOtherUser } from "../testing/users.ts";

const NO_BWRAP = missingBwrap();
const NO_PLAY = NO_BWRAP ?? missingAnsible();

/** Shows what the sandbox lets a task see and do; DIR is the scene's directory. */
const LOOK = `- hosts: localhost
  connection: local
  gather_facts: false
  vars: {ansible_python_interpreter: /usr/bin/python3}
  tasks:
    - name: look
      shell: |
        echo "secret=[$(cat DIR/secret 2>&1)] hidden=[$(ls DIR/hidden)] below=[$(cat DIR/hidden/below/file)]"
        (echo after > DIR/ro/file) 2>/dev/null; echo "ro=[$(cat DIR/ro/file)]"
        echo new > DIR/hidden/below/new
        echo new > DIR/private/new
        echo "pids=[$(ls /proc | grep -c '^[0-9]')] runner=[$(cat /proc/*/cmdline | tr '\\\\0' ' ' | grep -c "cli.t[s]")]"
        echo "cwd=[$(pwd)] keys=[$(ssh-add -l 2>/dev/null | wc -l)]"
`;

/** A private data dir with what is to be hidden, shown and read-only beside it. */
class IsolatedScene extends Scene {
  readonly staging = `${this.root}/staging`;
  readonly copies = `${this.root}/copies`;

  constructor() {
    super();
    for (const dir of ["staging", "hidden/below", "ro"]) {
      Deno.mkdirSync(`${this.root}/${dir}`, { recursive: true });
    }
    Deno.writeTextFileSync(`${this.root}/secret`, "classified");
    Deno.writeTextFileSync(`${this.root}/hidden/file`, "classified");
    Deno.writeTextFileSync(`${this.root}/hidden/below/file`, "open");
    Deno.writeTextFileSync(`${this.root}/ro/file`, "before");
    this.write("project/look.yml", LOOK.replaceAll("DIR", this.root));
    this.settings({});
  }

  settings(more: Record<string, unknown>): void {
    this.write(
      "env/settings",
      JSON.stringify({
        process_isolation: true,
        process_isolation_path: this.staging,
        process_isolation_hide_paths: [`${this.root}/secret`, `${this.root}/hidden`, "/nonexist"],
        process_isolation_show_paths: `${this.root}/hidden/below`,
        process_isolation_ro_paths: [`${this.root}/ro`],
        ...more,
      }),
    );
  }

  /** Nothing of the isolation is left anywhere. */
  async assertIsolationGone(): Promise<void> {
    await this.assertNothingLeft();
    assertEquals(filesBelow(this.staging), [], "staging is left");
    const copies = exists(this.copies) ? filesBelow(this.copies) : [];
    assertEquals(copies, [], "copies are left");
    assertEquals(agentsOf(this), [], "agents are left");
  }
}

function exists(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch {
    return false;
  }
}

/** Directories of the agents of the scene's runs that are still there. */
function agentsOf(scene: Scene): string[] {
  const artifacts = `${scene.dir}/artifacts`;
  if (!exists(artifacts)) return [];
  return [...Deno.readDirSync(artifacts)].map(({ name }) => {
    const { env } = JSON.parse(scene.artifact(name, "command") ?? "{}");
    return String(env?.SSH_AUTH_SOCK ?? "").replace(/\/agent$/, "");
  }).filter((dir) => dir.includes("/ansible_runner_agent_") && exists(dir));
}

/** What the look task printed, taken from its event. */
function lookOf(scene: Scene, ident: string): Record<string, string> {
  const dir = `${scene.dir}/artifacts/${ident}/job_events`;
  const events = [...Deno.readDirSync(dir)].map(({ name }) =>
    JSON.parse(Deno.readTextFileSync(`${dir}/${name}`))
  );
  const ok = events.find((event) => event.event === "runner_on_ok");
  assert(ok !== undefined, `no runner_on_ok among ${events.map((event) => event.event)}`);
  const pairs = [...ok.event_data.res.stdout.matchAll(/(\w+)=\[([^\]]*)\]/g)];
  return Object.fromEntries(pairs.map(([, name, value]) => [name, value]));
}

const SEEN = { secret: "", hidden: "below", below: "open", ro: "before", runner: "0" };

for (const root of ["host", "minimal"]) {
  testOrSkip(`a playbook under bwrap sees what it may (${root} root)`, NO_PLAY, async () => {
    await using scene = new IsolatedScene();
    scene.settings({ process_isolation_root: root });
    const { code, stdout, stderr } = await scene.cli(["run", ".", "-p", "look.yml", "-i", "a"]);
    assertEquals(code, 0, stdout + stderr);
    const { pids, ...seen } = lookOf(scene, "a");
    assertEquals(seen, { ...SEEN, cwd: `${scene.dir}/project`, keys: "0" });
    assert(Number(pids) < 20, `${pids} processes in sight`);
    assertEquals(Deno.readTextFileSync(`${scene.root}/hidden/below/new`), "new\n");
    assertEquals(Deno.readTextFileSync(`${scene.dir}/new`), "new\n");
    assertEquals(Deno.readTextFileSync(`${scene.root}/ro/file`), "before");
    assertStringIncludes(stdout, "ok=1");
    const { command } = JSON.parse(scene.artifact("a", "command") ?? "");
    assertEquals(command.slice(0, 3), ["bwrap", "--die-with-parent", "--unshare-pid"]);
    assertEquals(command.slice(-2), ["ansible-playbook", "look.yml"]);
    await scene.assertIsolationGone();
  });
}

testOrSkip(
  "bwrap, directory isolation, an agent and profiling work together",
  NO_PLAY ?? missingSshd(),
  async () => {
    await using scene = new IsolatedScene();
    scene.write("env/ssh_key", makeKey(`${scene.root}/key`));
    scene.settings({ directory_isolation_base_path: scene.copies });
    const { code, stdout, stderr } = await scene.cli(["run", ".", "-p", "look.yml", "-i", "a"]);
    assertEquals(code, 0, stdout + stderr);
    const { pids, cwd, ...seen } = lookOf(scene, "a");
    assertEquals(seen, { ...SEEN, keys: "1" });
    assert(Number(pids) < 20);
    assertMatch(cwd ?? "", /\/copies\/runner_di_[0-9a-f]{16}$/);
    await scene.assertIsolationGone();
  },
);

testOrSkip(
  "an ordinary user runs a playbook under bwrap",
  NO_PLAY ?? missingOtherUser(),
  async () => {
    await using scene = new IsolatedScene();
    Deno.chmodSync(scene.root, 0o755);
    const home = `${scene.root}/home`;
    Deno.mkdirSync(home);
    giveToOtherUser(scene.root);
    for (const root of ["host", "minimal"]) {
      scene.settings({ process_isolation_root: root });
      const cli = new URL("../../cli.ts", import.meta.url).pathname;
      const { code, stdout, stderr } = asOtherUser(
        [Deno.execPath(), "run", "-A", "--no-lock", "--no-check", cli, "run", scene.dir].concat(
          ["-p", "look.yml", "-i", root],
        ),
        {
          HOME: home,
          DENO_DIR: `${home}/deno`,
          TMPDIR: scene.tmp,
          NO_COLOR: "1",
          ANSIBLE_REMOTE_TEMP: `${home}/remote`,
        },
      );
      assertEquals(code, 0, stdout + stderr);
      const { pids: _pids, ...seen } = lookOf(scene, root);
      assertEquals(seen, { ...SEEN, cwd: `${scene.dir}/project`, keys: "0" });
    }
    await scene.assertIsolationGone();
  },
);

testOrSkip("a timeout ends a run under bwrap with all below it", NO_BWRAP, async () => {
  for (const program of ["forever", "ignore_term", "double_fork"]) {
    await using scene = new IsolatedScene();
    scene.settings({ job_timeout: 0.5, grace_period: 0.3 });
    const { code } = await scene.cli(["run", ".", "-b", `${BIN}/${program}`, "-i", "a"]);
    assertEquals(code, 254);
    assertEquals(scene.ending("a"), { rc: "254", status: "timeout", reason: "job_timeout" });
    await scene.assertIsolationGone();
  }
});

testOrSkip("a cancel ends a run under bwrap with all below it", NO_BWRAP, async () => {
  await using scene = new IsolatedScene();
  const child = scene.spawn(["run", ".", "-b", `${BIN}/double_fork`, "-i", "a"]);
  const output = child.output();
  await waitFor(() => scene.artifact("a", "stdout")?.includes("started") === true, "started");
  child.kill("SIGTERM");
  assertEquals((await within(10_000, output)).code, 254);
  assertEquals(scene.ending("a"), { rc: "254", status: "canceled", reason: "canceled" });
  await scene.assertIsolationGone();
});

testOrSkip(
  "the next command clears staging, copy and agent of a runner that was killed",
  NO_BWRAP ?? missingSshd(),
  async () => {
    await using scene = new IsolatedScene();
    scene.write("env/ssh_key", makeKey(`${scene.root}/key`));
    scene.settings({ directory_isolation_base_path: scene.copies });
    const child = scene.spawn(["run", ".", "-b", `${BIN}/forever`, "-i", "a"]);
    await waitFor(() => scene.artifact("a", "stdout")?.includes("started") === true, "started");
    const { env } = JSON.parse(scene.artifact("a", "command") ?? "");
    const agentDir = env.SSH_AUTH_SOCK.replace("/agent", "");
    assert(filesBelow(scene.staging).length >= 3, "a directory with two covers");
    assertEquals([...Deno.readDirSync(scene.copies)].length, 1);
    child.kill("SIGKILL");
    await child.output();
    assertEquals(await waitForNone(agentDir, 2000), [], "the agent goes with the runner");
    assertEquals((await scene.cli(["is-alive", "."])).code, 1);
    assertEquals(scene.ending("a").reason, "runner_died");
    assert(!exists(agentDir), "the agent's directory is left");
    await scene.assertIsolationGone();
  },
);

Deno.test("a missing isolation program is said before anything is written", async () => {
  for (const name of ["bwrap", "/nonexist/bwrap", "podman", "docker"]) {
    await using scene = new Scene();
    const flags = ["--process-isolation", "--process-isolation-executable", name];
    for (const command of ["run", "start"]) {
      const { code, stdout, stderr } = await scene.cli(
        [command, ".", "-p", "x.yml", "--container-image", "i", ...flags],
        { env: { PATH: `${scene.root}/bin` } },
      );
      assertEquals(stderr, `Unable to find process isolation executable: ${name}\n`);
      assertEquals([code, stdout], [1, ""]);
    }
    // The command start logs its errors.
    const files = filesBelow(scene.dir).filter((name) => name !== "daemon.log");
    assertEquals(files, ["env", "project"]);
  }
});

Deno.test("a container without image is refused before anything is written", async () => {
  await using scene = new Scene();
  Deno.mkdirSync(`${scene.root}/bin`);
  Deno.symlinkSync("/bin/true", `${scene.root}/bin/podman`);
  const flags = ["--process-isolation", "--process-isolation-executable", "podman"];
  const { code, stderr } = await scene.cli(["run", ".", "-p", "x.yml", ...flags], {
    env: { PATH: `${scene.root}/bin:${Deno.env.get("PATH")}` },
  });
  assertEquals(code, 1);
  assertEquals(
    stderr,
    "error: Cannot run in a container: no image given\n\n" +
      "hint: Give --container-image or the setting container_image\n",
  );
  assertEquals(filesBelow(scene.dir), ["env", "project"]);
});

testOrSkip(
  "bwrap that refuses is said in its words, and nothing new is left",
  NO_BWRAP,
  async () => {
    await using scene = new IsolatedScene();
    await scene.ok(["run", ".", "-b", "/bin/true", "-i", "old"]);
    Deno.mkdirSync(`${scene.root}/bin`);
    const fake = `${scene.root}/bin/bwrap`;
    Deno.writeTextFileSync(fake, "#!/bin/sh\necho 'bwrap: no permission' >&2\nexit 1\n");
    Deno.chmodSync(fake, 0o755);
    const before = filesBelow(scene.dir);
    for (const ident of ["new", "old"]) {
      const { code, stderr } = await scene.cli(["run", ".", "-b", "/bin/true", "-i", ident], {
        env: { PATH: `${scene.root}/bin:${Deno.env.get("PATH")}` },
      });
      assertEquals(code, 1);
      assertMatch(
        stderr,
        /^error: Cannot isolate the run with "bwrap": bwrap: no permission\n\nhint:/,
      );
      assertEquals(filesBelow(scene.dir), before, ident);
    }
    await scene.assertIsolationGone();
  },
);

testOrSkip("a program that is missing under bwrap is rc 127 with its name", NO_BWRAP, async () => {
  await using scene = new IsolatedScene();
  for (const program of ["/nonexist/program", "no-such-program"]) {
    const { code, stdout } = await scene.cli(["run", ".", "-b", program, "-i", "a"]);
    assertEquals(code, 127);
    assertEquals(stdout, `The command was not found or was not executable: ${program}.\n`);
    assertEquals(scene.ending("a"), { rc: "127", status: "failed", reason: "could_not_start" });
  }
  await scene.assertIsolationGone();
});

Deno.test("a terminal that cannot be made leaves the reason, and is an error", async () => {
  await using scene = new Scene();
  Deno.mkdirSync(`${scene.root}/bin`);
  const script = "#!/bin/sh\necho 'script: no more terminals' >&2\nexit 1\n";
  Deno.writeTextFileSync(`${scene.root}/bin/script`, script, { mode: 0o755 });
  // The system's own comes first where PATH has its directory.
  Deno.symlinkSync("/usr/bin/setpriv", `${scene.root}/bin/setpriv`);
  const { code, stderr } = await scene.cli(["run", ".", "-b", "/bin/true", "-i", "a"], {
    env: { PATH: `${scene.root}/bin` },
  });
  assertEquals(code, 1, stderr);
  assertStringIncludes(stderr, "no more terminals");
  assertEquals(scene.ending("a"), { rc: "127", status: "failed", reason: "could_not_start" });
  assertStringIncludes(scene.artifact("a", "reason") ?? "", "no more terminals");
  await scene.assertNothingLeft();
});
