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
const all = at < 0
  ? ["tests/unit", "tests/integration", "tests/conformance"]
  : ["tests/integration"];
const isNarrowed = args.some((arg) => !arg.startsWith("-"));
// The conformance corpus takes about as long as all the rest, and waits as much: side by side.
const shards = isNarrowed ? [[]] : at < 0 ? [all.slice(0, 2), all.slice(2)] : [all];
const results = await Promise.all(shards.map((targets, index) => runShard(targets, index === 0)));

const sum = (key: keyof Counts): number =>
  results.reduce((total, counts) => total + counts[key], 0);
const skipped = sum("skipped") > 0 ? `, ${sum("skipped")} skipped` : "";
console.log(`${sum("passed")} passed, ${sum("failed")} failed${skipped}`);
Deno.exit(sum("failed") > 0 ? 1 : 0);

/** How many tests of a shard came out how. */
interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** Runs some of the tests; what they print is shown as it comes, or at the end. */
async function runShard(targets: readonly string[], isLive: boolean): Promise<Counts> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["test", "--frozen", "-A", "--no-check", ...args, ...targets],
    env,
    stdout: "piped",
    stderr: isLive ? "inherit" : "piped",
  }).spawn();
  const complaints = isLive ? Promise.resolve("") : new Response(child.stderr).text();
  const decoder = new TextDecoder();
  let output = "";
  for await (const chunk of child.stdout) {
    if (isLive) await Deno.stdout.write(chunk);
    output += decoder.decode(chunk, { stream: true });
  }
  const { code } = await child.status;
  if (!isLive) console.log(output + await complaints);
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
