/**
 * JUnit XML, as a real parser reads it.
 */
import { renderJunit } from "../../../src/report/junit.ts";
import { assertEquals } from "../../testing/assert.ts";
import { askPython, missingPython } from "../../testing/python3.ts";
import { reportedRun } from "../../testing/reported_run.ts";
import { testOrSkip } from "../../testing/skip.ts";

const READ = `
root = xml.etree.ElementTree.fromstring(data)
result = [[suite.attrib["name"], [suite.attrib[k] for k in ("tests", "failures", "errors", "skipped")],
           [[case.attrib["classname"], case.attrib["name"],
             [[child.tag, child.attrib.get("message"), child.text] for child in case]]
            for case in suite]] for suite in root]
`;

function read(xml: string): Promise<unknown> {
  return askPython(READ, xml, ["xml.etree.ElementTree"]);
}

const lacks = missingPython("xml.etree.ElementTree");

testOrSkip("a case for each host and task, with what came of it", lacks, async () => {
  const xml = renderJunit([reportedRun([
    { host: "a", task: "one" },
    { host: "b", task: "one", event: "skipped" },
    {
      host: "c",
      task: "one",
      event: "failed",
      res: { msg: "non-zero return code", stderr: "x\nbad" },
    },
    { host: "d", task: "one", event: "unreachable", res: { msg: "no route" } },
    { host: "a", task: "two", event: "failed", ignored: true, res: { msg: "never mind" } },
    { host: "a", task: "three", play: "Second" },
  ])]);
  assertEquals(await read(xml), [
    ["one: Play", ["5", "2", "0", "1"], [
      ["a", "one", []],
      ["b", "one", [["skipped", null, null]]],
      ["c", "one", [[
        "failure",
        "non-zero return code: bad",
        "non-zero return code\nstderr:\nx\nbad",
      ]]],
      ["d", "one", [["failure", "no route", "no route"]]],
      ["a", "two", [["system-out", null, "ignored: never mind"]]],
    ]],
    ["one: Second", ["1", "0", "0", "0"], [["a", "three", []]]],
  ]);
});

testOrSkip(
  "whatever stands in names and texts, it is XML, and they are as they were",
  lacks,
  async () => {
    const name = `<script>&"'\x00\x1b[31m\u202e\ufffe`;
    const xml = renderJunit([
      reportedRun([{
        host: name,
        task: name,
        event: "failed",
        res: { msg: "]]>\x07", stdout: "\ud800" },
      }]),
    ]);
    const shown = `<script>&"'\\u0000\\u001b[31m\\u202e\ufffd`;
    assertEquals(await read(xml), [["one: Play", ["1", "1", "0", "0"], [
      [shown, shown, [["failure", "]]>\\u0007", "]]>\\u0007\nstdout:\n\\ud800"]]],
    ]]]);
  },
);

testOrSkip("a name that comes again is another one", lacks, async () => {
  const xml = renderJunit([reportedRun([{}, { play: "Play", task: "Do it" }])]);
  const [[, , cases]] = await read(xml) as [[string, string[], [string, string][]]];
  assertEquals(cases.map(([, name]) => name), ["Do it", "Do it (2)"]);
});

for (
  const [status, rows, expected] of [
    ["successful", [], []],
    ["running", [{ event: "start" }], [["one: Play", ["0", "0", "0", "0"], []]]],
    ["canceled", [{ event: "start" }], [["one: Play", ["1", "0", "1", "0"], [
      ["web1", "Do it", [["error", "Run ended: canceled", null]]],
    ]]]],
    ["failed", [], [["one", ["1", "0", "1", "0"], [
      ["one", "site.yml", [["error", "failed, exit code 4", "ERROR! bad"]]],
    ]]]],
  ] as const
) {
  testOrSkip(`a run that is ${status} though no task failed`, lacks, async () => {
    const output = { head: "\x1b[31mERROR! bad\x1b[0m", tail: "", left: 0 };
    const xml = renderJunit([reportedRun(rows, { status, rc: "4", output })]);
    assertEquals(await read(xml), expected);
  });
}
