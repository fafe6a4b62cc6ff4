import { assert, assertEquals, assertMatch, assertStringIncludes } from "../testing/assert.ts";
import { findCompileTools, putProgram } from "../testing/compiled.ts";
import {
  type ContainerOptions,
  ContainerRoot,
  whyNoContainerRoot,
} from "../testing/container_root.ts";
import { findPodman } from "../testing/podman.ts";
import { waitFor } from "../testing/scene.ts";
import { testOrSkip } from "../testing/skip.ts";

const ROOT = new URL("../..", import.meta.url).pathname;
const reason = whyNoContainerRoot();
const SHOW = `#!/bin/sh
echo "args=$*"
echo "home=$HOME"
echo "user=$(id -un 2>/dev/null) $(id -u):$(id -g)"
`;

/** Runs the entrypoint with a program that shows what it was given. */
async function show(
  args: readonly string[],
  options: ContainerOptions & {
    readonly runnerMode?: number;
    readonly runnerHas?: string;
  } = {},
): Promise<Record<string, string>> {
  const program = Deno.makeTempFileSync();
  Deno.writeTextFileSync(program, SHOW);
  Deno.chmodSync(program, 0o755);
  using root = new ContainerRoot(program);
  Deno.removeSync(program);
  if (options.runnerMode !== undefined) Deno.chmodSync(`${root.dir}/runner`, options.runnerMode);
  const { runnerHas: made } = options;
  if (made !== undefined) {
    Deno.mkdirSync(`${root.dir}/runner/${made}`, { recursive: true });
    Deno.chmodSync(`${root.dir}/runner/${made}`, 0o700);
  }
  const { code, stdout, stderr } = await root.run(args, options);
  assertEquals(code, 0, stderr);
  const shown = Object.fromEntries(stdout.trim().split("\n").map((line) => line.split("=", 2)));
  return {
    ...shown,
    stderr,
    passwd: Deno.readTextFileSync(`${root.dir}/passwd`).split("\n")[1] ?? "",
  };
}

testOrSkip("the entrypoint gives any uid with gid 0 a name and a home", reason, async () => {
  assertEquals(await show([], { uid: 12345, env: { HOME: "/" } }), {
    args: "run /runner",
    home: "/runner",
    user: "runner 12345:0",
    stderr: "",
    passwd: "runner:x:12345:0:ansible-runner:/runner:/bin/sh",
  });
});

testOrSkip("the entrypoint leaves a known uid alone", reason, async () => {
  const { user, passwd, home } = await show([]);
  assertEquals([user, passwd, home], ["root 0:0", "", "/runner"]);
});

testOrSkip("the entrypoint finds a home when /runner cannot be written", reason, async () => {
  const { home, passwd } = await show([], { uid: 12345, runnerMode: 0o555 });
  assertMatch(home ?? "", /^\/tmp\/tmp\.\w+$/);
  assertEquals(passwd, `runner:x:12345:0:ansible-runner:${home}:/bin/sh`);
  const other = await show([], { uid: 12345, runnerMode: 0o555, env: { HOME: "/tmp" } });
  assertEquals(other["home"], "/tmp");
});

testOrSkip("the entrypoint finds a home when another uid used /runner", reason, async () => {
  // What the first uid's Ansible makes there.
  for (const made of [".ansible", ".ansible/tmp", ".ssh"]) {
    const { home, args, stderr } = await show([], { uid: 12345, runnerHas: made });
    assertMatch(home ?? "", /^\/tmp\/tmp\.\w+$/, made);
    assertEquals([args, stderr], ["run /runner", ""]);
  }
  assertEquals((await show([], { runnerHas: ".ansible" }))["home"], "/runner", "its own uid");
});

testOrSkip("the entrypoint says so when it cannot add itself to /etc/passwd", reason, async () => {
  for (
    const options of [{ uid: 12345, isPasswdReadOnly: true }, { uid: 12345, gid: 12345 }] as const
  ) {
    const { stderr, args } = await show([], options);
    assertStringIncludes(stderr ?? "", "entrypoint: Cannot add uid 12345 to /etc/passwd: ");
    assertEquals(args, "run /runner");
  }
});

testOrSkip(
  "the entrypoint takes options of the default command, or any other",
  reason,
  async () => {
    assertEquals((await show(["-j", "-v"]))["args"], "run /runner -j -v");
    assertEquals((await show(["ansible-runner", "stop", "x y"]))["args"], "stop x y");
  },
);

testOrSkip("the image's init reaps what a command leaves behind", reason, async () => {
  using root = new ContainerRoot("/bin/true");
  const script =
    'sh -c "sleep 0.1 &"; sleep 0.4; cat /proc/[0-9]*/stat | grep -c " Z $PPID "; true';
  assertEquals((await root.run(["sh", "-c", script])).stdout, "0\n");
});

// With --bare the former is the program, the latter a script that hides Deno from it.
const given = Deno.env.get("RUNNER_TEST_PROGRAM") || Deno.env.get("RUNNER_TEST_BINARY") ||
  undefined;
