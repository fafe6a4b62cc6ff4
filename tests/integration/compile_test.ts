import { readBaseBinary } from "../../scripts/release/base_binary.ts";
import { TARGETS } from "../../scripts/release/targets.ts";
import { assert, assertEquals, assertMatch, assertStringIncludes } from "../testing/assert.ts";
import { compileProgram, findCompileTools, putProgram, runCompile } from "../testing/compiled.ts";
import { denoDirectory } from "../testing/run_cli.ts";
import { testOrSkip } from "../testing/skip.ts";

const ROOT = new URL("../..", import.meta.url).pathname;
const search = findCompileTools();
const missing = "missing" in search ? search.missing : undefined;

/** The tools, in tests that are skipped without them. */
function tools(): { deno: string; program: string } {
  if ("missing" in search) throw new Error(search.missing);
  return search.tools;
}

async function output(program: string, args: readonly string[], cwd?: string): Promise<string> {
  const command = new Deno.Command(program, { args: [...args], ...(cwd ? { cwd } : {}) });
  const { stdout, stderr } = await command.output();
  return new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
}

Deno.test("TARGETS is every Linux target that this Deno knows", async () => {
  const text = await output(Deno.execPath(), ["compile", "--target", "none", "none.ts"]);
  const known = [...text.matchAll(/[a-z0-9_]+-unknown-linux-[a-z]+/g)].map(([name]) => name);
  assertEquals(TARGETS.map((target) => target.triple), [...new Set(known)]);
});

// Private data dirs may lie in /dev/shm, profiling writes to /sys, doctor looks at all of it.
Deno.test("deno.json gives all permissions because Deno opens /proc, /sys and /dev to nothing less", async () => {
  const config = JSON.parse(await Deno.readTextFile(`${ROOT}/deno.json`));
  assertEquals(config.permissions, { default: { all: true } });
  const dir = await Deno.makeTempDir();
  const parts = ["--allow-read", "--allow-write", "--allow-run", "--allow-env", "--allow-sys"];
  for (const path of ["/proc/self/stat", "/sys/fs/cgroup", "/dev/shm"]) {
    await Deno.writeTextFile(`${dir}/stat.ts`, `Deno.statSync("${path}");`);
    for (const flags of [[...parts, "--allow-net"], ["--allow-all", "--deny-ffi"]]) {
      const text = await output(Deno.execPath(), [
        "run",
        "--no-prompt",
        ...flags,
        `${dir}/stat.ts`,
      ]);
      assertStringIncludes(text, "run again with the --allow-all flag");
    }
  }
  await Deno.remove(dir, { recursive: true });
});

const cached = `${denoDirectory()}/dl/release/v${Deno.version.deno}`;
const online = exists(cached)
  ? "Deno has downloaded its base binary already"
  : Deno.uid() === 0
  ? undefined
  : "root needed to take the network away";
testOrSkip("compile says what to do when there is no network and no base binary", online, () => {
  const out = Deno.makeTempDirSync();
  const { code, stderr } = runCompile(["--out", out], { before: ["unshare", "--net"] });
  assertEquals(code, 1);
  assertStringIncludes(
    stderr,
    "error: Cannot compile for x86_64-unknown-linux-gnu: Deno could not",
  );
  assertStringIncludes(stderr, "\nhint: connect to the network, or set DENORT_BIN_X86_64 to ");
  assertEquals([...Deno.readDirSync(out)], [], "nothing half-made");
  Deno.removeSync(out);
});

testOrSkip("compile refuses a base binary that is not one", undefined, () => {
  const out = Deno.makeTempDirSync();
  const table: [Record<string, string>, string][] = [
    [{ DENORT_BIN: `${ROOT}/cli.ts` }, 'cli.ts" as base binary: expected a 64-bit ELF program'],
    [{ DENORT_BIN: "/usr/bin/env" }, `expected Deno ${Deno.version.deno}, got no Deno`],
  ];
  for (const [env, message] of table) {
    const target = Deno.build.target;
    const { code, stderr } = runCompile(["--out", out, "--target", target], { env });
    assertEquals(code, 1);
    assertStringIncludes(stderr, message);
  }
  Deno.removeSync(out);
});

