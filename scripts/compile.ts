/**
 * Compiles the command line into one program per target, `dist/ansible-runner-<version>-<target>`,
 * with the man page and `dist/SHA256SUMS`.
 *
 * `deno task compile [--target TRIPLE]... [--out DIR] [--deno PATH] [--xz]`. The base binary is downloaded
 * by Deno, unless the environment names one: `DENORT_BIN_X86_64`, `DENORT_BIN_AARCH64`, or
 * `DENORT_BIN` for whichever target it fits. A program made by `deno compile` with the same Deno will
 * do. `--deno` (or `COMPILE_DENO`) compiles with another Deno, whose version the base must have.
 *
 * The same sources, commit and Deno give the same bytes, wherever they and Deno's cache lie. `--xz`
 * leaves a packed copy beside each program: 92 of its 93 MB are Deno's own base binary, which has no
 * symbols left to strip, and pack to a quarter.
 *
 * @module
 */
// deno-lint-ignore-file no-console -- a script for people
import metadata from "../deno.json" with { type: "json" };
import { type BaseBinary, readBaseBinary } from "./release/base_binary.ts";
import { describeCommit } from "./release/commit.ts";
import { manPage } from "./release/man_page_text.ts";
import { type Stage, stageSources } from "./release/stage.ts";
import { findTarget, type Target, TARGETS } from "./release/targets.ts";

const ROOT = `${import.meta.dirname}/..`;

interface CompileOptions {
  readonly targets: readonly Target[];
  readonly out: string;
  readonly deno: string;
  readonly isPacked: boolean;
}

function readOptions(args: readonly string[]): CompileOptions {
  const targets: Target[] = [];
  let out = `${ROOT}/dist`;
  let deno = Deno.env.get("COMPILE_DENO") || Deno.execPath();
  const isPacked = args.includes("--xz");
  const pairs = args.filter((word) => word !== "--xz");
  for (let at = 0; at < pairs.length; at += 2) {
    const [flag, value] = [pairs[at], pairs[at + 1]];
    if (value === undefined) {
      throw new RangeError(`Cannot read "${flag}": expected a value after it`);
    }
    if (flag === "--target") targets.push(findTarget(value));
    else if (flag === "--out") out = value;
    else if (flag === "--deno") deno = value;
    else throw new RangeError(`Cannot read "${flag}": expected --target, --out, --deno or --xz`);
  }
  return { targets: targets.length === 0 ? TARGETS : targets, out, deno, isPacked };
}

function denoVersion(deno: string): string {
  const { stdout } = new Deno.Command(deno, { args: ["--version"] }).outputSync();
  return new TextDecoder().decode(stdout).split(" ")[1] ?? "";
}

/** The base binary that the environment gives for a target. */
function givenBase(target: Target, version: string): BaseBinary | undefined {
  const own = Deno.env.get(target.baseVariable);
  const path = own || Deno.env.get("DENORT_BIN");
  if (path === undefined || path === "") return undefined;
  const base = readBaseBinary(path);
  if (base.elfMachine !== target.elfMachine) {
    if (!own) return undefined;
    throw new RangeError(`Cannot use "${path}" for ${target.triple}: it is for another machine`);
  }
  if (base.denoVersion !== version) {
    const found = base.denoVersion ?? "no Deno";
    throw new RangeError(
      `Cannot use "${path}" as base binary: expected Deno ${version}, got ${found}`,
    );
  }
  return base;
}

interface CompileRequest extends CompileOptions {
  readonly target: Target;
  readonly base: BaseBinary | undefined;
  readonly stage: Stage;
}

/** Compiles for one target. @returns the program's file name */
function compile({ target, base, stage, out, deno }: CompileRequest): string {
  const name = `ansible-runner-${metadata.version}-${target.triple}`;
  const scratch = Deno.makeTempDirSync({ prefix: "ansible-runner-base-" });
  try {
    const env: Record<string, string> = { ...Deno.env.toObject(), NO_COLOR: "1" };
    delete env["DENORT_BIN"];
    if (base !== undefined) {
      env["DENORT_BIN"] = `${scratch}/denort`;
      Deno.writeFileSync(env["DENORT_BIN"], base.bytes, { mode: 0o755 });
    }
    const { success, stderr } = new Deno.Command(deno, {
      // No code cache: a compiled program keeps it under a guessable name in /tmp, where any user
      // could put one for us to run.
      args: [
        ...[
          "compile",
          "--no-check",
          "--no-code-cache",
          "--config",
          stage.config,
          "-P",
          "--no-prompt",
        ],
        ...["--target", target.triple, "--output", `${out}/${name}`, stage.entry],
      ],
      env,
      clearEnv: true,
      stdout: "null",
      stderr: "piped",
    }).outputSync();
    if (!success) throw new Error(explain(target, new TextDecoder().decode(stderr)));
  } finally {
    Deno.removeSync(scratch, { recursive: true });
  }
  return name;
}

function explain({ triple, baseVariable }: Target, stderr: string): string {
  if (!/error sending request|Download failed|Setting up base binary/.test(stderr)) {
    return `Cannot compile for ${triple}: ${stderr}`;
  }
  return `Cannot compile for ${triple}: Deno could not download its base binary (denort)\n` +
    `hint: connect to the network, or set ${baseVariable} to a denort, or to a program compiled by ` +
    `the same Deno`;
}

/** Packs a program, the same way each time. @returns the file name */
function pack(name: string, out: string): string {
  // One thread: several would cut it into blocks.
  const { success, stderr } = new Deno.Command("xz", {
    args: ["-9", "-T1", "--keep", "--force", `${out}/${name}`],
    stdout: "null",
    stderr: "piped",
  }).outputSync();
  if (!success) throw new Error(`Cannot pack "${name}": ${new TextDecoder().decode(stderr)}`);
  return `${name}.xz`;
}

async function sha256(path: string): Promise<string> {
  const hash = await crypto.subtle.digest("SHA-256", Deno.readFileSync(path));
  return new Uint8Array(hash).toHex();
}

async function main(args: readonly string[]): Promise<void> {
  const options = readOptions(args);
  const version = denoVersion(options.deno);
  const jobs = options.targets.map((target) => ({ target, base: givenBase(target, version) }));
  Deno.mkdirSync(options.out, { recursive: true });
  using stage = stageSources(ROOT, describeCommit(ROOT));
  const sums: string[] = [];
  const names = jobs.map((job) => compile({ ...options, ...job, stage }));
  Deno.writeTextFileSync(`${options.out}/ansible-runner.1`, manPage(ROOT));
  const packed = options.isPacked ? names.map((name) => pack(name, options.out)) : [];
  for (const name of [...names, ...packed, "ansible-runner.1"]) {
    sums.push(`${await sha256(`${options.out}/${name}`)}  ${name}\n`);
    console.log(`${options.out}/${name}`);
  }
  Deno.writeTextFileSync(`${options.out}/SHA256SUMS`, sums.join(""));
}

try {
  await main(Deno.args);
} catch (error) {
  console.error(`error: ${error instanceof Error ? error.message : error}`);
  Deno.exit(1);
}
