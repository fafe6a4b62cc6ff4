import { assert, assertEquals, assertMatch } from "../testing/assert.ts";
import { groupsNamed, hostLayout, missingCgroups } from "../testing/cgroups.ts";
import { missingAnsible, missingBwrap } from "../testing/isolation.ts";
import { BIN, Scene, waitFor } from "../testing/scene.ts";
import { slack } from "../testing/slack.ts";
import { testOrSkip } from "../testing/skip.ts";
import { asOtherUser, giveToOtherUser, missingOtherUser } from "../testing/users.ts";

const NO_CGROUPS = missingCgroups();

const PLAY = `- hosts: localhost
  connection: local
  gather_facts: false
  vars: {ansible_python_interpreter: /usr/bin/python3}
  tasks:
    - name: busy
      command: sh -c 'end=$(($(date +%s) + 2)); while [ $(date +%s) -lt $end ]; do :; done'
    - name: idle
      command: sleep 0.7
`;

/** A scene whose cgroups have a name of their own. */
class ProfiledScene extends Scene {
  readonly base = `runner_test_${crypto.randomUUID().slice(0, 8)}`;

  settings(more: Record<string, unknown> = {}): void {
    this.write(
      "env/settings",
      JSON.stringify({
        resource_profiling: true,
        resource_profiling_base_cgroup: this.base,
        resource_profiling_cpu_poll_interval: 0.1,
        ...more,
      }),
    );
  }

  override async [Symbol.asyncDispose](): Promise<void> {
    await super[Symbol.asyncDispose]();
    for (const dir of groupsNamed(this.base).reverse()) Deno.removeSync(dir);
  }
}

interface Sample {
  readonly timestamp: number;
  readonly task_name: string;
  readonly task_uuid: string;
  readonly value: number;
}

function samples(path: string): Sample[] {
  const text = Deno.readTextFileSync(path);
  assertMatch(text, /^(\x1e\{[^\n]*\}\n)+$/);
  return text.split("\x1e").slice(1).map((record) => JSON.parse(record));
}

const NO_PLAY = NO_CGROUPS ?? missingAnsible();

for (const isolation of [false, true]) {
  const title = `a playbook is measured task by task${isolation ? ", under bwrap too" : ""}`;
  testOrSkip(title, NO_PLAY ?? (isolation ? missingBwrap() : undefined), async () => {
    await using scene = new ProfiledScene();
    scene.settings({ process_isolation: isolation });
    scene.write("project/p.yml", PLAY);
    const { code, stdout, stderr } = await scene.cli(["run", ".", "-p", "p.yml", "-i", "a"]);
    assertEquals([code, stderr], [0, ""], stdout);
    const dir = `${scene.dir}/profiling_data`;
    assertEquals((Deno.statSync(dir).mode ?? 0) & 0o777, 0o700);
    const uuids = taskUuids(scene);
    assertEquals(uuids.length, 2);
    const names = [...Deno.readDirSync(dir)].map(({ name }) => name).sort();
    const counters = ["cpu", "memory", "pids"];
    assertEquals(
      names,
      uuids.flatMap((uuid, n) => counters.map((counter) => `${n}-${uuid}-${counter}.json`)),
    );
    const busy = samples(`${dir}/0-${uuids[0]}-cpu.json`);
    assert(busy.every((sample) => sample.task_name === "busy" && sample.task_uuid === uuids[0]));
    const top = Math.max(...busy.map(({ value }) => value));
    assert(top > 40 / slack() && top < 300, `${top} % of a cpu`);
    const idle = samples(`${dir}/1-${uuids[1]}-cpu.json`);
    const least = Math.min(...idle.map(({ value }) => value));
    assert(least < 20 && least < top, "a sleep costs next to nothing");
    const memory = samples(`${dir}/0-${uuids[0]}-memory.json`).map(({ value }) => value);
    assert(Math.max(...memory) > 5 && Math.max(...memory) < 2000, `${memory} MiB`);
    const pids = samples(`${dir}/1-${uuids[1]}-pids.json`).map(({ value }) => value);
    assert(Math.max(...pids) >= 2 && Math.max(...pids) < 50, `${pids} processes`);
    const told = JSON.parse((await scene.ok(["profile", ".", "-j"])).stdout);
    assertEquals(told.map(({ task }: { task: string }) => task), ["busy", "idle"]);
    assertMatch((await scene.ok(["profile", "."])).stdout, /^TASK .*\nbusy +\d.*\nidle +\d/);
    assert(Math.abs((busy[0]?.timestamp ?? 0) - Date.now() / 1000) < 60);
    assertEquals(groupsNamed(scene.base), []);
    await scene.assertNothingLeft();
  });
}