Deno.test("a base binary's version of Deno is found across the parts in which it is looked for", () => {
  const path = Deno.makeTempFileSync();
  for (const at of [-14, -13, -5, -1, 0].map((offset) => (1 << 20) + offset)) {
    const bytes = new Uint8Array(at + 14);
    new DataView(bytes.buffer).setUint32(0, 0x7f454c46);
    bytes[4] = 2;
    bytes.set(new TextEncoder().encode("Deno/12.34.567"), at);
    Deno.writeFileSync(path, bytes);
    assertEquals(readBaseBinary(path).denoVersion, "12.34.567", String(at));
  }
  Deno.removeSync(path);
});

testOrSkip("compile refuses the base binary of another Deno or machine", missing, () => {
  const out = Deno.makeTempDirSync();
  const { program } = tools();
  const other = TARGETS.find((target) => target.triple !== Deno.build.target);
  assert(other !== undefined);
  const table: [string, Record<string, string>, string][] = [
    [Deno.build.target, { DENORT_BIN: program }, `expected Deno ${Deno.version.deno}, got 2.6.10`],
    [other.triple, { [other.baseVariable]: program }, "it is for another machine"],
  ];
  for (const [target, env, message] of table) {
    const { code, stderr } = runCompile(["--out", out, "--target", target], { env });
    assertEquals(code, 1);
    assertStringIncludes(stderr, message);
  }
  Deno.removeSync(out);
});

testOrSkip(
  "compile gives the same bytes wherever the sources and Deno's cache lie, with their sum",
  missing,
  async () => {
    const dir = Deno.makeTempDirSync();
    // Where the sources are, perhaps for another test; and in a copy.
    const first = await putProgram(`${dir}/0`, tools());
    const copy = `${dir}/another copy`;
    await Deno.mkdir(copy);
    const names = ["cli.ts", "mod.ts", "src", "scripts", "deno.json", "deno.lock"];
    await output("cp", ["-R", ...names.map((name) => `${ROOT}/${name}`), copy]);
    // Another home, whose cache has the packages and nothing else.
    const packages = "npm/registry.npmjs.org";
    const cache = `${dir}/another home/cache`;
    await Deno.mkdir(`${cache}/${packages}`, { recursive: true });
    await output("cp", ["-R", `${denoDirectory()}/${packages}/yaml`, `${cache}/${packages}`]);
    compileProgram(`${dir}/1`, {
      tools: tools(),
      script: `${copy}/scripts/compile.ts`,
      env: { HOME: `${dir}/another home`, DENO_DIR: cache },
    });
    const base = readBaseBinary(first);
    const ours = new TextDecoder("latin1").decode(
      Deno.readFileSync(first).subarray(base.bytes.length),
    );
    for (const place of [ROOT, denoDirectory(), "registry.npmjs.org"]) {
      assert(!ours.includes(place.slice(1)), place);
    }
    const sums = Deno.readTextFileSync(`${dir}/0/SHA256SUMS`);
    assertMatch(
      sums,
      /^[0-9a-f]{64} {2}ansible-runner-\d+\.\d+\.\d+-x86_64-unknown-linux-gnu\n.{64} {2}ansible-runner\.1\n$/,
    );
    assertEquals(Deno.readTextFileSync(`${dir}/1/SHA256SUMS`), sums);
    assertMatch(await output("sha256sum", ["-c", "SHA256SUMS"], `${dir}/1`), /: OK\n$/);
    assertEquals(
      base.bytes,
      readBaseBinary(tools().program).bytes,
      "the base of a compiled program is what it was made from",
    );
    await output("rm", ["-rf", dir]);
  },
);

function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return false;
  }
}
