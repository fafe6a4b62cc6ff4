/**
 * `retry`: the same run again for the hosts that did not go well, from a record that no job reaches.
 */
import { retry, Runner } from "../../../mod.ts";
import { assertEquals, assertRejects, assertStringIncludes } from "../../testing/assert.ts";
import { RecordedRuns } from "../../testing/recorded_runs.ts";
import { Scene } from "../../testing/scene.ts";

Deno.test("retry runs the failed hosts again, whatever the artifacts say", async () => {
  await using scene = new Scene();
  const hosts =
    "a ansible_connection=local\nb ansible_connection=local\nc ansible_connection=local\n";
  scene.write("inventory", hosts);
  scene.write("project/flag", "");
  const words = ["-m", "shell", "-a", "test -e {{ inventory_hostname }}", "--hosts", "all"];
  for (const host of ["a"]) Deno.writeTextFileSync(`${scene.dir}/${host}`, "");
  assertEquals(
    (await scene.cli(["run", ".", "-q", "-i", "one", "--limit", "a,b", ...words])).code,
    2,
  );
  // What a job could have done.
  Deno.writeTextFileSync(
    `${scene.dir}/artifacts/one/command`,
    '{"command": ["ansible", "-m", "evil", "all"]}',
  );
  Deno.writeTextFileSync(`${scene.dir}/b`, "");
  await scene.ok(["retry", ".", "-q", "-i", "one", "--ident", "two"]);
  const { command, retry_of } = JSON.parse(scene.artifact("two", "command") ?? "");
  assertEquals(retry_of, { ident: "one", hosts: ["b"] });
  assertEquals(command.slice(command.indexOf("--limit")), [
    "--limit",
    "b",
    "-m",
    "shell",
    "-a",
    "test -e {{ inventory_hostname }}",
    "all",
  ]);
  const { stats, failedHosts } = await Runner.fromArtifacts(`${scene.dir}/artifacts/two`);
  assertEquals([stats?.ok, failedHosts], [{ b: 1 }, { failed: [], unreachable: [] }]);
  const none = await scene.cli(["retry", ".", "-i", "two"]);
  assertEquals([none.code, none.stdout], [1, ""]);
  assertStringIncludes(none.stderr, 'Cannot retry run "two": no host failed or was unreachable');
  const bad = await scene.cli(["retry", ".", "--hosts", "web"]);
  assertEquals(bad.code, 2);
});

Deno.test("without a record a run is not repeated, unless its artifacts are trusted", async () => {
  using runs = new RecordedRuns();
  runs.add("original");
  const options = { privateDataDir: runs.dir, retryIdent: "original" };
  const error = await assertRejects(() => retry(options), "there is no record of what it was");
  assertStringIncludes(
    String(Reflect.get(error, "hint")),
    "runs: ansible-playbook -i /private/inventory deploy.yml",
  );
  await assertRejects(() => retry({ ...options, retryIdent: "../x" }), 'Cannot find run "../x"');
});
