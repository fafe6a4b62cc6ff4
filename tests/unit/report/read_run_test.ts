/**
 * What a report knows of a run: ours, the original's, damaged and hostile ones.
 */
import { readReportedRun, type ReportedRun } from "../../../src/report/read_run.ts";
import { assert, assertEquals, assertRejects } from "../../testing/assert.ts";
import { RECORDED_RUNS, RecordedRuns } from "../../testing/recorded_runs.ts";

function read(dir: string, outputBytes = 1 << 20): Promise<ReportedRun> {
  return readReportedRun(dir, { profileDir: `${dir}/none`, outputBytes });
}

for (const kind of RECORDED_RUNS) {
  Deno.test(`${kind}: outcome, command, results`, async () => {
    using runs = new RecordedRuns();
    const run = await read(runs.add(kind));
    assertEquals([run.ident, run.status, run.rc, run.what], [kind, "failed", "4", "deploy.yml"]);
    assertEquals([run.results.tasks.length, run.results.hosts.length], [8, 4]);
    assert(run.command.length > 1);
  });
}

const DAMAGES: readonly (readonly [string, (dir: string) => void])[] = [
  ["no status", (dir) => Deno.removeSync(`${dir}/status`)],
  ["no command", (dir) => Deno.removeSync(`${dir}/command`)],
  ["half a command", (dir) => Deno.writeTextFileSync(`${dir}/command`, '{"command": [')],
  ["odd command", (dir) => Deno.writeTextFileSync(`${dir}/command`, '{"command": {"a": 1}}')],
  ["a link as output", (dir) => Deno.symlinkSync("/etc/passwd", `${dir}/stdout`)],
  ["a directory as output", (dir) => Deno.mkdirSync(`${dir}/stdout`)],
];

for (const [title, damage] of DAMAGES) {
  Deno.test(`a damaged run, ${title}: what is left is told`, async () => {
    using runs = new RecordedRuns();
    const dir = runs.add("original");
    damage(dir);
    const run = await read(dir);
    assertEquals(run.results.tasks.length, 8);
    assertEquals(run.output, { head: "", tail: "", left: 0 });
  });
}

Deno.test("of a long output the two ends are told, in whole lines", async () => {
  using runs = new RecordedRuns();
  const dir = runs.add("original");
  Deno.writeTextFileSync(`${dir}/stdout`, "0123456789\n".repeat(100));
  const { output } = await read(dir, 100);
  assertEquals(output, {
    head: "0123456789\n".repeat(2),
    tail: "0123456789\n".repeat(6),
    left: 1000,
  });
});

Deno.test("a directory without a run is none", async () => {
  using runs = new RecordedRuns();
  await assertRejects(() => read(runs.root), "expected the artifact directory of a run");
});
