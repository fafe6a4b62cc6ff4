import { doctor, version } from "../../mod.ts";
import { assert, assertEquals, assertMatch, assertStringIncludes } from "../testing/assert.ts";
import { denoDirectory } from "../testing/run_cli.ts";
import { type Finished, Scene } from "../testing/scene.ts";
import { testOrSkip } from "../testing/skip.ts";

/** A PATH with links to these programs and nothing else. */
function pathOf(scene: Scene, programs: Record<string, string>): string {
  const dir = `${scene.root}/bin`;
  Deno.mkdirSync(dir, { recursive: true });
  for (const [name, target] of Object.entries(programs)) Deno.symlinkSync(target, `${dir}/${name}`);
  return dir;
}

function fake(scene: Scene, name: string, body: string): string {
  const path = `${scene.root}/${name}`;
  Deno.writeTextFileSync(path, `#!/bin/sh\n${body}\n`, { mode: 0o755 });
  return path;
}

function lineOf({ stdout }: Finished, name: string): string {
  const lines = stdout.split("\n");
  const at = lines.findIndex((line) =>
    new RegExp(`^  (ok|MISSING|BROKEN|missing|broken) +${name} `).test(line)
  );
  assert(at >= 0, `no line for ${name} in ${stdout}`);
  const next = lines[at + 1] ?? "";
  return (lines[at] ?? "").trim().replaceAll(/ +/g, " ") + (/^ +->/.test(next) ? next.trim() : "");
}

Deno.test("doctor fits on a screen and ends with 0 where a plain run works", async () => {
  await using scene = new Scene();
  const found = await scene.cli(["doctor"]);
  assertEquals([found.code, found.stderr], [0, ""]);
  assertMatch(found.stdout, /^ansible-runner \d+\.\d+\.\d+, from source, Deno \d\S+, \w+-\w+-\w+/);
  assertMatch(lineOf(found, "ansible-playbook"), /^ok ansible-playbook \/.*, core 2\.\d+\.\d+/);
  assertMatch(found.stdout, /\nA plain run works here\n$/);
  assert(found.stdout.split("\n").length <= 26, found.stdout);
  await scene.assertNothingLeft();
});

Deno.test("doctor of the library finds what the command finds", async () => {
  const { works, build, needed, useful } = await doctor();
  assert(works && build.startsWith(`ansible-runner ${version}, `), build);
  assertEquals(needed.map(({ name, state }) => [name, state]), [
    ...["/proc", "ansible-playbook", "python3", "terminal", "home"].map((name) => [name, "ok"]),
  ]);
  assertEquals(useful.map(({ name }) => name), [
    ...["script", "bwrap", "ssh-agent", "podman", "docker", "cgroups"],
  ]);
  for (const { state, mend } of useful) assert(state === "ok" || mend !== undefined);
});

Deno.test("doctor ends with 1 and says what to install when there is no Ansible", async () => {
  await using scene = new Scene();
  const apt = fake(scene, "apt-get", "exit 1");
  const path = pathOf(scene, { "apt-get": apt });
  const found = await scene.cli(["doctor"], { env: { PATH: path } });
  assertEquals([found.code, found.stderr], [1, ""]);
  const sudo = Deno.uid() === 0 ? "" : "sudo ";
  for (
    const [name, line] of [
      [
        "ansible-playbook",
        `MISSING ansible-playbook not in PATH-> ${sudo}apt-get install ansible-core`,
      ],
      ["script", `missing script not in PATH, Python opens .*-> ${sudo}apt-get install bsdutils`],
      ["bwrap", `missing bwrap not in PATH .*-> ${sudo}apt-get install bubblewrap`],
      ["ssh-agent", `missing ssh-agent ssh-agent, ssh-add, ssh not .*install openssh-client`],
      ["podman", `missing podman not in PATH .*-> ${sudo}apt-get install podman`],
    ] as const
  ) assertMatch(lineOf(found, name), new RegExp(`^${line}$`));
  assertMatch(found.stdout, /\nNo run works here: ansible-playbook\n$/);
});

Deno.test("doctor names what is there and does not work", async () => {
  await using scene = new Scene();
  const broken = fake(scene, "broken", "echo the first line >&2; echo the last >&2; exit 1");
  const path = pathOf(scene, {
    "ansible-playbook": broken,
    bwrap: broken,
    podman: broken,
    docker: broken,
    dnf: broken,
    script: fake(scene, "busybox", "echo busybox"),
  });
  const env = { PATH: path, HOME: "/proc", ANSIBLE_HOME: "", DENO_DIR: denoDirectory() };
  const found = await scene.cli(["doctor"], { env });
  assertEquals(found.code, 1);
  assertMatch(lineOf(found, "ansible-playbook"), /^BROKEN .* fails: the first line->/);
  assertMatch(lineOf(found, "bwrap"), /^broken bwrap refuses: the last->/);
  assertMatch(lineOf(found, "podman"), /^broken podman fails: the last->/);
  assertMatch(lineOf(found, "docker"), /^broken .* its service does not answer->/);
  assertMatch(
    lineOf(found, "script"),
    /^broken .* is not of util-linux 2\.35 or newer: .*dnf install util-linux$/,
  );
  assertMatch(lineOf(found, "home"), /^BROKEN home Ansible may not write to \/proc->/);
  assertMatch(found.stdout, /\nNo run works here: ansible-playbook, home\n$/);
});

