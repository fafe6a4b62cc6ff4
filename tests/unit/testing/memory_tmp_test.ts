import { type TestCall, whyNoMemoryTmp } from "../../testing/memory_tmp.ts";
import { assertEquals } from "../../testing/assert.ts";

const CALL: TestCall = {
  argv: ["/usr/bin/deno", "run", "-A", "run_tests.ts"],
  env: { PATH: "/usr/bin:/bin", TMPDIR: "/tmp" },
  cwd: "/work",
};
const USED = "the tests use what is in /tmp";

for (
  const [title, call, free, expected] of [
    ["a checkout elsewhere", {}, 8 << 20, undefined],
    ["little memory", {}, 1 << 20, "less than 6 GiB of memory are free"],
    ["another TMPDIR", { env: { TMPDIR: "/scratch" } }, 8 << 20, "TMPDIR names another directory"],
    ["a checkout in /tmp", { cwd: "/tmp/checkout" }, 8 << 20, USED],
    ["a program in /tmp", { argv: ["--binary", "/tmp/runner"] }, 8 << 20, USED],
    ["a report in /tmp", { argv: ["--junit-path=/tmp/report"] }, 8 << 20, USED],
    ["programs in /tmp", { env: { PATH: "/bin:/tmp/venv/bin" } }, 8 << 20, USED],
    [
      "one that is within",
      { env: { RUNNER_TEST_MEMORY_TMP: "1" } },
      8 << 20,
      "it is in memory already",
    ],
    [
      "one told not to",
      { env: { RUNNER_TEST_MEMORY_TMP: "0" } },
      8 << 20,
      "RUNNER_TEST_MEMORY_TMP=0",
    ],
  ] as const
) {
  Deno.test(`/tmp in memory: ${title}`, () => {
    assertEquals(whyNoMemoryTmp({ ...CALL, ...call }, free), expected);
  });
}
