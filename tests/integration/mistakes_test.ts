// What is often mistyped: the output stays the original's, a hint on stderr says what was meant.
import { assertEquals, assertStringIncludes } from "../testing/assert.ts";
import { denoDirectory } from "../testing/run_cli.ts";
import { missingAnsible } from "../testing/isolation.ts";
import { Scene } from "../testing/scene.ts";
import { testOrSkip } from "../testing/skip.ts";

testOrSkip("-p with a path outside project/ is told where it is", missingAnsible(), async () => {
  await using scene = new Scene();
  Deno.writeTextFileSync(`${scene.root}/here.yml`, "[]");
  const found = await scene.cli(["run", ".", "-p", "here.yml"], { cwd: scene.root });
  const hint = `hint: A playbook is looked for in ${scene.dir}/project: put it there, or name ` +
    `the whole path, -p ${scene.root}/here.yml\n`;
  assertEquals([found.code, found.stderr], [1, hint]);
  assertStringIncludes(found.stdout, "the playbook: here.yml could not be found");
  const quiet = await scene.cli(["run", ".", "-p", "here.yml", "-q"], { cwd: scene.root });
  assertEquals([quiet.code, quiet.stdout, quiet.stderr], [1, "", ""]);
});

Deno.test("-i with an inventory file is told that it names the run", async () => {
  await using scene = new Scene();
  Deno.writeTextFileSync(`${scene.root}/hosts.ini`, "");
  const given = ["run", ".", "-b", "/bin/true", "-i"];
  const path = await scene.cli([...given, "./hosts.ini"], { cwd: scene.root });
  assertEquals(path.code, 1);
  assertStringIncludes(path.stderr, "hint: -i names the run; an inventory is --inventory ./hosts");
  const name = await scene.cli([...given, "hosts.ini"], { cwd: scene.root });
  const hint = "hint: -i names the run; an inventory is --inventory hosts.ini\n";
  assertEquals([name.code, name.stderr], [0, hint]);
  assertEquals((await scene.ok([...given, "plain"], { cwd: scene.root })).stderr, "");
});

Deno.test("a host without ansible-playbook is told of doctor", async () => {
  await using scene = new Scene();
  const env = { PATH: scene.root, DENO_DIR: denoDirectory() };
  const { code, stdout, stderr } = await scene.cli(["run", ".", "-p", "x.yml"], { env });
  assertEquals(
    [code, stdout, stderr],
    [
      127,
      "The command was not found or was not executable: ansible-playbook.\n",
      "hint: ansible-runner doctor says what this host has and lacks\n",
    ],
  );
  const other = await scene.cli(["run", ".", "-b", "/nonexistent/program"], { env });
  assertEquals([other.code, other.stderr], [127, ""]);
});

Deno.test("start tells of the same mistakes", async () => {
  await using scene = new Scene();
  scene.write("project/site.yml", "[]");
  const started = await scene.cli(["start", ".", "-p", "project/site.yml", "-i", "a"]);
  assertEquals(started.code, 0);
  assertStringIncludes(started.stderr, `${scene.dir}/project: -p site.yml\n`);
  await scene.cli(["wait", ".", "-i", "a"]);
});

Deno.test("why a run ended stands on a line of its own where output and errors are one", async () => {
  await using scene = new Scene();
  Deno.writeTextFileSync(`${scene.root}/asks`, "#!/bin/sh\nprintf 'Password: '\nkill -9 $$\n", {
    mode: 0o755,
  });
  const args = ["run", ".", "-b", `${scene.root}/asks`, "-i", "a"];
  const one = await scene.cli(args, { before: ["sh", "-c", 'exec "$@" 2>&1', "sh"] });
  assertEquals(one.stdout, 'Password: \nerror: Run "a" ended: signal 9\n');
  const two = await scene.cli(args);
  assertEquals([two.stdout, two.stderr], ["Password: ", 'error: Run "a" ended: signal 9\n']);
});