for (const [version, state] of [["2.34", "broken"], ["2.35.2", "ok"], ["3.0", "ok"]] as const) {
  Deno.test(`doctor finds that a script of util-linux ${version} is ${state}`, async () => {
    await using scene = new Scene();
    const script = fake(scene, "old", `echo script from util-linux ${version}`);
    const found = await scene.cli(["doctor"], { env: { PATH: pathOf(scene, { script }) } });
    assertEquals(lineOf(found, "script").split(" ")[0], state);
  });
}

Deno.test("doctor says what a broken Python complains of, not that there is a traceback", async () => {
  await using scene = new Scene();
  const traceback = "Traceback (most recent call last):";
  const reason = "ModuleNotFoundError: No module named 'ansible'";
  const broken = fake(scene, "broken", `echo '${traceback}' >&2; echo "${reason}" >&2; exit 1`);
  const path = pathOf(scene, { "ansible-playbook": broken });
  const found = await scene.cli(["doctor"], { env: { PATH: path } });
  assertEquals(
    lineOf(found, "ansible-playbook"),
    `BROKEN ansible-playbook ${path}/ansible-playbook fails: ${reason}-> ` +
      `${path}/ansible-playbook --version`,
  );
});

const SOURCES = new URL("../../src/", import.meta.url).pathname;
const binary = (Deno.env.get("RUNNER_TEST_BINARY") ?? "") === ""
  ? undefined
  : "a compiled program has its permissions";
testOrSkip("a command that Deno refuses to run names the permissions", binary, async () => {
  const cli = new URL("../../cli.ts", import.meta.url).pathname;
  const refused = async (...words: string[]): Promise<[number, string]> => {
    const { code, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--no-prompt", "--no-lock", ...words, "run", "/nowhere", "-p", "x.yml"],
      env: { NO_COLOR: "1" },
    }).output();
    return [code, new TextDecoder().decode(stderr)];
  };
  // What is missing first is the right to read our own files, then that to read others.
  const whole = `${SOURCES}cli/whole.ts`;
  for (const words of [[cli], [`--allow-read=${SOURCES}`, cli], [whole], ["--no-config", whole]]) {
    const [code, text] = await refused(...words);
    assertEquals(code, 1);
    assertMatch(text, /^error: Requires .* access.*\n\nhint: Deno was not given all permissions/);
  }
  assertEquals(await refused(cli, "--x"), [2, 'error: Unknown option "--x"\n']);
});

testOrSkip("doctor says so when Deno was not given all permissions", binary, async () => {
  const cli = new URL("../../cli.ts", import.meta.url).pathname;
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", "--no-lock", "-R", "-E", cli, "doctor"],
  }).output();
  assertEquals(code, 1);
  assertStringIncludes(
    new TextDecoder().decode(stderr),
    "error: Cannot check this host: Deno was not given all permissions\n\nhint: deno run -A",
  );
});

Deno.test("doctor says when Python finds Ansible not compiled", async () => {
  await using scene = new Scene();
  const place = `${scene.root}/an; sible`;
  Deno.mkdirSync(`${place}/cli`, { recursive: true });
  const ansible = fake(
    scene,
    "versions",
    "printf 'ansible-playbook [core 2.18.1\\033[7m]\\n'\n" +
      `echo '  ansible python module location = ${place}'\n` +
      "echo '  python version = 3.12.3 (main)'",
  );
  const path = pathOf(scene, { "ansible-playbook": ansible, python3: "/usr/bin/python3" });
  const look = async (): Promise<string> =>
    lineOf(await scene.cli(["doctor"], { env: { PATH: path } }), "ansible-playbook");
  const usual = `ok ansible-playbook ${path}/ansible-playbook, core 2.18.1\\u001b[7m`;
  const sudo = Deno.uid() === 0 ? "" : "sudo ";
  const slow = "; starts slowly: Python compiles it each time";
  assertEquals(await look(), `${usual}${slow}-> ${sudo}python3.12 -m compileall -q '${place}'`);
  Deno.mkdirSync(`${place}/cli/__pycache__`);
  Deno.writeTextFileSync(`${place}/cli/__pycache__/playbook.cpython-312.pyc`, "");
  assertEquals(await look(), usual);
});
