import { assertEquals, assertMatch, assertStringIncludes } from "../testing/assert.ts";
import { whyNotBare, writeBareProgram } from "../testing/bare_host.ts";
import { findCompileTools, putProgram } from "../testing/compiled.ts";
import { runProgram } from "../testing/run_cli.ts";
import { testOrSkip } from "../testing/skip.ts";

const ROOT = new URL("../..", import.meta.url).pathname;
const FOREVER = new URL("../fixtures/bin/forever", import.meta.url).pathname;
const given = Deno.env.get("RUNNER_TEST_BINARY") || undefined;
const search = given === undefined ? findCompileTools() : undefined;
const missing = search !== undefined && "missing" in search ? search.missing : whyNotBare();
const decoder = new TextDecoder();

/** A compiled program where there is no Deno, no Node and none of our sources. */
class BareProgram implements Disposable {
  readonly dir: string = Deno.makeTempDirSync({ prefix: "runner_binary_" });
  readonly path: string = `${this.dir}/ansible-runner`;
  program = given ?? "";

  static async make(): Promise<BareProgram> {
    const bare = new BareProgram();
    if (given !== undefined) Deno.symlinkSync(given, bare.path);
    else if (search !== undefined && "tools" in search) {
      bare.program = await putProgram(`${bare.dir}/dist`, search.tools);
      writeBareProgram(bare.program, bare.path);
    } else throw new Error("No compiled program");
    return bare;
  }

  async run(
    args: readonly string[],
    env?: Record<string, string>,
  ): Promise<{ code: number; stdout: string; stderr: string }> {
    const { code, stdout, stderr } = await runProgram([this.path, ...args], {
      cwd: this.dir,
      env: { ...Deno.env.toObject(), TMPDIR: this.dir, ...env },
    });
    return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
  }

  [Symbol.dispose](): void {
    Deno.removeSync(this.dir, { recursive: true });
  }
}

testOrSkip("a compiled program needs no Deno, no Node and no sources", missing, async (t) => {
  using bare = await BareProgram.make();

  await t.step("names its version and commit", async () => {
    const { code, stdout } = await bare.run(["--version"]);
    assertEquals(code, 0);
    assertMatch(stdout, /^\d+\.\d+\.\d+\n$/);
    const found = await bare.run(["doctor"]);
    assertMatch(
      found.stdout,
      /^ansible-runner \S+, commit (unknown|[0-9a-f]{12}(\+changes)?), Deno \d\S+, \w+-unknown-linux-gnu\n/,
    );
  });

  await t.step("runs a playbook with its own callback plugin and launcher", async () => {
    await runProgram(["cp", "-R", `${ROOT}/demo`, `${bare.dir}/demo`]);
    await runProgram(["rm", "-rf", `${bare.dir}/demo/artifacts`]);
    const { code, stdout, stderr } = await bare.run(["run", "demo", "-p", "test.yml", "-i", "a"]);
    assertEquals([code, stderr], [0, ""]);
    assertStringIncludes(stdout, "PLAY RECAP");
    const events = [...Deno.readDirSync(`${bare.dir}/demo/artifacts/a/job_events`)];
    assertEquals(events.filter(({ name }) => name.startsWith("1-")).length, 1);
    assertEquals(Deno.readTextFileSync(`${bare.dir}/demo/artifacts/a/status`), "successful");
  });

  await t.step("carries the YAML library", async () => {
    Deno.mkdirSync(`${bare.dir}/yaml/env`, { recursive: true });
    Deno.writeTextFileSync(`${bare.dir}/yaml/env/settings`, "# text\n- &a [1]\n- *a\n");
    const { code, stderr } = await bare.run(["run", "yaml", "-b", "/bin/true"]);
    assertEquals(code, 1);
    assertStringIncludes(stderr, 'Cannot read "env/settings": expected a mapping, got a list');
  });

  await t.step("starts itself in the background and stops", async () => {
    assertEquals((await bare.run(["start", "back", "-b", FOREVER, "-i", "b"])).code, 0);
    assertEquals((await bare.run(["is-alive", "back"])).code, 0);
    assertEquals((await bare.run(["stop", "back"])).code, 0);
    assertEquals((await bare.run(["is-alive", "back"])).code, 1);
    assertEquals(Deno.readTextFileSync(`${bare.dir}/back/artifacts/b/rc`), "254");
  });

  await t.step("leaves nothing in the directory of temporary files", () => {
    const known = ["dist", "ansible-runner", "demo", "yaml", "back"];
    const names = [...Deno.readDirSync(bare.dir)].map(({ name }) => name);
    assertEquals(names.filter((name) => !known.includes(name)), []);
  });
});

const isLong = Deno.env.get("RUNNER_TEST_LONG") === "1";
const notNow = missing ??
  (given !== undefined
    ? "this is that run"
    : isLong
    ? undefined
    : "takes minutes; RUNNER_TEST_LONG=1 runs it");
testOrSkip("a compiled program passes the integration tests", notNow, async () => {
  using bare = await BareProgram.make();
  const { code, stdout } = await runProgram(
    [
      ...[Deno.execPath(), "run", "-A", "--no-lock", `${ROOT}/scripts/run_tests.ts`],
      ...["--binary", bare.program, "--bare"],
    ],
    { timeout: 1800 },
  );
  assertEquals(code, 0, decoder.decode(stdout).slice(-8000));
});
