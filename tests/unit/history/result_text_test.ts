/**
 * What people read of a module's result.
 */
import { cutText, textsOf } from "../../../src/history/result_text.ts";
import { assert, assertEquals } from "../../testing/assert.ts";

const ALL = { limit: 10_000, data: true };

function told(res: Record<string, unknown>, options = ALL): string[] {
  return textsOf(res, options).map(({ kind, text }) => `${kind}: ${text}`);
}

const ROWS: readonly (readonly [Record<string, unknown>, readonly string[]])[] = [
  [{ msg: "hello", changed: false, invocation: { module_args: {} } }, ["message: hello"]],
  [{ cmd: ["echo", "a"], stdout: "a", stdout_lines: ["a"], stderr: "", rc: 0, msg: "" }, [
    "command: echo a",
    "stdout: a",
  ]],
  [{ rc: 3, stderr: "bad" }, ["stderr: bad", "data: rc: 3"]],
  [{ module_stdout: "x", module_stderr: "y", exception: "y" }, ["stdout: x", "stderr: y"]],
  [{ exception: "Traceback" }, ["stderr: Traceback"]],
  [{ censored: "hidden", msg: "secret" }, ["message: hidden"]],
  [{ answer: 42 }, ['data: {\n  "answer": 42\n}']],
  [{ msg: ["a", 1] }, ['message: [\n  "a",\n  1\n]']],
  [{ results: [{ item: "a", changed: true, stdout: "x" }, { item: { b: 1 }, failed: true }] }, [
    "item: changed: a",
    "stdout: x",
    'item: failed: {\n  "b": 1\n}',
  ]],
  [{ results: "none", msg: null }, []],
];

for (const [res, expected] of ROWS) {
  Deno.test(`a result of ${JSON.stringify(res)}`, () => assertEquals(told(res), [...expected]));
}

Deno.test("what has no text of its own is told only when that is asked for", () => {
  assertEquals(told({ answer: 42, rc: 1 }, { ...ALL, data: false }), []);
});

Deno.test("all texts together keep within the limit, and say what was cut", () => {
  const texts = textsOf({ msg: "m".repeat(60), stdout: "o".repeat(60), stderr: "e" }, {
    limit: 100,
    data: false,
  });
  assertEquals(texts.map(({ kind, text, cut }) => [kind, text.length, cut]), [
    ["message", 60, 0],
    ["stdout", 40, 21],
  ]);
});

Deno.test("a loop over thousands is told in part", () => {
  const results = Array.from({ length: 5_000 }, (_, item) => ({ item }));
  const items = told({ results });
  assertEquals(items.length, 201);
  assertEquals(items.at(-1), "item: and 4800 more items");
});

Deno.test("a cut never leaves half of a character", () => {
  assertEquals(cutText("ab😀c", 3), "ab");
  assertEquals(cutText("ab😀c", 4), "ab😀");
  assert(cutText("abc", 3) === "abc");
});
