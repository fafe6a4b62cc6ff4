/** Errors of ours as JSON on stderr: never mixed up with Ansible's exit code. */
import { assertEquals, assertStringIncludes } from "../testing/assert.ts";
import { TestPlace } from "../testing/data_dir.ts";

const JSON_ERRORS = ["--error-format", "json"];

/** Command line, and the object that is the one line of stderr. */
const ROWS: readonly (readonly [
  words: readonly string[],
  code: number,
  error: Readonly<Record<string, unknown>>,
])[] = [
  [["run", "private", ...JSON_ERRORS], 1, {
    code: "config.start_form",
    message: "The -p option must be specified",
  }],
  [["run", "private", "-p", "a.yml", "--inventory", "/nowhere", ...JSON_ERRORS], 1, {
    code: "config.inventory",
    message: "Inventory not found",
  }],
  [["run", "private", "--error-format=json", "--nonsense"], 2, {
    code: "usage",
    message: 'Unknown option "--nonsense"',
  }],
  [["--error-f", "json", "nonsense"], 2, { code: "usage", message: 'Unknown command "nonsense"' }],
  [["status", "private/none", ...JSON_ERRORS], 1, { code: "run.private_data_dir" }],
  [["run", "private", "-b", "/bin/sleep", "--cmdline", "60", "-q", ...JSON_ERRORS], 254, {
    code: "run.failed",
    reason: "job_timeout",
    ident: "x",
  }],
  [["run", "private", "-b", "/no/program", ...JSON_ERRORS], 127, {
    code: "run.failed",
    reason: "could_not_start",
    ident: "x",
  }],
];

Deno.test("--error-format json gives each error of ours as one line of JSON", async () => {
  for (const [words, code, error] of ROWS) {
    using place = new TestPlace({ "private/env/settings": "job_timeout: 0.2" });
    const ident = words.includes("-b") ? ["-i", "x"] : [];
    const result = await place.run([...words, ...ident]);
    assertEquals([words, result.code], [words, code]);
    const { type, message, exit_code, ...rest } = JSON.parse(result.stderr);
    assertEquals([type, exit_code], ["error", code]);
    assertStringIncludes(message, String(error["message"] ?? ""));
    for (const [name, value] of Object.entries(error)) {
      if (name !== "message") assertEquals([name, rest[name]], [name, value]);
    }
  }
});

Deno.test("--error-format json says nothing of what Ansible says by its exit code", async () => {
  using place = new TestPlace();
  const fails = ["run", "private", "-b", "/bin/sh", "--cmdline", "-c 'echo no; exit 1'"];
  assertEquals(await place.run([...fails, ...JSON_ERRORS]), {
    code: 1,
    stdout: "no\r\n",
    stderr: "",
  });
});

Deno.test("--error-format takes text and json, and the last one counts", async () => {
  using place = new TestPlace();
  const odd = await place.run(["run", "private", "--error-format", "xml"]);
  assertEquals(odd.code, 2);
  assertStringIncludes(odd.stderr, 'Option --error-format needs text or json, got "xml"');
  const text = await place.run(["run", "private", ...JSON_ERRORS, "--error-format", "text"]);
  assertStringIncludes(text.stderr, "The -p option must be specified");
});
