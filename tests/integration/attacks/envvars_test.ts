/**
 * What env/envvars, env/settings and args say must not reach the programs that isolate a run.
 */
import { runCommand } from "../../../mod.ts";
import { assert, assertEquals, assertMatch, assertStringIncludes } from "../../testing/assert.ts";
import { missingBwrap } from "../../testing/isolation.ts";
import { Scene, waitFor, within } from "../../testing/scene.ts";
import { testOrSkip } from "../../testing/skip.ts";

/** Says what it was called with, then does what it stands for. */
const BWRAP = `#!/bin/sh
env > "$RECORD/bwrap_env"
tr '\\0' '\\n' < /proc/$$/cmdline > "$RECORD/bwrap_argv"
exec /usr/bin/bwrap "$@"
`;

const ENGINE = `#!/bin/sh
env > "$RECORD/$1_env"
printf '%s\\n' "$@" > "$RECORD/$1_argv"
if [ "$1" = kill ]; then kill "$(cat "$RECORD/pid")"; exit; fi
[ "$1" = run ] || exit 0
for word in "$@"; do case $word in */env.list) cp "$word" "$RECORD/env_list" ;; esac; done
echo inside
[ -z "$LINGER" ] || { echo $$ > "$RECORD/pid"; trap 'kill $!; exit 137' TERM; sleep 60 & wait; }
`;

/** A private data dir, and wrappers that record. */
class WrapperScene extends Scene {
  readonly record = `${this.root}/record`;
  readonly env = { PATH: `${this.root}/bin:${Deno.env.get("PATH")}`, RECORD: this.record };

  constructor() {
    super();
    for (const name of ["bin", "record"]) Deno.mkdirSync(`${this.root}/${name}`);
    for (const [name, text] of Object.entries({ bwrap: BWRAP, docker: ENGINE, podman: ENGINE })) {
      Deno.writeTextFileSync(`${this.root}/bin/${name}`, text, { mode: 0o755 });
    }
    this.write("project/p.yml", "- hosts: all\n");
  }

  recorded(name: string): string {
    return Deno.readTextFileSync(`${this.record}/${name}`);
  }
}

/** Each changes what a program does before its own first line. */
const HOSTILE = {
  LD_PRELOAD: "/nonexist/evil.so",
  LD_LIBRARY_PATH: "/nonexist/lib",
  PYTHONPATH: "/nonexist/python",
  DOCKER_CONFIG: "/nonexist/config",
  PATH: "/nonexist/bin:/usr/bin:/bin",
};

const SANDBOXED = { process_isolation: true };

testOrSkip("bwrap has the caller's environment, the job its own", missingBwrap(), async () => {
  await using scene = new WrapperScene();
  const marks = { ...HOSTILE, "A.B": "odd", LINES: "one\ntwo", TOKEN_OF_JOB: "tell-nobody" };
  scene.write("env/envvars", JSON.stringify(marks));
  scene.write("env/settings", JSON.stringify(SANDBOXED));
  const env = { ...scene.env, CALLERS_OWN: "kept", ANSIBLE_FORKS: "3" };
  const program = `${scene.root}/bin/job`;
  Deno.writeTextFileSync(
    program,
    `#!/usr/bin/python3 -IS\nimport os\nopen(${JSON.stringify(`${scene.dir}/job_env`)}, "wb")` +
      `.write(b"\\0".join(b"%s=%s" % item for item in os.environb.items()))\n`,
    { mode: 0o755 },
  );
  const { code, stdout } = await scene.cli(["run", ".", "-b", program, "-i", "a"], { env });
  assertEquals(code, 0, stdout);
  const outside = scene.recorded("bwrap_env");
  for (const [name, value] of Object.entries(marks)) {
    assert(!outside.includes(value), `${name} reached bwrap`);
  }
  assertStringIncludes(outside, "CALLERS_OWN=kept\n");
  assertMatch(outside, /^RUNNER_RUN_ID=/m);
  const argv = scene.recorded("bwrap_argv");
  assertStringIncludes(argv, "--args\n3\n");
  assert(!argv.includes("tell-nobody"), "a secret in the process list");
  const inside = Deno.readTextFileSync(`${scene.dir}/job_env`).split("\0");
  for (const [name, value] of Object.entries(marks)) assert(inside.includes(`${name}=${value}`));
  assert(inside.includes("CALLERS_OWN=kept") && inside.includes("ANSIBLE_FORKS=3"));
  const { command, env: shown } = JSON.parse(scene.artifact("a", "command") ?? "");
  assert(!command.includes("--args"));
  assertEquals(shown["A.B"], "odd");
});

testOrSkip("a helper between pipes has it so as well", missingBwrap(), async () => {
  await using scene = new WrapperScene();
  scene.write(
    "env/envvars",
    JSON.stringify({ PYTHONPATH: "/nonexist/python", TOKEN: "tell-nobody" }),
  );
  scene.write("env/settings", JSON.stringify(SANDBOXED));
  Deno.env.set("RECORD", scene.record);
  try {
    const { response, error, rc } = await runCommand(
      "/bin/sh",
      ["-c", "cat; echo $TOKEN $PYTHONPATH >&2; exit 3"],
      {
        privateDataDir: scene.dir,
        settings: { process_isolation_executable: `${scene.root}/bin/bwrap` },
        inputStream: new Blob(["typed"]).stream(),
      },
    );
    assertEquals([response, error, rc], ["typed", "tell-nobody /nonexist/python\n", 3]);
  } finally {
    Deno.env.delete("RECORD");
  }
  const outside = scene.recorded("bwrap_env") + scene.recorded("bwrap_argv");
  assert(!outside.includes("tell-nobody") && !outside.includes("/nonexist/python"), outside);
});

