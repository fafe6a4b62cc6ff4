// The table of least permissions in .github/API.md: what each feature needs, and that it is enough.
import type { RunOptions } from "../../mod.ts";
import type { SettingOptions } from "../../src/config/settings/declarations.ts";
import { assert, assertEquals } from "../testing/assert.ts";
import { findProgram } from "../../src/internal/programs.ts";
import { VERSION } from "../../src/version.ts";
import { LibraryDir } from "../testing/library_dir.ts";
import { testOrSkip } from "../testing/skip.ts";

const MOD = new URL("../../mod.ts", import.meta.url);
const BIN = new URL("../fixtures/bin", import.meta.url).pathname;

/** Permissions by the words of the table. PDD is the private data dir. */
function leastPermissions(data: LibraryDir): string[] {
  return [
    `--allow-read=${data.dir},/usr/bin`,
    `--allow-write=${data.dir}`,
    "--allow-env",
    "--allow-sys=uid,gid",
    "--allow-run=setpriv",
  ];
}

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program with these permissions and no others. */
async function withPermissions(
  data: LibraryDir,
  permissions: readonly string[],
  program: string,
): Promise<Outcome> {
  data.write("program.ts", program);
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--no-lock",
      "--no-check",
      "--no-prompt",
      ...permissions,
      `${data.dir}/program.ts`,
    ],
    env: { NO_COLOR: "1" },
  }).output();
  const text = new TextDecoder();
  return { code, stdout: text.decode(stdout).trim(), stderr: text.decode(stderr) };
}

function runProgram(options: RunOptions): string {
  return `
    import { run } from "${MOD}";
    const runner = await run(${JSON.stringify(options)});
    console.log(runner.status, runner.rc, (await Array.fromAsync(runner.events)).length > 0);
  `;
}

Deno.test("a playbook runs with the permissions that are listed, and with none of them less", async (t) => {
  await using data = new LibraryDir();
  data.playbook("one.yml", "    - ansible.builtin.debug: msg=hello\n");
  data.write("env/settings", "job_timeout: 60\n");
  data.write("env/passwords", '{"Never asked:": "x"}');
  const program = runProgram({ ...data.base, playbook: "one.yml", extravars: { a: [1] } });
  const permissions = leastPermissions(data);
  const { stdout, stderr } = await withPermissions(data, permissions, program);
  assertEquals([stdout, stderr], ["successful 0 true", ""]);
  for (const left of permissions) {
    await t.step(`not without ${left.split("=")[0]}`, async () => {
      const fewer = permissions.filter((permission) => permission !== left);
      const outcome = await withPermissions(data, fewer, program);
      assert(!outcome.stdout.startsWith("successful"), outcome.stdout);
    });
  }
});

Deno.test("a run can be ended with the permissions that are listed", async () => {
  await using data = new LibraryDir();
  const permissions = leastPermissions(data);
  permissions[0] += `,${BIN}`;
  for (const name of ["forever", "ignore_term", "double_fork"]) {
    const options = { ...data.fixture(name), timeout: 0.6, settings: { grace_period: 0.2 } };
    const { stdout, stderr } = await withPermissions(data, permissions, runProgram(options));
    assertEquals([name, stdout.replace(/true|false/, ""), stderr], [name, "timeout 254 ", ""]);
    await data.assertNothingRuns();
  }
});

Deno.test("an ident whose run is alive is refused with the permissions that are listed", async () => {
  await using data = new LibraryDir();
  const permissions = leastPermissions(data);
  permissions[0] += `,${BIN}`;
  const options = { ...data.fixture("forever"), ident: "same" };
  const program = `
    import { run, runAsync } from "${MOD}";
    const { runner } = runAsync(${JSON.stringify(options)});
    for await (const _ of runner.events) break;
    await run(${JSON.stringify(options)}).catch((error) => console.log(error.message));
    await runner.cancel();
    console.log(runner.status);
  `;
  const { stdout, stderr } = await withPermissions(data, permissions, program);
  assertEquals(stderr, "");
  const [refusal, status] = stdout.split("\n");
  assert(/^Cannot use ident "same": its run is alive/.test(refusal ?? ""), stdout);
  assertEquals(status, "canceled");
});

