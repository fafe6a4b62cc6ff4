/**
 * The command `report`: recorded runs to files, and a run of 100,000 events.
 */
import { renderPage } from "../../src/report/html/page.ts";
import { readReportedRun } from "../../src/report/read_run.ts";
import { assert, assertEquals, assertMatch, assertStringIncludes } from "../testing/assert.ts";
import { runCli } from "../testing/run_cli.ts";
import { RecordedRuns } from "../testing/recorded_runs.ts";
import { askPython, missingPython } from "../testing/python3.ts";
import { testOrSkip } from "../testing/skip.ts";

interface Told {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function report(runs: RecordedRuns, ...args: string[]): Promise<Told> {
  const decoder = new TextDecoder();
  const { code, stdout, stderr } = await runCli(["report", runs.dir, ...args], { cwd: runs.dir });
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

const COUNT = `
root = xml.etree.ElementTree.fromstring(data)
result = [len(root.findall(".//" + tag)) for tag in ("testsuite", "testcase", "failure", "skipped")]
`;

testOrSkip(
  "two runs, ours and the original's, in every format at once",
  missingPython("xml.etree.ElementTree"),
  async () => {
    using runs = new RecordedRuns();
    runs.add("ours");
    runs.add("original");
    const told = await report(
      runs,
      ...["-i", "ours", "original", "-o", "r.html", "--junit", "r.xml", "--markdown", "r.md"],
      "--annotations",
    );
    assertEquals([told.code, told.stderr], [0, ""]);
    const lines = told.stdout.trimEnd().split("\n");
    assertEquals(lines.length, 6);
    for (const line of lines) {
      assertMatch(line, /^::error file=\/private\/project\/deploy.yml,line=\d+,title=/);
    }
    const html = Deno.readTextFileSync(`${runs.dir}/r.html`);
    assertEquals(html.match(/<main /g)?.length, 2);
    const xml = Deno.readTextFileSync(`${runs.dir}/r.xml`);
    assertEquals(await askPython(COUNT, xml, ["xml.etree.ElementTree"]), [2, 44, 6, 16]);
    const markdown = Deno.readTextFileSync(`${runs.dir}/r.md`);
    assertEquals(markdown.match(/^### Failures \(3\)$/gm)?.length, 2);
    assertEquals(Deno.lstatSync(`${runs.dir}/r.html`).mode?.toString(8).slice(-3), "600");
  },
);

Deno.test("without flags a page of the latest run is written, and named", async () => {
  using runs = new RecordedRuns();
  runs.add("ours");
  assertEquals(await report(runs), { code: 0, stdout: "ansible-run-ours.html\n", stderr: "" });
  const html = Deno.readTextFileSync(`${runs.dir}/ansible-run-ours.html`);
  assertStringIncludes(html, "<title>deploy.yml: failed</title>");
});

Deno.test("standard output takes one report", async () => {
  using runs = new RecordedRuns();
  runs.add("ours");
  const one = await report(runs, "--markdown", "-");
  assertEquals([one.code, one.stdout.startsWith("## ❌ `deploy.yml` failed\n")], [0, true]);
  const two = await report(runs, "--markdown", "-", "--annotations");
  assertEquals([two.code, two.stdout], [2, ""]);
  assertStringIncludes(two.stderr, "Cannot print several reports");
});

Deno.test("what is no file is not written to, and a link is not followed", async () => {
  using runs = new RecordedRuns();
  runs.add("ours");
  Deno.writeTextFileSync(`${runs.dir}/precious`, "as it was");
  Deno.symlinkSync("precious", `${runs.dir}/link`);
  const told = await report(runs, "-o", "link");
  assertEquals(told.code, 1);
  assertStringIncludes(told.stderr, 'Cannot write "link": expected a file, found a link');
  assertEquals(Deno.readTextFileSync(`${runs.dir}/precious`), "as it was");
  assertStringIncludes(
    (await report(runs, "--junit", "artifacts")).stderr,
    "expected a file, found a directory",
  );
});

Deno.test("a run that is not there is named", async () => {
  using runs = new RecordedRuns();
  runs.add("ours");
  const told = await report(runs, "-i", "ours", "-i", "other");
  assertEquals(told.code, 1);
  assertStringIncludes(told.stderr, 'Cannot find run "other"');
});

const HOSTS = 100;
const TASKS = 1000;

/** A journal of a result for each host and task, hostile text in each. */
function writeJournal(dir: string): void {
  Deno.mkdirSync(dir, { recursive: true });
  using file = Deno.openSync(`${dir}/events.jsonl`, { create: true, write: true });
  const encoder = new TextEncoder();
  for (let task = 0; task < TASKS; task++) {
    let lines = "";
    for (let host = 0; host < HOSTS; host++) {
      const counter = task * HOSTS + host + 1;
      const time = new Date(counter * 10).toISOString().slice(0, -1);
      const name = counter % 997 === 0 ? "runner_on_failed" : "runner_on_ok";
      const res = `{"changed": ${counter % 3 === 0}, "stdout": "<b>${counter}${
        "\\u001b[31m<".repeat(6)
      }"}`;
      lines +=
        `{"uuid": "u${counter}", "counter": ${counter}, "stdout": "", "created": "${time}", "event": "${name}", ` +
        `"event_data": {"host": "host${host}", "task": "<script>${task}", "task_uuid": "t${task}", ` +
        `"task_path": "/p/site.yml:${task}", "start": "${time}", "end": "${time}", "res": ${res}}}\n`;
    }
    file.writeSync(encoder.encode(lines));
  }
  Deno.writeTextFileSync(`${dir}/rc`, "2");
  Deno.writeTextFileSync(`${dir}/status`, "failed");
  Deno.writeTextFileSync(`${dir}/stdout`, "\x1b[32mok: [host] <script>\x1b[0m\r\n".repeat(300_000));
}

Deno.test("a run of 100,000 events: below 5 s and 25 MB, and nothing of it becomes markup", async () => {
  const dir = Deno.makeTempDirSync();
  try {
    writeJournal(`${dir}/artifacts/large`);
    const before = process.cpuUsage();
    const run = await readReportedRun(`${dir}/artifacts/large`, {
      profileDir: `${dir}/none`,
      outputBytes: 4 << 20,
    });
    const html = await renderPage([run]);
    const { user, system } = process.cpuUsage(before);
    assertEquals(run.results.tasks.length, TASKS);
    assert((user + system) / 1e6 < 5, `${(user + system) / 1e6} s`);
    assert(new TextEncoder().encode(html).length < 25e6, `${html.length}`);
    assertEquals(html.match(/<script|<b>\d/g)?.length, 1);
    assertStringIncludes(html, "left out");
  } finally {
    Deno.removeSync(dir, { recursive: true });
  }
});
