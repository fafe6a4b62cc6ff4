import { assert, assertEquals, assertMatch } from "../../testing/assert.ts";
import { Scene } from "../../testing/scene.ts";

/** Runs a command with its output on a full disk. */
const TO_FULL_DISK = ["/bin/sh", "-c", 'exec "$@" >/dev/full', "sh"];

const FULL = "error: Cannot write to standard output: No space left on device\n";

Deno.test("output to a full disk is an error of every command that prints", async () => {
  await using scene = new Scene();
  scene.write("env/cmdline", "hello");
  const echo = ["run", ".", "-b", "/bin/echo", "-i", "a"];
  for (
    const args of [echo, ["status", "."], ["logs", "."], ["--version"], ["run", "--help"], [
      "completions",
      "bash",
    ]]
  ) {
    const { code, stderr } = await scene.cli(args, { before: TO_FULL_DISK });
    assertEquals([args[0], code, stderr], [args[0], 1, FULL]);
  }
  assertEquals(Deno.readTextFileSync(`${scene.dir}/artifacts/a/status`), "successful");
  // Ansible's own exit code says more.
  scene.write("env/cmdline", "-c 'echo x; exit 4'");
  const failed = await scene.cli(["run", ".", "-b", "/bin/sh", "-i", "a"], {
    before: TO_FULL_DISK,
  });
  assertEquals([failed.code, failed.stderr], [4, FULL]);
  const quiet = await scene.cli([...echo, "-q"], { before: TO_FULL_DISK });
  assertEquals([quiet.code, quiet.stderr], [0, ""]);
  await scene.assertNothingLeft();
});

Deno.test("a log file that is a named pipe without reader is refused at once", async () => {
  await using scene = new Scene();
  const pipe = `${scene.root}/pipe`;
  new Deno.Command("mkfifo", { args: [pipe] }).outputSync();
  for (const command of ["run", "start"]) {
    const args = [command, ".", "-b", "/bin/true", "--logfile", pipe];
    const { code, stderr } = await scene.cli(args, { before: ["timeout", "20"] });
    const text = `Cannot write log file "${pipe}": it is a named pipe without a reader`;
    assertEquals([code, stderr], [1, `error: ${text}\n`]);
  }
  await scene.assertNothingLeft();
});

Deno.test("names reach neither terminal nor log with what a terminal obeys", async () => {
  await using scene = new Scene();
  const evil = "\x1b[2Jx\u202ey\u2028z\nerror: forged";
  const log = `${scene.root}/log`;
  for (
    const args of [
      ["run", ".", "-p", "p.yml", "--inventory", `./${evil}`],
      ["run", ".", "-b", "/bin/echo", "-i", evil],
      ["logs", ".", "-i", evil],
      ["run", ".", "--no-such\x1b[2J"],
      ["run", `${scene.root}/${evil}`, "-b", "/bin/true", "--inventory", "no/such"],
    ]
  ) {
    const logging = args[0] === "run" ? ["--debug", "--logfile", log] : [];
    const { code, stderr } = await scene.cli([...args, ...logging]);
    assert(code !== 0);
    assert(!/[\x1b\u202e\u2028]/.test(stderr), JSON.stringify(stderr));
    assert(!/^error: forged/m.test(stderr), stderr);
  }
  const text = Deno.readTextFileSync(log);
  assert(!/[\x1b\u202e\u2028]|^error: forged/m.test(text), JSON.stringify(text));
  assertMatch(text, /\\u001b\[2Jx\\u202ey\\u2028z\\nerror: forged/);
});

Deno.test("status shows names as they are spelt", async () => {
  await using scene = new Scene();
  for (const name of ["a\u202eb", "c\u2028d", "e\x1b[2Jf"]) {
    const dir = `artifacts/${name}`;
    Deno.mkdirSync(`${scene.dir}/${dir}/job_events`, { recursive: true });
    for (const [file, word] of [["rc", "0"], ["status", "ok\u202e"]] as const) {
      Deno.writeTextFileSync(`${scene.dir}/${dir}/${file}`, word);
    }
  }
  const { code, stdout } = await scene.cli(["status", "."]);
  assertEquals(code, 0);
  for (const name of ["a\\u202eb", "c\\u2028d", "e\\u001b[2Jf"]) {
    assert(stdout.includes(name), stdout);
  }
  assert(!/[\x1b\u202e\u2028]/.test(stdout), JSON.stringify(stdout));
});

Deno.test("start does not say accepted when its pid file cannot be written", async () => {
  await using scene = new Scene();
  Deno.mkdirSync(`${scene.dir}/pid/x`, { recursive: true });
  for (const ident of [[], ["-i", "a"]]) {
    const { code, stderr } = await scene.cli(["start", ".", "-b", "/bin/true", ...ident]);
    assertEquals(code, 1);
    assertMatch(stderr, /^error: Cannot [^\n]*pid"?: [^\n]*[Dd]irectory[^\n]*\n$/);
  }
  Deno.removeSync(`${scene.dir}/pid`, { recursive: true });
  await scene.assertNothingLeft();
});
