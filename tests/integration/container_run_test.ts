import { assert, assertEquals, assertMatch, assertStringIncludes } from "../testing/assert.ts";
import { findPodmanImage } from "../testing/isolation.ts";
import { waitForNone } from "../testing/leaks.ts";
import { findSystemStack, runOriginal } from "../testing/original.ts";
import { denoDirectory } from "../testing/run_cli.ts";
import { Scene, waitFor, within } from "../testing/scene.ts";
import { testOrSkip } from "../testing/skip.ts";

const ORIGINAL = await findSystemStack();
const NO_ORIGINAL = "missing" in ORIGINAL ? ORIGINAL.missing : undefined;

/** Stands in for podman and docker: keeps what it is given, runs until it is told to `kill`. */
const ENGINE = `#!/bin/sh
[ "$1" = --version ] && exit 0
if [ "$1" = kill ]; then
  echo "$*" > "$RECORD/kill"; kill "$(cat "$RECORD/pid")"; exit
fi
if [ "$1" = rm ]; then echo "$*" > "$RECORD/rm"; exit; fi
printf '%s\\n' "$@" > "$RECORD/argv"
env -0 | sort -z > "$RECORD/own_env"
/bin/pwd -P > "$RECORD/cwd"
for word in "$@"; do
  case $word in
    */env.list) cp -p "$word" "$RECORD/env" ;;
    --authfile=*|--config=*) cp "\${word#*=}"/* "$RECORD" 2>/dev/null || cp "$(dirname "\${word#*=}")"/* "$RECORD" ;;
  esac
done
echo inside
[ -z "$LINGER" ] || { echo $$ > "$RECORD/pid"; trap 'kill $!; exit 137' TERM; sleep 60 & wait; }
`;

/** A private data dir, engines that record, mounts. */
class ContainerScene extends Scene {
  readonly record = `${this.root}/record`;
  readonly env = {
    PATH: `${this.root}/bin:${Deno.env.get("PATH")}`,
    RECORD: this.record,
    CALLERS_OWN: "not for the container",
  };

  constructor() {
    super();
    for (const dir of ["bin", "record", "mnt", "private/inventory"]) {
      Deno.mkdirSync(`${this.root}/${dir}`);
    }
    for (const engine of ["podman", "docker"]) {
      Deno.writeTextFileSync(`${this.root}/bin/${engine}`, ENGINE, { mode: 0o755 });
    }
    this.write("inventory/hosts", "h\n");
    this.write("project/p.yml", "- hosts: all\n");
    this.write("env/extravars", "a: 1\n");
    this.write("env/envvars", "FOO: b r\n");
  }

  /** What was recorded, random names and what differs on purpose taken out; empty afterwards. */
  recorded(): Record<string, string> {
    const kept: Record<string, string> = {};
    for (const { name } of Deno.readDirSync(this.record)) {
      kept[name] = Deno.readTextFileSync(`${this.record}/${name}`)
        .replaceAll(/(registry_x_)\w+/g, "$1XXXX");
      Deno.removeSync(`${this.record}/${name}`);
    }
    return kept;
  }

  forgetRuns(): void {
    Deno.removeSync(`${this.dir}/artifacts`, { recursive: true });
  }
}

interface Case {
  readonly args: (scene: ContainerScene) => readonly string[];
  readonly settings?: Readonly<Record<string, unknown>>;
}

const CASES: Readonly<Record<string, Case>> = {
  "a playbook": { args: () => ["-p", "p.yml"] },
  "a playbook with limit, verbosity, forks and cmdline": {
    args: () => ["-p", "p.yml", "--limit", "h", "-vv", "--forks", "3", "--cmdline=--tags a"],
  },
  "a module": { args: () => ["-m", "ping", "--hosts", "h"] },
  "a module with arguments": { args: () => ["-m", "shell", "-a", "ls /runner", "--hosts", "h"] },
  "mounts and options": {
    args: (scene) => [
      ...["-p", "p.yml", "--container-volume-mount", `${scene.root}/mnt:/data`],
      ...["--container-volume-mount", `${scene.root}/mnt/:/more/:ro,z`],
      ...["--container-volume-mount", "/nonexist:/n:Z", "--container-option=--network=none"],
    ],
  },
  "credentials": {
    args: () => ["-p", "p.yml"],
    settings: {
      container_auth_data: { host: "r.example", username: "u", password: "p", verify_ssl: false },
    },
  },
  "everything from settings": {
    args: () => ["-p", "p.yml"],
    settings: { container_options: ["--cap-add=SYS_ADMIN"], container_image: "img:2" },
  },
};

