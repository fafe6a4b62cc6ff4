import { assert, assertEquals, assertMatch } from "../../testing/assert.ts";
import { findProgram } from "../../../src/internal/programs.ts";
import { denoDirectory } from "../../testing/run_cli.ts";
import { Scene, slack, waitFor } from "../../testing/scene.ts";
import { testOrSkip } from "../../testing/skip.ts";

const NO_ANSIBLE = findProgram("ansible-playbook", Deno.env.get("PATH") ?? "") === undefined
  ? "ansible-playbook is not installed"
  : undefined;

/** Ansible's own modules leave them when they are ended. */
const MODULE_FILES = /^ansible_ansible\./;

/** A task that has a shell, a Python module and a sleep below it, beside a second host's. */
const SLEEP = `
- hosts: all
  gather_facts: false
  tasks:
  - command: sleep 1000
`;

const BACKGROUND = `
- hosts: one
  gather_facts: false
  tasks:
  - command: sleep 1000
    async: 1000
    poll: 0
`;

testOrSkip(
  "a cancel of a real playbook takes less than a second and leaves nothing",
  NO_ANSIBLE,
  async () => {
    await using scene = ansibleScene();
    const child = scene.spawn(["run", ".", "-i", "a", "-p", "sleep.yml"], { env: home(scene) });
    await sleeping(scene, 2);
    const start = performance.now();
    child.kill("SIGTERM");
    assertEquals((await child.output()).code, 254);
    assertEquals(scene.processes(), []);
    assert(performance.now() - start < 1000 * slack(), `${performance.now() - start} ms`);
    assertEquals(scene.ending("a"), { rc: "254", status: "canceled", reason: "canceled" });
    await scene.assertNothingLeft({ except: MODULE_FILES });
  },
);

testOrSkip("stop ends a real playbook and leaves nothing", NO_ANSIBLE, async () => {
  await using scene = ansibleScene();
  const started = await scene.cli(["start", ".", "-p", "sleep.yml"], { env: home(scene) });
  assertEquals(started.code, 0);
  await sleeping(scene, 2);
  const stopped = await scene.cli(["stop", "."]);
  assertEquals(stopped.code, 0);
  assertEquals(scene.processes(), []);
  assert(stopped.ms < 1500 * slack(), `${stopped.ms} ms`);
  assertMatch(
    (await scene.cli(["status", "."])).stdout,
    / canceled +254 [^\n]*\n {2}sleep\.yml\n {2}canceled by stop\n$/,
  );
  await scene.assertNothingLeft({ except: MODULE_FILES });
});

testOrSkip("KILL of ansible-playbook is rc 137 and signal 9", NO_ANSIBLE, async () => {
  await using scene = ansibleScene();
  const child = scene.spawn(["run", ".", "-i", "a", "-p", "sleep.yml"], { env: home(scene) });
  await sleeping(scene, 2);
  const playbooks = scene.processes().filter(({ command }) =>
    /python3? \S*ansible-playbook /.test(command)
  );
  const first = Math.min(...playbooks.map(({ pid }) => pid));
  Deno.kill(first, "SIGKILL");
  const { code, stderr } = await child.output();
  assertEquals(code, 137);
  assertEquals(new TextDecoder().decode(stderr), `error: Run "a" ended: signal 9\n`);
  assertEquals(scene.ending("a"), { rc: "137", status: "failed", reason: "signal" });
  scene.killAll();
  await scene.assertNothingLeft({ except: MODULE_FILES });
});

testOrSkip("a killed runner takes a real playbook along", NO_ANSIBLE, async () => {
  await using scene = ansibleScene();
  const args = ["start", ".", "-i", "a", "-p", "sleep.yml"];
  await scene.ok(args, { env: home(scene) });
  await sleeping(scene, 2);
  Deno.kill(Number(scene.artifact("a", "pid")), "SIGKILL");
  await waitFor(() => scene.processes().length === 0, "all gone", 1000);
  assertEquals((await scene.cli(["is-alive", "."])).code, 1);
  assertEquals(scene.ending("a"), { rc: "254", status: "failed", reason: "runner_died" });
  await scene.assertNothingLeft({ except: MODULE_FILES });
});

testOrSkip("a task with poll 0 goes on after the run", NO_ANSIBLE, async () => {
  await using scene = ansibleScene();
  const args = ["run", ".", "-q", "-i", "a", "-p", "background.yml"];
  const { code } = await scene.cli(args, { env: home(scene) });
  assertEquals(code, 0, scene.artifact("a", "stdout"));
  await sleeping(scene, 1);
  scene.killAll();
  await scene.assertNothingLeft({ except: MODULE_FILES });
});

function ansibleScene(): Scene {
  const scene = new Scene();
  Deno.mkdirSync(`${scene.dir}/inventory`);
  scene.write("inventory/hosts", "[all:vars]\nansible_connection=local\n[all]\none\ntwo\n");
  scene.write("project/sleep.yml", SLEEP);
  scene.write("project/background.yml", BACKGROUND);
  return scene;
}

/** Ansible keeps files in the home directory. */
function home(scene: Scene): Record<string, string> {
  return { HOME: `${scene.root}/home`, DENO_DIR: denoDirectory() };
}

async function sleeping(scene: Scene, count: number): Promise<void> {
  const asleep = (): boolean =>
    scene.processes().filter(({ command }) => command === "sleep 1000").length === count;
  await waitFor(asleep, `${count} tasks`, 30_000);
}
