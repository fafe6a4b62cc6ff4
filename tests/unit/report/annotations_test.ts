/**
 * Workflow commands of GitHub.
 */
import { renderAnnotations } from "../../../src/report/annotations.ts";
import { assertEquals } from "../../testing/assert.ts";
import { reportedRun, type ResultRow } from "../../testing/reported_run.ts";

const ROWS: readonly (readonly [string, ResultRow, string])[] = [
  [
    "a file below the checkout is named from there",
    { event: "failed", res: { msg: "no" } },
    "::error file=site.yml,line=3,title=Do it failed on web1::no",
  ],
  [
    "another file is named in full, and a task may have none",
    { event: "unreachable", path: "/else/r.yml:12", res: { msg: "gone" } },
    "::error file=/else/r.yml,line=12,title=Do it unreachable on web1::gone",
  ],
  [
    "neither a message nor a name is a command or a property of its own",
    {
      event: "failed",
      task: "a,b: 50%\n::error::x",
      path: "",
      res: { msg: "50%\n::set-output name=x::y" },
    },
    "::error title=a%2Cb%3A 50%25\\n%3A%3Aerror%3A%3Ax failed on web1::50%25 ::set-output name=x::y",
  ],
  ["what went well is not told", { event: "ok" }, ""],
  ["nor what was ignored", { event: "failed", ignored: true }, ""],
];

for (const [title, row, expected] of ROWS) {
  Deno.test(title, () => {
    assertEquals(renderAnnotations([reportedRun([row])], "/p").trimEnd(), expected);
  });
}

Deno.test("a run that failed without a failed task is told", () => {
  const run = reportedRun([], { status: "failed", rc: "4" });
  assertEquals(renderAnnotations([run], "/p"), "::error title=Run one%3A failed::Exit code 4\n");
});
