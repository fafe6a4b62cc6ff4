/**
 * Runs the tests and ends with one line that counts them: `N passed, N failed, N skipped`.
 *
 * `deno run -A scripts/run_tests.ts [--checks] [--binary PATH [--bare]] [FILES OR OPTIONS OF deno
 * test]`. All of them run what would be compiled, so that 1500 starts take less time; long tests and
 * chosen files the sources. With a binary the integration tests run it in place of the sources; with
 * `--bare` it sees a host without Deno, Node and our sources. `--checks` runs `deno task checks`
 * beside them. How long each file took is kept in the tests' cache directory, so that the longest
 * start first. Root gets a /tmp in memory, where there is enough of it; RUNNER_TEST_MEMORY_TMP=0
 * leaves it on the disk.
 *
 * @module
 */
// deno-lint-ignore-file no-console -- a script for people
import { writeBareProgram } from "../tests/testing/bare_host.ts";
import { BUNDLE } from "../tests/testing/cli_command.ts";
import { runInMemoryTmp } from "../tests/testing/memory_tmp.ts";
import { testCacheDirectory } from "../tests/testing/original.ts";
import { withoutShims } from "../tests/testing/python3.ts";
import { isLong } from "../tests/testing/samples.ts";
import { type Stage, stageSources } from "./release/stage.ts";

const code = await runInMemoryTmp([
  Deno.execPath(),
  ...["run", "-A", import.meta.filename ?? "", ...Deno.args],
]);
if (code !== undefined) Deno.exit(code);

const args = [...Deno.args];
const env: Record<string, string> = { PATH: withoutShims(Deno.env.get("PATH") ?? "") };
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
const hasChecks = takeFlag("--checks");
const UNIT = "tests/unit";
const INTEGRATION = "tests/integration";
/** Folders whose tests share a process: starting one takes as long as some of their files do. */
const TOGETHER = ["attacks", "clients", "history", "remote"].map((name) =>
  `${INTEGRATION}/${name}`
);
const ONE_MODULE = [UNIT, ...TOGETHER];
const CHECKS = "checks";
const isNarrowed = args.some((arg) => !arg.startsWith("-"));
const times = readTimes();
/** Files that may have failed for want of a processor. More of them at once failed for a reason. */
const MAX_AGAIN = 3;
/** Length of what is shown of a failure once more at the end, in characters. */
const MAX_SHOWN = 3000;
const results: Result[] = [];
if (isNarrowed) {
  const isUnit = args.join(" ") === UNIT;
  if (isUnit) args.pop();
  if (hasChecks) results.push(await runJob(CHECKS));
  results.push(await runJob(isUnit ? UNIT : ""));
} else {
  const jobs = testFiles(INTEGRATION).filter((file) => isLong || !isTogether(file));
  if (!isLong) jobs.push(...TOGETHER);
  if (at < 0) jobs.push("tests/conformance", UNIT);
  jobs.sort((a, b) => timeOf(b) - timeOf(a));
  if (hasChecks) jobs.unshift(CHECKS);
  using bundle = at < 0 && !isLong ? makeBundle() : undefined;
  if (bundle !== undefined) env[BUNDLE] = bundle.entry;
  const waiting = jobs.filter(isWaiting);
  const busy = jobs.filter((job) => !isWaiting(job));
  // One lane computes. In the others, tests wait for processes and clocks; then they help.
  const others = Array.from({ length: 3 }, async () => {
    await runJobs(waiting);
    await runJobs(busy);
  });
  await Promise.all([runJobs(busy), ...others]);
  writeTimes();
  await runFailedAgain();
}

const sum = (key: "passed" | "failed" | "skipped"): number =>
  results.reduce((total, result) => total + result[key], 0);
const skipped = sum("skipped") > 0 ? `, ${sum("skipped")} skipped` : "";
console.log(`${sum("passed")} passed, ${sum("failed")} failed${skipped}`);
Deno.exit(sum("failed") > 0 ? 1 : 0);

/** Takes a flag of ours out of the words for `deno test`. */
function takeFlag(name: string): boolean {
  const index = args.indexOf(name);
  if (index >= 0) args.splice(index, 1);
  return index >= 0;
}

/** Makes what would be compiled. Where it cannot be made, the tests run the sources. */
function makeBundle(): Stage | undefined {
  try {
    const stage = stageSources(Deno.cwd(), "");
    // Some tests are other users.
    Deno.chmodSync(stage.entry.slice(0, stage.entry.lastIndexOf("/bundle/")), 0o755);
    return stage;
  } catch (error) {
    console.log(`the sources are tested, not their bundle: ${(error as Error).message}`);
    return undefined;
  }
}

async function runJobs(jobs: string[]): Promise<void> {
  for (let job = jobs.shift(); job !== undefined; job = jobs.shift()) {
    const start = performance.now();
    results.push(await runJob(job));
    times[job] = Math.round(performance.now() - start);
  }
}

