/**
 * The calls of crossplane's provider-ansible: playbook and inventory lie in the private data directory
 * itself, the output is Ansible's own JSON, a run that goes on too long gets INT.
 *
 * @module
 */
import { assertEquals } from "../../testing/assert.ts";
import { missingAnsible } from "../../testing/isolation.ts";
import { Scene, waitFor } from "../../testing/scene.ts";
import { testOrSkip } from "../../testing/skip.ts";

const IDENT = "0b8e2a54-5f6e-4f39-a8f8-f0f26d2a4f11";
const PLAYBOOK = `- hosts: all
  gather_facts: false
  tasks:
    - command: /bin/false
      ignore_errors: true
    - debug: {msg: "{{ ansible_check_mode }}"}
    - pause: {seconds: 120}
      when: wait | default(false)
`;

/** A directory as the provider fills it; its own variables. */
function prepare(scene: Scene): { args: string[]; env: Record<string, string> } {
  Deno.removeSync(`${scene.dir}/project`);
  scene.write("playbook.yml", PLAYBOOK);
  scene.write("hosts", "localhost ansible_connection=local\n");
  const args = ["run", ".", "-p", "playbook.yml", "--rotate-artifacts", "3", "--ident", IDENT];
  return { args, env: { ANSIBLE_INVENTORY: "hosts", ANSIBLE_STDOUT_CALLBACK: "json" } };
}

testOrSkip("crossplane reads the JSON of a dry run, then of a run", missingAnsible(), async () => {
  await using scene = new Scene();
  const { args, env } = prepare(scene);
  for (const [words, isChecked] of [[["--cmdline", "\\--check"], true], [[], false]] as const) {
    const { stdout } = await scene.ok([...args, ...words], { env });
    const { plays, stats } = JSON.parse(stdout);
    const [first, second] = plays[0].tasks;
    // A command is skipped in a dry run, and the next run is none.
    assertEquals(stats.localhost.ignored, isChecked ? 0 : 1);
    assertEquals(first.hosts.localhost.skipped ?? false, isChecked);
    assertEquals(second.hosts.localhost.msg, isChecked);
  }
  const failures = [...Deno.readDirSync(`${scene.dir}/artifacts/${IDENT}/job_events`)]
    .map(({ name }) => JSON.parse(scene.artifact(IDENT, `job_events/${name}`) ?? ""))
    .filter(({ event }) => event === "runner_on_failed");
  const { play, task, host, res, ignore_errors } = failures[0].event_data;
  const read = [failures.length, play, task, host, res.msg, ignore_errors];
  assertEquals(read, [1, "all", "command", "localhost", "non-zero return code", true]);
});

testOrSkip(
  "crossplane's INT cancels a run, the second KILL finds nobody",
  missingAnsible(),
  async () => {
    await using scene = new Scene();
    const { args } = prepare(scene);
    const child = scene.spawn([...args, "--cmdline", "-e wait=true"], {
      env: { ANSIBLE_INVENTORY: "hosts" },
    });
    const output = child.output();
    await waitFor(() => scene.artifact(IDENT, "stdout")?.includes("pause") === true, "the task");
    child.kill("SIGINT");
    const { code } = await output;
    assertEquals(code, 254);
    assertEquals(scene.ending(IDENT), { rc: "254", status: "canceled", reason: "canceled" });
    await scene.assertNothingLeft();
  },
);
