import { assert, assertEquals, assertMatch, assertRejects } from "../testing/assert.ts";
import { isolateProject, removeIsolatedProject } from "../../src/command/project_copy.ts";

/** A project with all kinds of entries, and a base path with a file of somebody else. */
class Scene implements Disposable {
  readonly dir = Deno.makeTempDirSync({ prefix: "copy_test_" });
  readonly base = `${this.dir}/base`;
  readonly project = `${this.dir}/project`;

  constructor() {
    Deno.mkdirSync(`${this.project}/roles/r`, { recursive: true });
    Deno.mkdirSync(this.base);
    Deno.writeTextFileSync(`${this.base}/theirs`, "theirs");
    Deno.writeTextFileSync(`${this.project}/play.yml`, "- hosts: all\n");
    Deno.writeTextFileSync(`${this.project}/run.sh`, "#!/bin/sh\n", { mode: 0o755 });
    Deno.symlinkSync("play.yml", `${this.project}/link`);
    Deno.symlinkSync("/missing", `${this.project}/dangling`);
    Deno.symlinkSync("..", `${this.project}/roles/loop`);
    Deno.linkSync(`${this.project}/play.yml`, `${this.project}/hard`);
    this.shell(`printf x > "$(printf 'bad\\377name')"; mkfifo pipe; touch -- -dash .hidden`);
    Deno.chmodSync(this.project, 0o755);
  }

  shell(script: string): string {
    const output = new Deno.Command("sh", { args: ["-c", script], cwd: this.project }).outputSync();
    return new TextDecoder("latin1").decode(output.stdout);
  }

  entries(): string[] {
    return [...Deno.readDirSync(this.base)].map((entry) => entry.name).sort();
  }

  [Symbol.dispose](): void {
    new Deno.Command("chmod", { args: ["-R", "u+rwX", this.dir] }).outputSync();
    new Deno.Command("rm", { args: ["-rf", this.dir] }).outputSync();
  }
}

/** Kind, mode, links, size, time, name and link target of everything below a directory. */
const LIST = `find . -mindepth 1 -printf '%y %m %n %s %T@ %p -> %l\\n' | LC_ALL=C sort`;

Deno.test("isolateProject copies everything as it is and removes only the copy", async () => {
  using scene = new Scene();
  {
    using isolated = await isolateProject({ projectDir: scene.project, basePath: scene.base });
    assertMatch(isolated.path, /\/base\/runner_di_[0-9a-f]{16}$/);
    assertEquals(scene.shell(`cd '${isolated.path}' && ${LIST}`), scene.shell(LIST));
    assertEquals((Deno.statSync(isolated.path).mode ?? 0) & 0o777, 0o700);
    assertEquals(scene.entries().length, 2);
    Deno.mkdirSync(`${isolated.path}/closed/below`, { recursive: true });
    Deno.chmodSync(`${isolated.path}/closed`, 0o500);
    Deno.writeTextFileSync(`${isolated.path}/play.yml`, "changed");
  }
  assertEquals(scene.entries(), ["theirs"]);
  assertEquals(Deno.readTextFileSync(`${scene.project}/play.yml`), "- hosts: all\n");
});

Deno.test("isolateProject keeps the copy when told to", async () => {
  using scene = new Scene();
  const options = { projectDir: scene.project, basePath: `${scene.base}/`, keep: true };
  const isolated = await isolateProject(options);
  isolated[Symbol.dispose]();
  assertEquals(Deno.readTextFileSync(`${isolated.path}/play.yml`), "- hosts: all\n");
});

Deno.test("removeIsolatedProject removes a copy, also an unfinished one, and nothing else", async () => {
  using scene = new Scene();
  const recorded: string[] = [];
  const noteRemains = (path: string) => void recorded.push(path);
  const options = { projectDir: scene.project, basePath: scene.base, keep: true, noteRemains };
  const isolated = await isolateProject(options);
  assertEquals(recorded, [isolated.path]);
  Deno.mkdirSync(`${isolated.path}.new`);
  removeIsolatedProject(`${scene.base}/theirs`);
  removeIsolatedProject(isolated.path);
  assertEquals(scene.entries(), ["theirs"]);
});

Deno.test("isolateProject makes a missing base path, and an empty copy of a missing project", async () => {
  using scene = new Scene();
  const basePath = `${scene.base}/new`;
  using isolated = await isolateProject({ projectDir: `${scene.dir}/missing`, basePath });
  assertEquals([...Deno.readDirSync(isolated.path)], []);
  assertEquals((Deno.statSync(basePath).mode ?? 0) & 0o777, 0o700);
});

Deno.test("isolateProject follows a link to the project", async () => {
  using scene = new Scene();
  Deno.symlinkSync(scene.project, `${scene.dir}/alias`);
  using isolated = await isolateProject({ projectDir: `${scene.dir}/alias`, basePath: scene.base });
  assert(Deno.lstatSync(`${isolated.path}/play.yml`).isFile);
});

Deno.test("isolateProject runs side by side without clashes", async () => {
  using scene = new Scene();
  const options = { projectDir: scene.project, basePath: scene.base };
  const copies = await Promise.all(Array.from({ length: 8 }, () => isolateProject(options)));
  assertEquals(new Set(copies.map((copy) => copy.path)).size, 8);
  for (const copy of copies) copy[Symbol.dispose]();
  assertEquals(scene.entries(), ["theirs"]);
});

Deno.test("isolateProject says why a base path cannot be used", async () => {
  using scene = new Scene();
  const table: [string, string][] = [
    [`${scene.base}/a/b`, "No such file or directory"],
    [`${scene.base}/theirs`, "File exists"],
  ];
  for (const [basePath, reason] of table) {
    const call = () => isolateProject({ projectDir: scene.project, basePath });
    const error = await assertRejects(call);
    assertEquals(
      error.message,
      `Cannot make "${basePath}" (directory_isolation_base_path): ${reason}`,
    );
  }
});

Deno.test("isolateProject leaves nothing when something cannot be copied", async () => {
  using scene = new Scene();
  const projectDir = scene.project;
  const call = () => isolateProject({ projectDir, basePath: `${projectDir}/inside` });
  const error = await assertRejects(
    call,
    `Cannot copy the project "${projectDir}": cannot copy a directory`,
  );
  assert(!error.message.includes("\n"), error.message);
  assertEquals([...Deno.readDirSync(`${projectDir}/inside`)], []);
});