/** Shows what failed, and runs it once more by itself, when it is little; the second result counts. */
async function runFailedAgain(): Promise<void> {
  const failed = results.filter((result) => result.failed > 0);
  for (const first of failed) {
    if (failed.length <= MAX_AGAIN) {
      const again = await runJob(first.target);
      results[results.indexOf(first)] = again;
      const outcome = again.failed > 0 ? "failed again" : "passed by itself";
      console.log(`AGAIN ${first.target}: failed beside others, ${outcome}`);
    }
    console.log(`FAILURES of ${first.target}:\n${first.failures}`);
  }
}

/** Tells whether the tests of a file run with those of its folder. */
function isTogether(file: string): boolean {
  return TOGETHER.some((dir) => file.startsWith(`${dir}/`));
}

/** Tells whether the tests of a file sleep more than they compute. */
function isWaiting(file: string): boolean {
  return /\/(faults\/.*|background_test|prompts_test|unanswered_test|terminal_reader_test|ssh_\w+|container_\w*test)\b/
    .test(file);
}

/** What was not timed yet comes first: it may be long. */
function timeOf(file: string): number {
  return times[file] ?? 1e9;
}

/** Reads how long each file took the last time, in milliseconds. */
function readTimes(): Record<string, number> {
  try {
    return JSON.parse(Deno.readTextFileSync(timesFile())) ?? {};
  } catch {
    return {};
  }
}

function writeTimes(): void {
  const file = timesFile();
  try {
    Deno.mkdirSync(file.slice(0, file.lastIndexOf("/")), { recursive: true });
    Deno.writeTextFileSync(file, JSON.stringify(times, null, 1));
  } catch (error) {
    console.log(`how long each file took is not kept: ${(error as Error).message}`);
  }
}

function timesFile(): string {
  return `${testCacheDirectory()}/times.json`;
}

function testFiles(dir: string): string[] {
  return [...Deno.readDirSync(dir)].flatMap((entry) => {
    const path = `${dir}/${entry.name}`;
    if (entry.isDirectory) return testFiles(path);
    return path.endsWith("_test.ts") ? [path] : [];
  }).sort();
}

/** How many tests of a job came out how. */
interface Result {
  readonly target: string;
  /** What `deno test` says of the failures, cut. */
  readonly failures: string;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** Runs some of the tests and shows what they print, whole. */
async function runJob(target: string): Promise<Result> {
  if (target === CHECKS) return await runChecks();
  const dir = Deno.makeTempDirSync({ prefix: "runner_test_" });
  const words = target === ""
    ? []
    : [ONE_MODULE.includes(target) ? writeModule(dir, target) : target];
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["test", "--frozen", "-A", "--no-check", ...args, ...words],
    env,
  }).output();
  Deno.removeSync(dir, { recursive: true });
  const decoder = new TextDecoder();
  const output = decoder.decode(stdout);
  const errors = decoder.decode(stderr);
  console.log(output + errors);
  return { target, ...resultOf(output, errors, code) };
}

/** Runs the checks, which count as a test when they fail. */
async function runChecks(): Promise<Result> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["task", CHECKS],
  }).output();
  const text = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes)).join("");
  console.log(text);
  const failures = success ? "" : text.slice(-MAX_SHOWN);
  return { target: CHECKS, failures, passed: 0, failed: success ? 0 : 1, skipped: 0 };
}

/**
 * Makes one module of all tests of a folder: each by itself would load the modules that all of them
 * need again, which takes as long as the tests do.
 */
function writeModule(dir: string, folder: string): string {
  const urls = testFiles(folder).map((file) => new URL(file, `file://${Deno.cwd()}/`));
  const path = `${dir}/${folder.slice(folder.lastIndexOf("/") + 1)}_test.ts`;
  Deno.writeTextFileSync(path, urls.map((url) => `import ${JSON.stringify(url)};\n`).join(""));
  return path;
}

function resultOf(output: string, errors: string, code: number): Omit<Result, "target"> {
  // deno-lint-ignore no-control-regex -- colours
  const plain = output.replace(/\x1b\[[\d;]*m/g, "");
  const count = (word: string): number =>
    Number([...plain.slice(-4000).matchAll(new RegExp(`(\\d+) ${word}`, "g"))].at(-1)?.[1] ?? 0);
  const [passed, failed, skipped] = [count("passed"), count("failed"), count("ignored")];
  // A module that ends the process while it is loaded takes all tests of its folder with it.
  const hasNone = args.length === 0 && passed + failed + skipped === 0;
  const at = plain.indexOf("\n ERRORS ");
  const failures = (at < 0 ? plain.slice(-MAX_SHOWN) : plain.slice(at)) + errors;
  return {
    failures: failures.slice(0, MAX_SHOWN),
    passed,
    failed: code !== 0 || hasNone ? Math.max(1, failed) : failed,
    skipped,
  };
}