const search = given === undefined ? findCompileTools() : undefined;
const noProgram = reason ??
  (search !== undefined && "missing" in search ? search.missing : undefined);

async function program(dir: string): Promise<string> {
  if (given !== undefined) return given;
  if (search === undefined || "missing" in search) throw new Error("No compiled program");
  return await putProgram(dir, search.tools);
}

testOrSkip("the image runs as any uid, and TERM cancels its run", noProgram, async (t) => {
  const dist = Deno.makeTempDirSync();
  using root = new ContainerRoot(await program(dist));
  Deno.removeSync(dist, { recursive: true });

  await t.step("RUNNER_PLAYBOOK runs the demo", async () => {
    const env = { RUNNER_PLAYBOOK: "test.yml" };
    const { code, stdout, stderr } = await root.run([], { uid: 12345, env });
    assertEquals([code, stderr], [0, ""]);
    assertStringIncludes(stdout, "PLAY RECAP");
    const [ident] = [...Deno.readDirSync(`${root.dir}/runner/artifacts`)];
    const file = `${root.dir}/runner/artifacts/${ident?.name}/rc`;
    assertEquals([Deno.readTextFileSync(file), Deno.statSync(file).uid], ["0", 12345]);
  });

  await t.step("-j shows events", async () => {
    const env = { RUNNER_BINARY: "/bin/echo" };
    const { code, stdout } = await root.run(["-j"], { uid: 12345, env });
    assertEquals(code, 0);
    assertStringIncludes(JSON.parse(stdout.split("\n")[0] ?? "").stdout, "-i /runner/inventory");
  });

  await t.step("TERM to the init cancels", async () => {
    Deno.writeTextFileSync(`${root.dir}/bin/long`, "#!/bin/sh\necho here\nsleep 100 & wait\n");
    Deno.chmodSync(`${root.dir}/bin/long`, 0o755);
    const env = { RUNNER_BINARY: "/opt/bin/long" };
    const args = ["ansible-runner", "run", "/runner", "-i", "long"];
    const child = root.spawn(args, { uid: 12345, env });
    const dir = `${root.dir}/runner/artifacts/long`;
    await waitFor(
      () => exists(`${dir}/stdout`) && Deno.statSync(`${dir}/stdout`).size > 0,
      "output",
    );
    const init = childOf(childOf(child.pid)) ?? childOf(child.pid);
    assert(init !== undefined);
    Deno.kill(init, "SIGTERM");
    assertEquals((await child.output()).code, 254);
    assertEquals(Deno.readTextFileSync(`${dir}/status`), "canceled");
  });
});

const podman = findPodman();
const noEngine = "missing" in podman
  ? podman.missing
  : given === undefined
  ? noProgram
  : "the image has a program of its own";
testOrSkip("the image as podman builds it runs as any uid, and stop ends its run", noEngine, () => {
  const dir = Deno.makeTempDirSync();
  const engine = (args: string): string => {
    const { code, stdout, stderr } = new Deno.Command("sh", {
      args: ["-c", `podman ${args}`],
      env: "env" in podman ? { ...podman.env } : {},
      cwd: dir,
    }).outputSync();
    assertEquals(code, 0, new TextDecoder().decode(stderr));
    return new TextDecoder().decode(stdout);
  };
  program(`${dir}/dist`);
  const copy = ["-R", `${ROOT}/scripts`, `${ROOT}/demo`, dir];
  assertEquals(new Deno.Command("cp", { args: copy }).outputSync().code, 0);
  const image = "localhost/ansible-runner-test";
  engine(`build -q -f scripts/container/Containerfile -t ${image} .`);
  const run = (options: string, command = "") => engine(`run --rm ${options} ${image} ${command}`);
  assertStringIncludes(run("-u 12345:0 -e RUNNER_PLAYBOOK=test.yml"), "PLAY RECAP");
  assertMatch(run("-u 12345:0", "sh -c 'id -u; echo $HOME'"), /^12345\n\/runner\n$/);
  assertStringIncludes(run("", "ansible-runner doctor"), "A plain run works here");
  const name = `ansible-runner-test-${Deno.pid}`;
  const module = "-m ansible.builtin.command -a 'sleep 60' --hosts localhost -i a";
  engine(`run -d --name ${name} ${image} ansible-runner run /runner ${module}`);
  engine(`exec ${name} sh -c 'until test -e /runner/artifacts/a/command; do sleep 0.1; done'`);
  engine(`stop -t 20 ${name}`);
  assertEquals(engine(`inspect -f '{{.State.ExitCode}}' ${name}`), "254\n");
  engine(`rm ${name}`);
  Deno.removeSync(dir, { recursive: true });
});

/** tini: the first process below bwrap that is not bwrap itself. */
function childOf(pid: number | undefined): number | undefined {
  if (pid === undefined) return undefined;
  const [child] = Deno.readTextFileSync(`/proc/${pid}/task/${pid}/children`).trim().split(" ");
  if (child === undefined || child === "") return undefined;
  return Deno.readTextFileSync(`/proc/${child}/comm`).trim() === "ansible-runner"
    ? undefined
    : Number(child);
}

function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return false;
  }
}
