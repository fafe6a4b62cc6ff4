import { assert } from "../../testing/assert.ts";
import { inParallel } from "../../testing/data_dir.ts";
import { type FailedRun, FailingCalls, whyNoFailingCalls } from "../../testing/failing_call.ts";
import { BIN } from "../../testing/scene.ts";
import { testOrSkip } from "../../testing/skip.ts";

const ARGS = ["run", ".", "-i", "a", "-b", `${BIN}/fake_ansible_events`];

/** Calls of each kind; all of them with RUNNER_TEST_LONG=1. */
const SAMPLE = [
  "realpath */private",
  "mkdir */.run-*",
  "opendir */private/env",
  "opendir */artifacts/a",
  "mkdir */job_events",
  "write */spool",
  "read */spool",
  "rename */1-*.json",
  "statx */rc.*.new",
  "rename */artifacts/a/.run-dead-*",
  "unlinkat */spool",
];

/** What fails each call, and what the run is given besides. */
const WAYS: readonly { title: string; errno?: number; settings?: string; long: boolean }[] = [
  { title: "as it would", long: false },
  { title: "with EIO, events in one file", errno: 5, settings: "event_store: jsonl\n", long: true },
];

const IS_LONG = Deno.env.get("RUNNER_TEST_LONG") === "1";

for (const { title, long, ...way } of WAYS) {
  testOrSkip(
    `a call of the system that fails once (${title}) ends in one clear line, and all files agree`,
    whyNoFailingCalls() ?? (long && !IS_LONG ? "only with RUNNER_TEST_LONG=1" : undefined),
    async () => {
      using shim = new FailingCalls();
      const { calls } = await shim.run(0, ARGS, way);
      const sample = IS_LONG
        ? calls.map((_, at) => ({ nth: at + 1, match: "*" }))
        : SAMPLE.map((match) => ({ nth: 1, match }));
      const complaints: string[] = [];
      await inParallel(sample.map(({ nth, match }) => async () => {
        const run = await shim.run(nth, ARGS, { ...way, match });
        const what = IS_LONG ? `[${nth}] ${run.calls[nth - 1]}` : match;
        if (!IS_LONG && !run.hasFailed) complaints.push(`${match}: no such call`);
        for (const complaint of complaintsOf(run)) {
          complaints.push(`${what}: ${complaint}\n${run.stderr.trim()}`);
        }
      }));
      assert(complaints.length === 0, complaints.sort().join("\n\n"));
    },
  );
}

testOrSkip(
  "a file system that refuses chmod on what a run has just made is a warning",
  whyNoFailingCalls(),
  async () => {
    using shim = new FailingCalls();
    const [EPERM, EOPNOTSUPP] = [1, 95];
    for (const errno of [EPERM, EOPNOTSUPP]) {
      const { code, stderr, ending, left, hasFailed } = await shim.run(-1, ARGS, {
        match: "chmod *",
        errno,
      });
      assert(hasFailed, "no chmod at all");
      assert(/warning: Cannot set the mode of ".*\/artifacts" to 0700: O/.test(stderr), stderr);
      assert(code === 0 && agree(code, ending) && left.length === 0, JSON.stringify(ending));
    }
  },
);

/** What is wrong with how a run ended in which a call failed. */
function complaintsOf({ code, stderr, ending, left, dir }: FailedRun): string[] {
  const errors = stderr.split("\n").filter((line) => line.startsWith("error: "));
  const isNamed = errors.some((line) =>
    [dir, "/run/ansible-runner", '"env/', '"args"'].some((path) => line.includes(path))
  );
  return [
    ...left.map((path) => `left: ${path}`),
    ...(/please report|at file:/.test(stderr) ? ["no clear line"] : []),
    ...(errors.length === (code === 0 ? 0 : 1) ? [] : [`${errors.length} errors`]),
    ...(code === 0 || isNamed ? [] : ["no path named"]),
    ...(agree(code, ending) ? [] : [`exit code ${code} with ${JSON.stringify(ending)}`]),
  ];
}

/** A run that failed before its program was started has left no files. */
function agree(code: number, { rc, status, reason }: FailedRun["ending"]): boolean {
  const found = [code, rc, status, reason].join(" ");
  return ["0 0 successful exit", "1 254 failed artifacts_failed", "1   "].includes(found);
}
