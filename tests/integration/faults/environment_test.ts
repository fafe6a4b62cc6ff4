import { assert, assertEquals, assertMatch } from "../../testing/assert.ts";
import { BIN, cliCommand, Scene, type SceneOptions, slack } from "../../testing/scene.ts";

/** What a program saw at its start. */
interface Shown {
  readonly argv: string[];
  readonly env: Record<string, string>;
  readonly cwd: string;
  readonly size: [rows: number, columns: number];
}

Deno.test("the terminal has 24 rows and 80 columns, the cwd may have spaces", async () => {
  await using scene = new Scene("a private 'dir' with \"spaces\"\n and lines");
  const shown = await show(scene);
  assertEquals(shown.size, [24, 80]);
  assertEquals(shown.cwd, `${scene.dir}/project`);
  await scene.assertNothingLeft();
});

Deno.test("argv arrives as it was given: quotes, newlines, unicode, dashes, empty words, 200 kB", async () => {
  await using scene = new Scene();
  const words = [
    "",
    "--",
    "-x",
    "a b",
    "it's",
    '"q"',
    "$HOME `x` \\ *",
    "tab\there",
    "new\nline",
    "\r",
    "\x1b[31m",
    "ünï 日本 \u{1F600}",
    "",
    ...["a", "b"].map((letter) => letter.repeat(100_000)),
  ];
  scene.write("env/cmdline", words.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(" "));
  assertEquals((await show(scene)).argv, words);
  await scene.assertNothingLeft();
});

Deno.test("the environment arrives as it was given: odd names, 120 kB, nothing added", async () => {
  await using scene = new Scene();
  const given = {
    "A.B": "dot",
    "a-b": "dash",
    "1": "digit",
    "BASH_FUNC_f%%": "() { :; }",
    EMPTY: "",
    LINES_IN: "one\ntwo",
    BIG: "x".repeat(120_000),
    PWD: "/elsewhere",
    OLDPWD: "",
    SHELL: "/usr/sbin/nologin",
    PYTHONPATH: "/nonexistent",
    PYTHONHOME: "/nonexistent",
    LC_ALL: "C",
  };
  const { env } = await show(scene, { env: given });
  for (const [name, value] of Object.entries(given)) {
    assert(env[name] === value, `${name}: ${env[name]?.slice(0, 100)}`);
  }
  const ours = new Set([...Object.keys(Deno.env.toObject()), ...Object.keys(given)]);
  const added = Object.keys(env).filter((name) => !ours.has(name)).sort();
  assertEquals(
    added,
    [
      "ANSIBLE_CACHE_PLUGIN",
      "ANSIBLE_CACHE_PLUGIN_CONNECTION",
      "ANSIBLE_CALLBACK_PLUGINS",
      "ANSIBLE_HOST_KEY_CHECKING",
      "ANSIBLE_RETRY_FILES_ENABLED",
      "ANSIBLE_STDOUT_CALLBACK",
      "AWX_ISOLATED_DATA_DIR",
      "RUNNER_OMIT_EVENTS",
      "RUNNER_ONLY_FAILED_EVENTS",
      "RUNNER_RUN_ID",
      "RUNNER_TEST_SCENE",
      "SHOW_TO",
      "TMPDIR",
    ].filter((name) => !ours.has(name)),
  );
  await scene.assertNothingLeft();
});

Deno.test("an argument or a variable beyond the system's limit is an error, not a hang", async () => {
  await using scene = new Scene();
  scene.write("env/cmdline", "x".repeat(200_000));
  const { code, stderr } = await scene.cli(["run", ".", "-i", "a", "-b", `${BIN}/forever`]);
  assertEquals(code, 127);
  assertMatch(
    stderr,
    /^error: Run "a" ended: could not start: \S+forever \(Argument list too long\)\n$/,
  );
  assertEquals(scene.ending("a"), { rc: "127", status: "failed", reason: "could_not_start" });
  await scene.assertNothingLeft();
});

Deno.test("arguments that are not UTF-8 are refused", async () => {
  await using scene = new Scene();
  const before = ["sh", "-c", `exec "$@" "$(printf 'a\\377b')"`, "sh"];
  for (const args of [["run", ".", "-p"], ["run", ".", "-b", `${BIN}/exit_137`, "-i"]]) {
    const { code, stderr } = await scene.cli(args, { before });
    // A compiled program ends before our code is reached.
    if (cliCommand().length === 1) assert(code !== 0 && stderr !== "");
    else {
      assertEquals(code, 2);
      assertMatch(stderr, /error: Cannot read argument \d+: expected UTF-8, got "a\\xffb"\n/);
    }
  }
  const fine = await scene.cli(["run", ".", "-b", `${BIN}/exit_137`, "-i", "\ufffd"]);
  assertEquals(fine.code, 137, "U+FFFD itself is UTF-8");
  await scene.assertNothingLeft();
});

Deno.test("a variable of our environment that is not UTF-8 arrives as it is", async () => {
  await using scene = new Scene();
  const script = `export ODD="$(printf 'a\\377b')"; exec env "$(printf 'N\\376=')c" "$@"`;
  const { env } = await show(scene, { before: ["sh", "-c", script, "sh"] });
  // Python's way of writing bytes that are not UTF-8.
  assertEquals([env["ODD"], env["N\udcfe"]], ["a\udcffb", "c"]);
  await scene.assertNothingLeft();
});

Deno.test("timeouts count monotonic time: a jump of the wall clock does not matter", async () => {
  await using scene = new Scene();
  if (cliCommand().length === 1) return;
  const jump = `${scene.root}/jump.ts`;
  Deno.writeTextFileSync(
    jump,
    `const real = Date.now, start = real();
Date.now = () => real() + (real() - start > 300 ? JUMP : 0);`.replace("JUMP", "DAYS * 864e5"),
  );
  const [deno = "", run = "", ...words] = cliCommand();
  for (const [at, days] of [30, -30].entries()) {
    const path = `${scene.root}/jump${at}.ts`;
    Deno.writeTextFileSync(path, Deno.readTextFileSync(jump).replace("DAYS", String(days)));
    scene.write("env/settings", "job_timeout: 1\nidle_timeout: 5\n");
    const ident = `a${at}`;
    const args = [...words, "run", scene.dir, "-i", ident, "-b", `${BIN}/slow_lines`];
    const start = performance.now();
    const child = new Deno.Command(deno, {
      args: [run, "--preload", path, ...args],
      env: { LINES: "100", TMPDIR: scene.tmp },
      stdout: "piped",
      stderr: "piped",
    });
    const { code } = await child.output();
    const ms = performance.now() - start;
    assertEquals([code, scene.ending(ident).reason], [254, "job_timeout"]);
    assert(ms > 1000 && ms < 4000 * slack(), `${ms} ms`);
  }
  await scene.assertNothingLeft();
});

async function show(scene: Scene, options: SceneOptions = {}): Promise<Shown> {
  const to = `${scene.root}/shown.json`;
  const args = ["run", ".", "-i", "a", "-b", `${BIN}/show_start`];
  const env = { ...options.env, SHOW_TO: to };
  const { code, stderr } = await scene.cli(args, { ...options, env });
  assertEquals([code, stderr], [0, ""], scene.artifact("a", "stdout") ?? "");
  return JSON.parse(Deno.readTextFileSync(to));
}
