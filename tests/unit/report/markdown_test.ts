/**
 * Markdown for the summary of a CI job.
 */
import { renderMarkdown } from "../../../src/report/markdown.ts";
import { assert, assertEquals, assertStringIncludes } from "../../testing/assert.ts";
import { reportedRun } from "../../testing/reported_run.ts";

Deno.test("outcome, failures and hosts", () => {
  const text = renderMarkdown([
    reportedRun([
      { host: "a|b" },
      { host: "c", event: "failed", res: { msg: "no", stderr: "\x1b[31mline 1\nline 2\x1b[0m" } },
    ], { status: "failed", rc: "2", reason: "canceled" }),
  ]);
  assertEquals(text.split("\n").slice(0, 20), [
    "## ❌ `site.yml` failed",
    "",
    "run `one`, exit code `2`, 1.0 s, 2 hosts, 1 task",
    "",
    "Ended: `canceled`",
    "",
    "### Failures (1)",
    "",
    "- `c` failed in `Do it` (`/p/site.yml:3`)",
    "  ```text",
    "  no",
    "  stderr:",
    "  line 1",
    "  line 2",
    "  ```",
    "",
    "<details><summary>Hosts</summary>",
    "",
    "| host | ok | changed | skipped | failed | unreachable | rescued | ignored |",
    "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
  ]);
  assertStringIncludes(text, "| `a\\|b` | 1 | 0 | 0 | 0 | 0 | 0 | 0 |");
});

Deno.test("a text of others cannot leave its code span or block", () => {
  const text = renderMarkdown([
    reportedRun([{
      host: "``` <b>",
      task: "`x`\n# heading",
      event: "failed",
      res: { msg: "a", stdout: "````\n# not a heading" },
    }]),
  ]);
  assertStringIncludes(text, "- ```` ``` <b> ```` failed in");
  assert(!/^# /m.test(text));
  assertStringIncludes(text, "  `````text\n");
});

Deno.test("a summary stays below what GitHub takes", () => {
  const rows = Array.from({ length: 400 }, (_, at) => ({
    host: `h${at}`,
    event: "failed" as const,
    res: { msg: "x", stdout: "y".repeat(40_000) },
  }));
  const run = reportedRun(rows);
  const text = renderMarkdown(Array.from({ length: 20 }, () => run));
  assert(new TextEncoder().encode(text).length < 1 << 20);
  assertStringIncludes(text, "350 more failures left out");
  assertStringIncludes(text, "more runs left out");
});

Deno.test("a status that an object's prototype has is one that is not known", () => {
  const text = renderMarkdown([reportedRun([], { status: "constructor" })]);
  assertStringIncludes(text, "## ❔ `site.yml` constructor");
});