Deno.test("a library that env/envvars names is not loaded into setpriv", async () => {
  await using scene = new Scene();
  const { error, rc } = await runCommand("/bin/echo", ["x"], {
    privateDataDir: scene.dir,
    envvars: { LD_PRELOAD: "/nonexist/evil.so" },
    errorStream: new WritableStream(),
  });
  assertEquals(rc, 0);
  // The loader complains once for each program: the job's own, and no other.
  assertEquals(error.split("cannot be preloaded").length - 1, 1, error);
});

testOrSkip("a program's name is no option of bwrap", missingBwrap(), async () => {
  await using scene = new WrapperScene();
  const dir = `${scene.dir}/project`;
  Deno.writeTextFileSync(`${dir}/--version`, "#!/bin/sh\necho the job\n", { mode: 0o755 });
  scene.write("env/envvars", JSON.stringify({ PATH: `${dir}:/usr/bin:/bin` }));
  scene.write("env/settings", JSON.stringify(SANDBOXED));
  scene.write("args", "--version");
  const { stdout } = await scene.cli(["run", ".", "-i", "a"], { env: scene.env });
  assertEquals(stdout, "the job\r\n");
});

const CONTAINED = ["--process-isolation", "--container-image", "img:1", "-p", "p.yml", "-i", "x"];

Deno.test("run, kill and rm ask the same engine, and env/envvars changes nothing else of it", async () => {
  await using scene = new WrapperScene();
  const address = { DOCKER_HOST: "unix:///tmp/engine", CONTAINER_HOST: "unix:///tmp/podman" };
  scene.write("env/envvars", JSON.stringify({ ...HOSTILE, ...address }));
  const args = ["run", ".", ...CONTAINED, "--process-isolation-executable", "docker"];
  const env = { ...scene.env, LINGER: "1", DOCKER_HOST: "unix:///the/callers" };
  const child = scene.spawn(args, { env });
  const output = child.output();
  await waitFor(() => scene.artifact("x", "stdout")?.includes("inside") === true, "inside");
  child.kill("SIGTERM");
  assertEquals((await within(10_000, output)).code, 254);
  for (const call of ["run", "kill", "rm"]) {
    const own = scene.recorded(`${call}_env`);
    assert(!own.includes("/nonexist"), `${call}: ${own}`);
    for (const [name, value] of Object.entries(address)) {
      assertStringIncludes(own, `${name}=${value}\n`, call);
    }
  }
  assertStringIncludes(scene.recorded("env_list"), "LD_PRELOAD=/nonexist/evil.so");
});

Deno.test("the engine of a killed runner's container is asked again by the next command", async () => {
  await using scene = new WrapperScene();
  scene.write("env/envvars", JSON.stringify({ DOCKER_HOST: "unix:///tmp/engine" }));
  const args = ["run", ".", ...CONTAINED, "--process-isolation-executable", "docker"];
  const child = scene.spawn(args, { env: { ...scene.env, LINGER: "1" } });
  await waitFor(() => scene.artifact("x", "stdout")?.includes("inside") === true, "inside");
  child.kill("SIGKILL");
  await child.output();
  await scene.cli(["is-alive", "."], { env: scene.env });
  assertStringIncludes(scene.recorded("rm_env"), "DOCKER_HOST=unix:///tmp/engine\n");
  assertEquals(scene.recorded("rm_argv"), "rm\n--force\nansible_runner_x\n");
});

Deno.test("a variable's name or value opens no door of the engine's", async () => {
  await using scene = new WrapperScene();
  for (const name of ["AWS_*", "A\nLD_PRELOAD", "#A", "A B", "-e"]) {
    for (const value of ["v", "one\ntwo"]) {
      scene.write("env/envvars", JSON.stringify({ [name]: value }));
      const { code, stderr } = await scene.cli(["run", ".", ...CONTAINED], { env: scene.env });
      assertEquals(code, 1, name);
      assertMatch(stderr, /^error: Cannot pass ".*" of envvars into a container: expected a /);
      assertEquals([...Deno.readDirSync(scene.record)], []);
    }
  }
  const LINES = "it's\n$(id) `id`\r\nend";
  scene.write("env/envvars", JSON.stringify({ LINES, PLAIN: "v" }));
  const { code, stderr } = await scene.cli(["run", ".", ...CONTAINED], { env: scene.env });
  assertEquals([code, stderr], [0, ""]);
  assert(!scene.recorded("run_env").includes("$(id)"));
  assert(!scene.recorded("run_argv").includes("$(id)"));
  assertMatch(
    scene.recorded("run_argv"),
    /\nimg:1\nsh\n\/runner\/artifacts\/x\/\.run\/enter\nansible/,
  );
  assertStringIncludes(scene.recorded("env_list"), "PLAIN=v");
});

Deno.test("an image or a path of ours is no option and no other mount of the engine", async () => {
  await using scene = new WrapperScene();
  for (const image of ["--privileged", "-v/:/host", "a b"]) {
    const settings = { process_isolation: true, container_image: image };
    scene.write("env/settings", JSON.stringify(settings));
    const { code, stderr } = await scene.cli(["run", ".", "-p", "p.yml"], { env: scene.env });
    assertEquals(code, 1);
    assertEquals(
      stderr,
      `error: Cannot run in a container: ${JSON.stringify(image)} is no image name\n`,
    );
  }
  await using colon = new Scene("private:ro");
  const { code, stderr } = await colon.cli(["run", ".", ...CONTAINED], { env: scene.env });
  assertEquals(code, 1);
  assertEquals(
    stderr,
    `error: Cannot mount "${colon.dir}" into a container: a colon in its path\n`,
  );
  assertEquals([...Deno.readDirSync(scene.record)], []);
});
