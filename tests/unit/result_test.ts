import { Runner } from "../../src/result.ts";
import { assertEquals, assertRejects } from "../testing/assert.ts";

/** Makes an artifact directory of these files, and removes it. */
async function withArtifacts(
  files: Readonly<Record<string, string>>,
  use: (dir: string) => Promise<void>,
): Promise<void> {
  const root = Deno.realPathSync(Deno.makeTempDirSync());
  const dir = `${root}/artifacts/past`;
  try {
    Deno.mkdirSync(`${dir}/job_events`, { recursive: true });
    for (const [name, text] of Object.entries(files)) {
      Deno.mkdirSync(`${dir}/${name}`.replace(/\/[^/]*$/, ""), { recursive: true });
      Deno.writeTextFileSync(`${dir}/${name}`, text);
    }
    await use(dir);
  } finally {
    Deno.removeSync(root, { recursive: true });
  }
}

/** What runs left -> status, rc and reason that a Runner tells. */
const ENDINGS: [files: Record<string, string>, status: string, rc: unknown, reason: unknown][] = [
  [{ status: "successful", rc: "0" }, "successful", 0, { reason: "exit", code: 0 }],
  [{ status: "failed\n", rc: "2\n" }, "failed", 2, { reason: "exit", code: 2 }],
  [{ status: "canceled", rc: "254" }, "canceled", 254, { reason: "canceled" }],
  [{ status: "timeout", rc: "254" }, "timeout", 254, undefined],
  [{ status: "failed", rc: "None" }, "failed", undefined, undefined],
  [
    {
      status: "timeout",
      rc: "254",
      reason: '{"reason": "idle_timeout", "seconds": 3, "rc": 254, "status": "timeout"}',
    },
    "timeout",
    254,
    { reason: "idle_timeout", seconds: 3 },
  ],
  // A run that was killed: no end was written, and nobody owns the directory.
  [{ command: "{}" }, "failed", undefined, { reason: "runner_died" }],
];

Deno.test("Runner.fromArtifacts tells how a run ended", async () => {
  for (const [files, status, rc, reason] of ENDINGS) {
    await withArtifacts(files, async (dir) => {
      const runner = await Runner.fromArtifacts(dir);
      assertEquals([runner.status, runner.rc, runner.endReason], [status, rc, reason]);
    });
  }
});

Deno.test("Runner.fromArtifacts takes the config from the command file", async () => {
  const command = { command: ["/usr/bin/ansible", "-m", "ping"], cwd: "/x", env: { A: "b" } };
  await withArtifacts({ command: JSON.stringify(command), rc: "0" }, async (dir) => {
    const { config, ident } = await Runner.fromArtifacts(dir);
    assertEquals([config.mode, config.cwd, config.env], ["module", "/x", { A: "b" }]);
    assertEquals(config.argv, command.command);
    assertEquals([ident, config.privateDataDir], ["past", dir.replace("/artifacts/past", "")]);
  });
});

Deno.test("a past Runner has no events, stats, facts and output where there are none", async () => {
  await withArtifacts({ rc: "0", status: "successful" }, async (dir) => {
    const runner = await Runner.fromArtifacts(dir);
    assertEquals(await Array.fromAsync(runner.events), []);
    assertEquals(runner.stats, undefined);
    assertEquals(await runner.getFactCache("host"), {});
    await assertRejects(() => runner.stdout(), "the run has no stdout");
    await runner.cancel();
    assertEquals(runner.status, "successful");
  });
});

Deno.test("a past Runner reads and writes facts", async () => {
  await withArtifacts({ rc: "0", "fact_cache/web": '{"a": 1}' }, async (dir) => {
    const runner = await Runner.fromArtifacts(dir);
    assertEquals(await runner.getFactCache("web"), { a: 1 });
    await runner.setFactCache("db", { b: [true, null] });
    assertEquals(await runner.getFactCache("db"), { b: [true, null] });
    Deno.writeTextFileSync(`${dir}/fact_cache/web`, "not json");
    await assertRejects(() => runner.getFactCache("web"), "expected JSON");
    for (const host of ["", "..", "a/b", "\0"]) {
      await assertRejects(() => runner.setFactCache(host, {}), "not a file name");
    }
  });
});

Deno.test("Runner.fromArtifacts refuses what no run has written", async () => {
  const dir = Deno.makeTempDirSync();
  await assertRejects(() => Runner.fromArtifacts(dir), "expected the artifact directory of a run");
  await assertRejects(() => Runner.fromArtifacts(`${dir}/nosuch`), "no such directory");
  Deno.removeSync(dir);
});