for (const [title, { args, settings }] of Object.entries(CASES)) {
  testOrSkip(`a container runs as the original runs it: ${title}`, NO_ORIGINAL, async () => {
    if (!("stack" in ORIGINAL)) return;
    for (const engine of ["podman", "docker"]) {
      await using scene = new ContainerScene();
      if (settings !== undefined) scene.write("env/settings", JSON.stringify(settings));
      const words = ["run", scene.dir, "-i", "x", ...args(scene), "--process-isolation"].concat(
        ["--process-isolation-executable", engine, "--container-image", "img:1"],
      );
      const env = { ...scene.env, HOME: scene.root, DENO_DIR: denoDirectory() };
      await runOriginal(ORIGINAL.stack, words, { env, cwd: scene.root });
      const theirs = scene.recorded();
      scene.forgetRuns();
      const { code, stdout, stderr } = await scene.cli(words, { env, cwd: scene.root });
      assertEquals([code, stdout, stderr], [0, "inside\r\n", ""], engine);
      const ours = scene.recorded();
      assert(theirs["argv"] !== undefined, `the original did not call ${engine}`);
      assertEquals(ours["argv"], theirs["argv"]);
      assertEquals(ours["cwd"], theirs["cwd"]);
      assertEquals(inside(ours["env"]), inside(theirs["env"]));
      for (const name of ["auth.json", "config.json", "registries.conf"]) {
        assertEquals(ours[name], theirs[name], name);
      }
      await scene.assertNothingLeft();
      assertEquals(scene.artifact("x", "env.list"), undefined);
    }
  });
}

/** Lines of the env file less what only ours has: markers, the run's id. */
function inside(text: string | undefined): string[] {
  return (text ?? "").split("\n").filter((line) => !/^RUNNER_RUN_ID=/.test(line))
    .map((line) => line.replace("/.run/callback", "/callback")).sort();
}

Deno.test("the engine gets the caller's environment, the container only inputs and ours", async () => {
  await using scene = new ContainerScene();
  const flags = ["--process-isolation", "--container-image", "i", "-p", "p.yml", "-i", "x"];
  await scene.ok(["run", ".", ...flags], { env: scene.env });
  const { own_env: own, env, cwd } = scene.recorded();
  assertStringIncludes(own ?? "", "CALLERS_OWN=not for the container");
  assert(!env?.includes("CALLERS_OWN"));
  assert(!env?.includes("PATH="));
  assertStringIncludes(env ?? "", "FOO=b r");
  assertEquals(cwd, `${Deno.cwd()}\n`, "contract: where the caller is");
  const shown = JSON.parse(scene.artifact("x", "command") ?? "");
  assertEquals(shown.env.FOO, "b r");
  assertEquals(shown.env.CALLERS_OWN, undefined);
});

for (const how of ["cancel", "timeout"]) {
  Deno.test(`a ${how} kills the container by its name`, async () => {
    await using scene = new ContainerScene();
    if (how === "timeout") scene.write("env/settings", "job_timeout: 1\n");
    const flags = ["--process-isolation", "--container-image", "i", "-p", "p.yml", "-i", "x y.z"];
    const child = scene.spawn(["run", ".", ...flags], { env: { ...scene.env, LINGER: "1" } });
    const output = child.output();
    await waitFor(() => scene.artifact("x y.z", "stdout")?.includes("inside") === true, "inside");
    if (how === "cancel") child.kill("SIGTERM");
    assertEquals((await within(10_000, output)).code, 254);
    const { kill, rm } = scene.recorded();
    assertEquals([kill, rm], ["kill ansible_runner_x_y_z\n", "rm --force ansible_runner_x_y_z\n"]);
    assertEquals(scene.ending("x y.z").status, how === "cancel" ? "canceled" : "timeout");
    assertEquals(await waitForNone(scene.mark, 1000), []);
    await scene.assertNothingLeft();
  });
}

