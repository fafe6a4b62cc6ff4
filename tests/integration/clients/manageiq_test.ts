/**
 * The calls of ManageIQ up to 2025 (lib/ansible/runner.rb): `run`, or `start` and then `is-alive` and
 * `stop` from other processes, all with `--json` and `--ident result`.
 *
 * @module
 */
import { assert, assertEquals } from "../../testing/assert.ts";
import { missingAnsible } from "../../testing/isolation.ts";
import { Scene, waitFor } from "../../testing/scene.ts";
import { testOrSkip } from "../../testing/skip.ts";
import { makeKey, missingSshd } from "../../testing/sshd.ts";

const COMMON = ["--json", "--ident", "result"];

/** As `Ansible::Runner::MachineCredential` writes them. */
const PASSWORDS = {
  "^SSH [pP]assword:": "ssh secret",
  "^BECOME [pP]assword:": "become secret",
  "^Enter passphrase for [a-zA-Z0-9-/]+/ssh_key_data:": "key secret",
};

/** As `ResponseAsync` decides that a run is over, and `Response` reads what it left. */
function response(scene: Scene): { rc: number; events: Record<string, unknown>[] } {
  const dir = `${scene.dir}/artifacts/result/job_events`;
  const files = [...Deno.readDirSync(dir)].map(({ name }) => name)
    .sort((a, b) => Number.parseInt(a) - Number.parseInt(b));
  return {
    rc: Number(scene.artifact("result", "rc")),
    events: files.map((name) => JSON.parse(Deno.readTextFileSync(`${dir}/${name}`))),
  };
}

function playbook(scene: Scene, tasks: string): string {
  const text = `- hosts: localhost\n  connection: local\n  gather_facts: false\n  tasks:\n${tasks}`;
  Deno.writeTextFileSync(`${scene.root}/playbook.yml`, text);
  return `${scene.root}/playbook.yml`;
}

testOrSkip("ManageIQ reads a run's events from its output", missingAnsible(), async () => {
  await using scene = new Scene();
  scene.write("env/extravars", JSON.stringify({ vm: "web1" }));
  const path = playbook(scene, "    - debug: {var: vm}\n    - set_stats: {data: {made: 3}}\n");
  const { stdout, stderr } = await scene.ok(["run", ".", ...COMMON, "--playbook", path]);
  assertEquals(stderr, "");
  const lines = stdout.trim().split("\n").map((line) => JSON.parse(line));
  const { rc, events } = response(scene);
  assertEquals([rc, lines], [0, events]);
  assertEquals(events.at(-1)?.["event_data"], {
    ...events.at(-1)?.["event_data"] as Record<string, unknown>,
    artifact_data: { made: 3 },
    failures: {},
  });
});

const KEY = "ManageIQ starts a role with a key of a passphrase and waits for its end";
testOrSkip(KEY, missingAnsible() ?? missingSshd(), async () => {
  await using scene = new Scene();
  // Its pattern knows no underscore, and a name by Ruby's mktmpdir has none.
  const dir = `${await Deno.makeTempDir({ prefix: "ansible-runner20251125-" })}/private`;
  Deno.renameSync(scene.dir, dir);
  Deno.symlinkSync(dir, scene.dir);
  scene.write("env/passwords", JSON.stringify(PASSWORDS));
  const [, , passphrase = ""] = Object.values(PASSWORDS);
  scene.write("env/ssh_key", makeKey(`${scene.root}/id`, { passphrase }));
  const roles = `${scene.root}/roles`;
  Deno.mkdirSync(`${roles}/keys/tasks`, { recursive: true });
  Deno.writeTextFileSync(`${roles}/keys/tasks/main.yml`, "- command: ssh-add -l\n");
  const role = ["--role", "keys", "--roles-path", roles, "--role-skip-facts"];
  const words = ["--hosts", "localhost", "--cmdline", "--connection local"];
  await scene.ok(["start", dir, ...COMMON, ...role, ...words]);
  await waitUntilOver(scene);
  const { rc, events } = response(scene);
  assertEquals(rc, 0, JSON.stringify(events));
  const listed = events.find(({ event }) => event === "runner_on_ok")?.["event_data"];
  assert(JSON.stringify(listed).includes("(ED25519)"));
  await Deno.remove(dir.replace("/private", ""), { recursive: true });
});

testOrSkip("ManageIQ stops what it started", missingAnsible(), async () => {
  await using scene = new Scene();
  const path = playbook(scene, "    - pause: {seconds: 120}\n");
  await scene.ok(["start", ".", ...COMMON, "--playbook", path]);
  await waitFor(() => scene.artifact("result", "stdout")?.includes("pause") === true, "the task");
  await scene.ok(["is-alive", ".", ...COMMON]);
  await scene.ok(["stop", ".", ...COMMON]);
  assertEquals((await scene.cli(["is-alive", ".", ...COMMON])).code, 1);
  assertEquals(response(scene).rc, 254);
  await scene.assertNothingLeft();
});

/** Asks `is-alive` again and again, as a job of ManageIQ does. */
async function waitUntilOver(scene: Scene): Promise<void> {
  const deadline = Date.now() + 60_000;
  while ((await scene.cli(["is-alive", ".", ...COMMON])).code === 0) {
    assert(Date.now() < deadline, "the run goes on");
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}
