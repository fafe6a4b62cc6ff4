import { COMMANDS } from "../../../../src/cli/flags/commands.ts";
import { FLAGS } from "../../../../src/cli/flags/table.ts";
import { renderManPage } from "../../../../src/cli/docs/man_page.ts";
import { renderReference } from "../../../../src/cli/docs/readme_tables.ts";
import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "../../../testing/assert.ts";

Deno.test("renderReference has a row for each command and flag", () => {
  const rows = renderReference().split("\n").filter((line) => line.startsWith("| `"));
  assertEquals(rows.length, COMMANDS.length + FLAGS.length);
  for (const { long, doc } of FLAGS) {
    const own = rows.filter((row) => row.includes(`| ${doc.replaceAll("|", "\\|")} |`));
    assert(own.some((row) => long === undefined || row.includes(`\`--${long}`)), doc);
  }
});

Deno.test("renderReference gives every row of a table the same number of cells", () => {
  const widths = new Map<string, Set<number>>();
  let table = "";
  for (const line of renderReference().split("\n")) {
    if (!line.startsWith("|")) table = "";
    else table ||= line;
    if (table === "") continue;
    const cells = line.replaceAll("\\|", "").split("|").length;
    widths.set(table, (widths.get(table) ?? new Set()).add(cells));
  }
  assertEquals([...widths.values()].map((set) => set.size), [1, 1]);
});

Deno.test("renderManPage has every flag and command, escaped", () => {
  const page = renderManPage({ version: "1.2.3", date: "2026-01-02" });
  assertMatch(page, /^\.TH ANSIBLE\\-RUNNER 1 "2026-01-02" "ansible-runner 1\.2\.3"/);
  for (const { long } of FLAGS) {
    if (long !== undefined) assertStringIncludes(page, `\\-\\-${long.replaceAll("-", "\\-")}`);
  }
  for (const { name } of COMMANDS) {
    assertStringIncludes(page, `.SS ${name.replaceAll("-", "\\-")}\n`);
  }
  for (const line of page.split("\n")) {
    assert(!/^['.]/.test(line) || /^\.(TH|SH|SS|TP|B|I|BR)( |$)/.test(line), line);
  }
});