Deno.test("the next command removes the container of a runner that was killed", async () => {
  await using scene = new ContainerScene();
  const env = { ...scene.env, LINGER: "1" };
  const flags = ["--process-isolation", "--container-image", "i", "-p", "p.yml", "-i", "x"];
  const child = scene.spawn(["run", ".", ...flags], { env });
  await waitFor(() => scene.artifact("x", "stdout")?.includes("inside") === true, "inside");
  child.kill("SIGKILL");
  await child.output();
  await waitForNone(scene.mark, 2000);
  scene.recorded();
  assertEquals((await scene.cli(["is-alive", "."], { env })).code, 1);
  assertEquals(scene.recorded(), { rm: "rm --force ansible_runner_x\n" });
  await scene.assertNothingLeft();
});

Deno.test("mounts of /, /home and /usr are refused before anything is written", async () => {
  await using scene = new ContainerScene();
  for (const mount of ["/:/x", "/home:/x", "/usr/:/x", `${scene.root}/mnt:/usr`]) {
    const flags = ["--process-isolation", "--container-image", "i", "-p", "p.yml"];
    const { code, stderr } = await scene.cli(
      ["run", ".", ...flags, "--container-volume-mount", mount],
      { env: scene.env },
    );
    assertMatch(stderr, /^When using containerized execution, cannot mount '\/' or '\/home' or/);
    assertEquals(code, 1);
  }
  assertEquals(scene.recorded(), {});
  assertEquals([...Deno.readDirSync(scene.dir)].some(({ name }) => name === "artifacts"), false);
});

const PODMAN = findPodmanImage();
const NO_PODMAN = "missing" in PODMAN ? PODMAN.missing : undefined;
const REAL = "image" in PODMAN ? PODMAN : { env: {}, image: "" };
const IN_PODMAN = ["--process-isolation", "--process-isolation-executable", "podman"].concat(
  ["--container-image", REAL.image, "--container-option=--pull=never"],
);

function realScene(task: string): Scene {
  const scene = new Scene();
  scene.write("project/p.yml", `- hosts: localhost\n  gather_facts: false\n  tasks: [{${task}}]\n`);
  scene.write("env/envvars", "FROM_INPUT: here\n");
  return scene;
}

testOrSkip("podman runs a playbook, events and all", NO_PODMAN, async () => {
  await using scene = realScene(`shell: 'echo "[$FROM_INPUT] [$PWD] [$CALLERS_OWN]"'`);
  const { code, stdout, stderr } = await scene.cli(
    ["run", ".", "-p", "p.yml", "-i", "a", ...IN_PODMAN],
    { env: { ...REAL.env, CALLERS_OWN: "outside" } },
  );
  assertEquals([code, stderr], [0, ""], stdout);
  const dir = `${scene.dir}/artifacts/a/job_events`;
  const events = [...Deno.readDirSync(dir)].map(({ name }) =>
    JSON.parse(Deno.readTextFileSync(`${dir}/${name}`))
  );
  const ok = events.find((event) => event.event === "runner_on_ok");
  assertEquals(ok?.event_data.res.stdout, "[here] [/runner/project] []");
  assert(events.some((event) => event.event === "playbook_on_stats"));
  assertEquals(scene.ending("a"), { rc: "0", status: "successful", reason: "exit" });
  await scene.assertNothingLeft();
});

for (const how of ["cancel", "kill"]) {
  testOrSkip(`a ${how} leaves no container of podman`, NO_PODMAN, async () => {
    await using scene = realScene("command: sleep 600");
    const ident = crypto.randomUUID();
    const run = ["run", ".", "-p", "p.yml", "-i", ident, ...IN_PODMAN];
    const child = scene.spawn(run, { env: REAL.env });
    const output = child.output();
    const isThere = () => scene.artifact(ident, "stdout")?.includes("TASK") === true;
    await waitFor(isThere, "a task", 30_000);
    child.kill(how === "cancel" ? "SIGTERM" : "SIGKILL");
    await within(20_000, output);
    if (how === "kill") await scene.cli(["is-alive", "."], { env: REAL.env });
    const reason = how === "kill" ? "runner_died" : "canceled";
    assertEquals(scene.ending(ident).reason, reason);
    const args = ["ps", "-aq", "--filter", `name=ansible_runner_${ident}`];
    const ps = await new Deno.Command("podman", { args, env: REAL.env }).output();
    assertEquals(new TextDecoder().decode(ps.stdout), "");
    await scene.assertNothingLeft();
  });
}
