/**
 * Runs the tests and ends with one line that counts them: `N passed, N failed, N skipped`.
 *
 * `deno run -A scripts/run_tests.ts [--binary PATH [--bare]] [FILES OR OPTIONS OF deno test]`. With a
 * binary the integration tests run it in place of the sources; with `--bare` it sees a host without
 * Deno, Node and our sources.
 *
 * @module
 */
// deno-lint-ignore-file no-console -- a script for people
import { writeBareProgram } from "../tests/testing/bare_host.ts";

const args = [...Deno.args];
const env: Record<string, string> = {};
const at = args.indexOf("--binary");
const isBare = args.includes("--bare");
if (at >= 0) {
  const binary = Deno.realPathSync(args.splice(at, 2)[1] ?? "");
  env["RUNNER_TEST_BINARY"] = binary;
  if (isBare) {
    args.splice(args.indexOf("--bare"), 1);
    env["RUNNER_TEST_PROGRAM"] = binary;
    const dir = Deno.makeTempDirSync();
    Deno.chmodSync(dir, 0o755);
    env["RUNNER_TEST_BINARY"] = `${dir}/ansible-runner`;
    writeBareProgram(binary, env["RUNNER_TEST_BINARY"]);
  }
}
const isNarrowed = args.some((arg) => !arg.startsWith("-"));
const jobs = isNarrowed
  ? [""]
  : at < 0
  ? ["tests/conformance", ...testFiles("tests/integration"), "tests/unit"]
  : testFiles("tests/integration");
// Tests wait more than they compute: two files side by side, the long corpus first.
const results: Counts[] = [];
await Promise.all([runJobs(), runJobs()]);

const sum = (key: keyof Counts): number =>
  results.reduce((total, counts) => total + counts[key], 0);
const skipped = sum("skipped") > 0 ? `, ${sum("skipped")} skipped` : "";
console.log(`${sum("passed")} passed, ${sum("failed")} failed${skipped}`);
Deno.exit(sum("failed") > 0 ? 1 : 0);

async function runJobs(): Promise<void> {
  for (let job = jobs.shift(); job !== undefined; job = jobs.shift()) {
    results.push(await runJob(job));
  }
}

function testFiles(dir: string): string[] {
  return [...Deno.readDirSync(dir)].flatMap((entry) => {
    const path = `${dir}/${entry.name}`;
    if (entry.isDirectory) return testFiles(path);
    return path.endsWith("_test.ts") ? [path] : [];
  }).sort();
}

/** How many tests of a job came out how. */
interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** Runs some of the tests and shows what they print, whole. */
async function runJob(target: string): Promise<Counts> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["test", "--frozen", "-A", "--no-check", ...args, ...target === "" ? [] : [target]],
    env,
  }).output();
  const decoder = new TextDecoder();
  const output = decoder.decode(stdout);
  console.log(output + decoder.decode(stderr));
  return countsOf(output, code);
}

function countsOf(output: string, code: number): Counts {
  // deno-lint-ignore no-control-regex -- colours
  const tail = output.slice(-4000).replace(/\x1b\[[\d;]*m/g, "");
  const count = (word: string): number =>
    Number([...tail.matchAll(new RegExp(`(\\d+) ${word}`, "g"))].at(-1)?.[1] ?? 0);
  const failed = count("failed");
  return {
    passed: count("passed"),
    failed: code !== 0 ? Math.max(1, failed) : failed,
    skipped: count("ignored"),
  };
}
