/**
 * The calls of programs that start the command line and read its exit code or its files: enclave-wizard,
 * praetor, openstack-ansibleee, Tekton's task, mirror-registry, ansible-builder.
 *
 * @module
 */
import { assertEquals, assertMatch } from "../../testing/assert.ts";
import { missingAnsible } from "../../testing/isolation.ts";
import { Scene } from "../../testing/scene.ts";
import { testOrSkip } from "../../testing/skip.ts";

const PLAY = `- hosts: localhost
  connection: local
  gather_facts: false
  tasks: [{debug: {msg: 12345678901234567890}}]
`;

testOrSkip("enclave-wizard's own files in artifacts/ stay", missingAnsible(), async () => {
  await using scene = new Scene();
  scene.write("project/site.yml", PLAY);
  scene.write("env/cmdline", " ");
  Deno.mkdirSync(`${scene.dir}/artifacts/run-1`, { recursive: true });
  scene.write("artifacts/run-1/run.json", '{"state": "queued"}');
  scene.write("artifacts/.lock", "");
  const { stdout } = await scene.ok(["run", ".", "-p", "site.yml", "--ident", "run-1", "-j"]);
  assertEquals(scene.artifact("run-1", "run.json"), '{"state": "queued"}');
  assertEquals(Deno.statSync(`${scene.dir}/artifacts/.lock`).size, 0);
  assertEquals([scene.artifact("run-1", "status"), scene.artifact("run-1", "rc")], [
    "successful",
    "0",
  ]);
  // Integers of any size come as they are.
  assertMatch(stdout, /"msg": 12345678901234567890[,}]/);
});

testOrSkip("Tekton's workspace and a whole play in RUNNER_PLAYBOOK", missingAnsible(), async () => {
  await using scene = new Scene();
  Deno.mkdirSync(`${scene.root}/ws/project/project`, { recursive: true });
  const dir = `${scene.root}/ws/project`;
  Deno.writeTextFileSync(`${dir}/project/playbook.yaml`, PLAY);
  // A volume of the cluster: everybody may write to it.
  for (const path of [dir, `${dir}/project`]) Deno.chmodSync(path, 0o777);
  const env = { RUNNER_ALLOW_UNSAFE_PRIVATE_DATA_DIR: "1", RUNNER_PLAYBOOK: PLAY };
  const words = ["run", "-p", "playbook.yaml", "-i", "openstack-1", "project"];
  const { code, stdout, stderr } = await scene.cli(words, { cwd: `${scene.root}/ws`, env });
  assertEquals([code, stderr], [0, ""], stdout);
  assertEquals(Deno.readTextFileSync(`${dir}/artifacts/openstack-1/rc`), "0");
});

Deno.test("checks of images read --version", async () => {
  await using scene = new Scene();
  const { stdout, stderr } = await scene.ok(["--version"]);
  assertEquals(stderr, "");
  assertMatch(stdout, /^\d+\.\d+\.\d+\n$/);
});