function taskUuids(scene: Scene): string[] {
  const dir = `${scene.dir}/artifacts/a/job_events`;
  return [...Deno.readDirSync(dir)].map(({ name }) =>
    JSON.parse(Deno.readTextFileSync(`${dir}/${name}`))
  ).filter((event) => event.event === "playbook_on_task_start")
    .sort((a, b) => a.counter - b.counter).map((event) => event.event_data.task_uuid);
}

testOrSkip("a measured program sees the same words and environment", NO_CGROUPS, async () => {
  const seen: Record<string, unknown> = {};
  await using scene = new ProfiledScene();
  for (const profiling of [false, true]) {
    scene.settings({ resource_profiling: profiling });
    const file = `${scene.root}/${profiling}`;
    const { code } = await scene.cli(["run", ".", "-b", `${BIN}/show_start`, "-i", "a"], {
      env: { SHOW_TO: file },
    });
    assertEquals(code, 0);
    const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/g;
    const text = Deno.readTextFileSync(file).replace(uuid, "UUID").replace(file, "FILE");
    seen[String(profiling)] = JSON.parse(text);
  }
  assertEquals(seen["true"], seen["false"]);
});

testOrSkip(
  "the group of a run holds the program and not us, and goes after a crash",
  NO_CGROUPS,
  async () => {
    await using scene = new ProfiledScene();
    scene.settings();
    const child = scene.spawn(["run", ".", "-b", `${BIN}/forever`, "-i", "a"]);
    await waitFor(() => scene.artifact("a", "stdout")?.includes("started") === true, "started");
    const groups = groupsNamed(`${scene.base}/a`);
    assertEquals(groups.length, hostLayout().mounts.length);
    for (const group of groups) {
      const programs = (): string[] =>
        Deno.readTextFileSync(`${group}/cgroup.procs`).trim().split("\n")
          .map((pid) => Deno.readTextFileSync(`/proc/${pid}/cmdline`));
      await waitFor(() => programs().includes("sleep\x001000\0"), "the program sleeps");
      assertEquals(programs().length, 1);
    }
    child.kill("SIGKILL");
    await child.output();
    assertEquals((await scene.cli(["is-alive", "."])).code, 1);
    assertEquals(groupsNamed(`${scene.base}/a`), []);
    await scene.assertNothingLeft();
  },
);

testOrSkip("a cancel and a daemon leave no group", NO_CGROUPS, async () => {
  await using scene = new ProfiledScene();
  scene.settings({ job_timeout: 0.4, grace_period: 0.2 });
  const { code } = await scene.cli(["run", ".", "-b", `${BIN}/ignore_term`, "-i", "a"]);
  assertEquals(code, 254);
  assertEquals(groupsNamed(scene.base), []);
  scene.settings();
  await scene.ok(["run", ".", "-b", `${BIN}/leave_daemon`, "-i", "b"]);
  assertEquals(groupsNamed(scene.base), []);
});

testOrSkip(
  "without permission a run is refused with the command that helps, before anything is written",
  NO_CGROUPS ?? missingOtherUser(),
  async () => {
    await using scene = new ProfiledScene();
    scene.settings();
    Deno.chmodSync(scene.root, 0o755);
    giveToOtherUser(scene.root);
    const cli = new URL("../../cli.ts", import.meta.url).pathname;
    const { code, stderr } = asOtherUser(
      [Deno.execPath(), "run", "-A", "--no-lock", "--no-check", "--no-remote", cli].concat(
        ["run", scene.dir, "-b", "/bin/true"],
      ),
      { DENO_DIR: `${scene.root}/deno`, NO_COLOR: "1" },
    );
    assertEquals(code, 1, stderr);
    const [first = "", , hint = ""] = stderr.split("\n").slice(-4);
    assertMatch(first, /^error: Cannot make a cgroup below "runner_test_\w+": Permission denied/);
    assertMatch(hint, /^hint: Make that group first: sudo mkdir -p \//);
    assertEquals([...Deno.readDirSync(scene.dir)].map(({ name }) => name).sort(), [
      "env",
      "project",
    ]);
  },
);

testOrSkip("a run in a container cannot be profiled, which is said", NO_CGROUPS, async () => {
  await using scene = new ProfiledScene();
  scene.settings({ process_isolation: true, container_image: "i" });
  Deno.mkdirSync(`${scene.root}/bin`);
  Deno.symlinkSync("/bin/true", `${scene.root}/bin/podman`);
  const { code, stderr } = await scene.cli(["run", ".", "-b", "/bin/true"], {
    env: { PATH: `${scene.root}/bin:${Deno.env.get("PATH")}` },
  });
  assertEquals(code, 1);
  assertMatch(stderr, /^error: Cannot profile a run in a container: /);
});
