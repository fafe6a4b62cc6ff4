/**
 * What a job puts in the place of the files and directories that we write: nothing is written, removed
 * or believed elsewhere.
 */
import { assert, assertEquals, assertMatch } from "../../testing/assert.ts";
import { missingBwrap } from "../../testing/isolation.ts";
import { BIN, Scene } from "../../testing/scene.ts";
import { testOrSkip } from "../../testing/skip.ts";

/** A job of shell lines, `$DIR` its artifact directory, then that many events. */
function writeJob(scene: Scene, lines: string, events = 3): string[] {
  const job = `${scene.dir}/project/job`;
  const text = `#!/bin/sh\nDIR="\${AWX_ISOLATED_DATA_DIR:?}"\n${lines}\n` +
    `FAKE_EVENTS=${events} exec ${BIN}/fake_ansible_events\n`;
  Deno.writeTextFileSync(job, text);
  Deno.chmodSync(job, 0o755);
  return ["run", ".", "-i", "a", "-b", job];
}

/** A sandbox that hides nothing, so that a job can do there what it can in a container. */
function openSandbox(scene: Scene): void {
  const path = `${scene.root}/bwrap`;
  const job = `${scene.dir}/project/job`;
  const text = `#!/usr/bin/python3
import os, sys
words = sys.argv[1:]
if "${job}" not in words:
    sys.exit(0)
with open(int(words[words.index("--args") + 1]), "rb") as f:
    inside = f.read().split(b"\\0")
env = dict(os.environb)
for at, word in enumerate(inside):
    if word == b"--setenv":
        env[inside[at + 1]] = inside[at + 2]
os.execve("${job}", words[words.index("${job}"):], env)
`;
  Deno.writeTextFileSync(path, text, { mode: 0o755 });
  Deno.chmodSync(path, 0o755);
  scene.write("env/settings", `process_isolation: true\nprocess_isolation_executable: ${path}\n`);
}

/** A directory outside with files of the names that we write and remove. */
function makeOutside(scene: Scene): string {
  const outside = `${scene.root}/outside`;
  for (const dir of ["", "/job_events", "/.run"]) Deno.mkdirSync(outside + dir);
  for (const name of ["rc", "status", "pid", "env.list", ".run/owner"]) {
    Deno.writeTextFileSync(`${outside}/${name}`, "mine\n");
  }
  return outside;
}

function listing(dir: string): string[] {
  return new TextDecoder().decode(
    new Deno.Command("find", { args: [dir, "-printf", "%P %y %m %s\n"] }).outputSync().stdout,
  ).split("\n").filter((line) => line !== "").sort();
}

const SWAPS: readonly [what: string, lines: (outside: string) => string, isToldOf: boolean][] = [
  [
    "job_events",
    (outside) => `mv "$DIR/job_events" "$DIR/old"; ln -s ${outside}/job_events "$DIR/job_events"`,
    true,
  ],
  ["the artifact directory", (outside) => `mv "$DIR" "$DIR.old"; ln -s ${outside} "$DIR"`, true],
  [
    "the scratch directory",
    (outside) => `mv "$DIR/.run" "$DIR/o"; ln -s ${outside} "$DIR/.run"`,
    false,
  ],
  [
    "files",
    (outside) =>
      `for f in rc status reason; do ln -s ${outside}/rc "$DIR/$f"; done; ` +
      `ln -sfn ${outside}/rc "$DIR/.run/event"`,
    false,
  ],
];

for (const [what, lines, isToldOf] of SWAPS) {
  Deno.test(`a job that puts a link in the place of ${what} has nothing written elsewhere`, async () => {
    await using scene = new Scene();
    const outside = makeOutside(scene);
    const before = listing(outside);
    openSandbox(scene);
    // The spool is opened by its name by the fixture, so the swap comes after the first event.
    const job = writeJob(scene, `sleep 0.2\n${lines(outside)}`);
    const { code, stderr } = await scene.cli(job);
    assertEquals(listing(outside), before);
    if (!isToldOf) return;
    assertEquals(code, 1, stderr);
    assertMatch(stderr, /^error: .*the directory ".*" was replaced\n$/m);
    const moved = what === "job_events" ? "a" : "a.old";
    assertEquals(scene.ending(moved), { rc: "254", status: "failed", reason: "artifacts_failed" });
    assert(!listing(`${scene.dir}/artifacts`).some((line) => line.startsWith(`${moved}/.run`)));
  });
}

testOrSkip(
  "a job under bwrap that makes .run/event a link writes no file outside of the sandbox",
  missingBwrap(),
  async () => {
    await using scene = new Scene();
    const outside = `${scene.root}/bashrc`;
    Deno.writeTextFileSync(outside, "mine\n");
    scene.write(
      "env/settings",
      "process_isolation: true\nprocess_isolation_root: minimal\n" +
        `process_isolation_show_paths: [${BIN}]\n`,
    );
    const { code } = await scene.cli(writeJob(scene, `ln -sfn ${outside} "$DIR/.run/event"`));
    assertEquals([code, Deno.readTextFileSync(outside)], [0, "mine\n"]);
    const events = listing(`${scene.dir}/artifacts/a/job_events`);
    assert(events.filter((line) => line.includes(".json f 600 ")).length >= 3, events.join());
  },
);

Deno.test("a job that writes how it ended ends as it did", async () => {
  await using scene = new Scene();
  const forge =
    `for d in "$DIR/.run"; do printf 'exit 0' > $d/ended; mkdir -p $d/ended.new; done\nexit 3`;
  const { code } = await scene.cli(writeJob(scene, forge));
  assertEquals(code, 3);
  assertEquals(scene.ending("a"), { rc: "3", status: "failed", reason: "exit" });
  await scene.assertNothingLeft();
});

Deno.test("named pipes in the place of small files keep nobody waiting", async () => {
  await using scene = new Scene();
  const names = [
    "rc",
    "status",
    "reason",
    "pid",
    "stdout",
    "command",
    ".run/owner",
    ".run/remains",
  ];
  for (const name of [...names, ".run/background", "job_events/1-x.json", "events.jsonl"]) {
    const dir = `${scene.dir}/artifacts/${name.replaceAll("/", "_")}`;
    for (const below of ["job_events", ".run"]) {
      Deno.mkdirSync(`${dir}/${below}`, { recursive: true });
    }
    for (const file of ["rc", "status", "stdout"]) Deno.writeTextFileSync(`${dir}/${file}`, "0");
    new Deno.Command("rm", { args: ["-f", `${dir}/${name}`] }).outputSync();
    new Deno.Command("mkfifo", { args: [`${dir}/${name}`] }).outputSync();
  }
  for (const name of ["pid", "pid.owner"]) {
    new Deno.Command("mkfifo", { args: [`${scene.dir}/${name}`] }).outputSync();
  }
  const commands = [
    ["status", "."],
    ["is-alive", "."],
    ["logs", ".", "-i", "stdout"],
    ["logs", ".", "-i", "job_events_1-x.json", "-j"],
    ["logs", ".", "-i", "events.jsonl", "-j"],
    ["stop", "."],
    ["run", ".", "-i", ".run_owner", "-b", "true"],
  ];
  const before = ["timeout", "-k", "1", "20"];
  const codes = await Promise.all(
    commands.map(async (words) => (await scene.cli(words, { before })).code),
  );
  assert(codes.every((code) => code < 124), `ended by timeout: ${codes}`);
});
