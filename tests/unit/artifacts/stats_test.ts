import { findPastStats } from "../../../src/artifacts/stats.ts";
import { assertEquals } from "../../testing/assert.ts";
import { usingDir } from "../../testing/runs.ts";

function event(name: string, data: unknown): string {
  return JSON.stringify({ uuid: "u", counter: 1, stdout: "", event: name, event_data: data });
}

const STATS = event("playbook_on_stats", { ok: { h: 2 }, failures: { h: 1 } });
const MENTION = event("runner_on_ok", { res: { msg: "playbook_on_stats" } });

Deno.test("findPastStats takes the last stats event of a journal, whatever comes after it", async () => {
  await usingDir((dir) => {
    const long = event("verbose", { text: "x".repeat(200_000) });
    const first = STATS.replace("2", "9");
    Deno.writeTextFileSync(`${dir}/events.jsonl`, [first, STATS, MENTION, long, ""].join("\n"));
    const stats = findPastStats(dir);
    assertEquals([stats?.ok, stats?.failures, stats?.dark], [{ h: 2 }, { h: 1 }, {}]);
    return Promise.resolve();
  });
});

Deno.test("findPastStats reads event files from the last one on", async () => {
  await usingDir((dir) => {
    Deno.mkdirSync(`${dir}/job_events`);
    const uuid = "8a3f2c1e-0000-4000-8000-000000000001";
    for (const [counter, text] of [[2, "{"], [9, STATS], [10, MENTION]] as const) {
      Deno.writeTextFileSync(`${dir}/job_events/${counter}-${uuid}.json`, text);
    }
    assertEquals(findPastStats(dir)?.ok, { h: 2 });
    return Promise.resolve();
  });
});

Deno.test("findPastStats finds none where there is none", async () => {
  await usingDir((dir) => {
    assertEquals(findPastStats(dir), undefined);
    return Promise.resolve();
  });
});
