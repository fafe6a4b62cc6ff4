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
    env["RUNNER_TEST_BINARY"] = `${Deno.makeTempDirSync()}/ansible-runner`;
    writeBareProgram(binary, env["RUNNER_TEST_BINARY"]);
  }
}
const all = at < 0 ? "tests" : "tests/integration";
const targets = args.some((arg) => !arg.startsWith("-")) ? [] : [all];
const child = new Deno.Command(Deno.execPath(), {
  args: ["test", "--frozen", "-A", "--no-check", ...args, ...targets],
  env,
  stdout: "piped",
  stderr: "inherit",
}).spawn();

const decoder = new TextDecoder();
let tail = "";
for await (const chunk of child.stdout) {
  await Deno.stdout.write(chunk);
  tail = (tail + decoder.decode(chunk, { stream: true })).slice(-4000);
}
const { code } = await child.status;
// deno-lint-ignore no-control-regex -- colours
const plain = tail.replace(/\x1b\[[\d;]*m/g, "");
const count = (word: string): number =>
  Number([...plain.matchAll(new RegExp(`(\\d+) ${word}`, "g"))].at(-1)?.[1] ?? 0);
const failed = count("failed");
const skipped = count("ignored");
const more = skipped > 0 ? `, ${skipped} skipped` : "";
console.log(
  `${count("passed")} passed, ${code !== 0 ? Math.max(1, failed) : failed} failed${more}`,
);
Deno.exit(code);
