/**
 * Runs the tests and ends with one line that counts them: `N passed, N failed, N skipped`.
 *
 * `deno run -A scripts/run_tests.ts [--binary PATH] [FILES OR OPTIONS OF deno test]`. With a binary
 * the tests that use the command line run it in place of the sources.
 *
 * @module
 */
// deno-lint-ignore-file no-console -- a script for people

const args = [...Deno.args];
const env: Record<string, string> = {};
const at = args.indexOf("--binary");
if (at >= 0) {
  const [, path] = args.splice(at, 2);
  env["RUNNER_TEST_BINARY"] = Deno.realPathSync(path ?? "");
}
const targets = args.some((arg) => !arg.startsWith("-")) ? [] : ["tests"];
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
