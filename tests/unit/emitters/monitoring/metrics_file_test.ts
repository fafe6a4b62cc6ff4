import { MetricsFile } from "../../../../src/emitters/monitoring/metrics_file.ts";
import { assert, assertEquals } from "../../../testing/assert.ts";

/** Lines of the file after some messages, as JSON. */
async function linesAfter(
  statuses: readonly string[],
  events: readonly string[],
): Promise<string[]> {
  const path = Deno.makeTempFileSync();
  try {
    const file = new MetricsFile({ path, ident: "a", waiting: () => [], warn: () => {} });
    for (const json of events) await file.send({ kind: "event", json, id: "a/1" });
    for (const json of statuses) await file.send({ kind: "status", json, id: "a/x" });
    file.close();
    return Deno.readTextFileSync(path).split("\n");
  } finally {
    Deno.removeSync(path);
  }
}

Deno.test("MetricsFile knows a worker's error as a status", async () => {
  const lines = await linesAfter(['{"status": "error"}'], []);
  assert(lines.includes('ansible_runner_run_status{status="error"} 1'));
  assertEquals(lines.filter((line) => line.startsWith("ansible_runner_run_status")).length, 7);
});