Deno.test("helpers run with the permissions that are listed and a temporary directory", async () => {
  await using data = new LibraryDir();
  const tmp = "/tmp";
  const [read, write, ...others] = leastPermissions(data);
  const program = `
    import { getPluginDocs } from "${MOD}";
    const { response } = await getPluginDocs(["debug"], { responseFormat: "json" });
    console.log(Object.keys(response)[0]);
  `;
  const permissions = [`${read},${tmp},${Deno.cwd()}`, `${write},${tmp}`, ...others];
  const { stdout, stderr } = await withPermissions(data, permissions, program);
  assertEquals([stdout, stderr], ["debug", ""]);
});

Deno.test("a past run is read with permission to read its artifacts alone", async () => {
  await using data = new LibraryDir();
  const { run } = await import("../../mod.ts");
  await run({ ...data.fixture("fake_ansible_events", { FAKE_EVENTS: "3" }), ident: "past" });
  const artifactDir = `${data.dir}/artifacts/past`;
  const program = `
    import { Runner } from "${MOD}";
    const runner = await Runner.fromArtifacts("${artifactDir}");
    console.log(runner.status, runner.rc, (await Array.fromAsync(runner.events)).length);
  `;
  const permissions = [`--allow-read=${artifactDir}`];
  const { stdout, stderr } = await withPermissions(data, permissions, program);
  assertEquals([stdout, stderr], ["successful 0 3", ""]);
});

const bwrap = findProgram("bwrap", "/usr/bin:/bin") === undefined
  ? "bwrap is not installed"
  : undefined;

testOrSkip("isolation and keys work with the permissions that are listed", bwrap, async (t) => {
  await using data = new LibraryDir();
  data.playbook("one.yml", "    - ansible.builtin.debug: msg=hello\n");
  const key = `${data.dir}/key`;
  const keygen = new Deno.Command("ssh-keygen", {
    args: ["-q", "-t", "ed25519", "-N", "", "-f", key],
    stdin: "null",
  });
  assertEquals((await keygen.output()).code, 0);
  const rows: [name: string, options: SettingOptions & { sshKey?: string }, programs: string][] = [
    ["sshKey", { sshKey: Deno.readTextFileSync(key) }, "/bin/sh,ssh-agent,ssh-add"],
    ["processIsolation", { processIsolation: true }, "bwrap"],
    ["directoryIsolationBasePath", { directoryIsolationBasePath: "/tmp" }, "cp"],
  ];
  const [read, write, ...others] = leastPermissions(data);
  for (const [name, options, programs] of rows) {
    await t.step(name, async () => {
      const permissions = [`${read},/tmp`, `${write},/tmp`, ...others];
      permissions[4] += `,${programs}`;
      const program = runProgram({ ...data.base, playbook: "one.yml", ...options });
      const { stdout, stderr } = await withPermissions(data, permissions, program);
      assertEquals([stdout, stderr], ["successful 0 true", ""]);
    });
  }
});

Deno.test("cli.ts runs with the permissions that are listed, and says its version", async () => {
  await using data = new LibraryDir();
  data.write("private/project/x.yml", "[]");
  const root = new URL("../..", import.meta.url).pathname;
  const permissions = leastPermissions(data);
  permissions[0] += `,${root}src,${root}deno.json`;
  const words = ["run", "--no-lock", "--no-check", "--no-prompt", ...permissions, `${root}cli.ts`];
  const job = ["run", `${data.dir}/private`, "-q", "-p", "x.yml", "-b", "/usr/bin/true"];
  for (const [command, shown] of [[["--version"], `${VERSION}\n`], [job, ""]] as const) {
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: [...words, ...command],
      env: { NO_COLOR: "1" },
    }).output();
    const text = new TextDecoder();
    assertEquals([code, text.decode(stdout), text.decode(stderr)], [0, shown, ""]);
  }
});
