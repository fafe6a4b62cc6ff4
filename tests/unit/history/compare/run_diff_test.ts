/**
 * What is different between two runs.
 */
import { OutcomeFold } from "../../../../src/history/outcome.ts";
import { diffRuns, extraVarNames } from "../../../../src/history/compare/run_diff.ts";
import type { TaskResult } from "../../../../src/history/task_result.ts";
import { assertEquals } from "../../../testing/assert.ts";

function compared(
  results: readonly Partial<TaskResult>[],
  { seconds, command = "a" }: { seconds: number; command?: string },
): Parameters<typeof diffRuns>[0] {
  const whole = results.map((each) => ({ seconds: null, counter: 1, ...each }) as TaskResult);
  const times = [{ task: "t", seconds, hosts: 1 }];
  const outcome = { ...new OutcomeFold().finish(), results: whole, times };
  return { ident: command, outcome, command: [command], cwd: "/" };
}

Deno.test("states by host, task and which time it came; slower beyond noise; inputs", () => {
  const a = compared([
    { host: "x", task: "t", state: "ok" },
    { host: "x", task: "t", state: "ok" },
    { host: "y", task: "t", state: "failed" },
    { host: "y", task: "gone", state: "ok" },
  ], { seconds: 2 });
  const b = compared([
    { host: "x", task: "t", state: "ok" },
    { host: "x", task: "t", state: "changed" },
  ], { seconds: 4, command: "b" });
  const found = diffRuns(a, b);
  assertEquals(found.changed, [
    { host: "x", task: "t", a: "ok", b: "changed" },
    { host: "y", task: "t", a: "failed", b: null },
  ]);
  assertEquals(found.hosts, { appeared: [], vanished: ["y"] });
  assertEquals(found.tasks, { appeared: [], vanished: ["gone"] });
  assertEquals(found.slower, [{ task: "t", a: 2, b: 4 }]);
  assertEquals(found.inputs, [{ what: "command", a: "a", b: "b" }]);
  assertEquals(diffRuns(b, a).slower, []);
});

Deno.test("of extra vars only the names are told", () => {
  const words = ["-e", '{"secret": "x", "b": 1}', "-e", "c=1 d=2", "-e", "@file", "site.yml"];
  assertEquals(extraVarNames(words), "@file, b, c, d, secret");
});

Deno.test("commands that are cut into other words are not the same", () => {
  const run = compared([], { seconds: 1 });
  const [a, b] = [{ ...run, command: ["a b"] }, { ...run, command: ["a", "b"] }];
  assertEquals(diffRuns(a, b).inputs, [{ what: "command", a: "'a b'", b: "a b" }]);
});
