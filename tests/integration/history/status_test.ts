/**
 * `status`: the list of runs as text and as JSON.
 */
import { assert, assertEquals, assertStringIncludes } from "../../testing/assert.ts";
import { RecordedRuns } from "../../testing/recorded_runs.ts";
import { Scene } from "../../testing/scene.ts";

Deno.test("status: text within 80 columns, escaped; JSON with -j; filters", async () => {
  await using scene = new Scene();
  using runs = new RecordedRuns();
  const dir = runs.add("ours", "evil");
  Deno.writeTextFileSync(
    `${dir}/command`,
    '{"command": ["ansible-playbook", "\\u001b[2J\\u202e.yml"]}',
  );
  runs.add("original");
  const { stdout } = await scene.ok(["status", runs.dir]);
  assertStringIncludes(
    stdout,
    "\n  deploy.yml: 1 changed, 2 failed, 1 unreachable\n  gone: Reach: ",
  );
  assertStringIncludes(stdout, "\n  \\u001b[2J\\u202e.yml: ");
  assert(stdout.split("\n").every((line) => line.length <= 80), stdout);
  const json = JSON.parse((await scene.ok(["status", "-j", runs.dir, "--last", "1"])).stdout);
  assertEquals(json.length, 1);
  const [{ status, rc, hosts, failed }] = json;
  assertEquals({ status, rc, hosts }, {
    status: "failed",
    rc: 4,
    hosts: { ok: 0, changed: 1, failed: 2, unreachable: 1 },
  });
  assertEquals(failed[0].host, "gone");
  assertEquals((await scene.ok(["status", "-j", runs.dir, "--running"])).stdout, "[]\n");
  const bad = await scene.cli(["status", runs.dir, "--since", "lately"]);
  assertEquals(bad.code, 2);
  assertStringIncludes(bad.stderr, 'Cannot read the time "lately"');
});

Deno.test("status of a run that goes on", async () => {
  await using scene = new Scene();
  await scene.ok(["start", ".", "-i", "live", "--binary", "/bin/sleep", "--cmdline", "60"]);
  const [run] = JSON.parse((await scene.ok(["status", ".", "--running", "-j"])).stdout);
  assertEquals([run.ident, run.status, run.rc, run.program], ["live", "running", null, "sleep"]);
  await scene.ok(["stop", ".", "-i", "live"]);
});
