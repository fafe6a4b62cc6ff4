/**
 * What a list says about a run: ours, the original's, and damaged ones.
 */
import { commandWords, summarize } from "../../../src/history/summary.ts";
import { assertEquals } from "../../testing/assert.ts";
import { RECORDED_RUNS, RecordedRuns } from "../../testing/recorded_runs.ts";

const HOSTS = { ok: 0, changed: 1, failed: 2, unreachable: 1 };

for (const run of RECORDED_RUNS) {
  Deno.test(`${run}: status, hosts, and failures without the ignored and the rescued one`, () => {
    using runs = new RecordedRuns();
    const found = summarize(runs.add(run));
    assertEquals(found?.status, "failed");
    assertEquals(found?.rc, 4);
    assertEquals(found?.hosts, HOSTS);
    assertEquals(found?.playbook, "deploy.yml");
    assertEquals(found?.failed.map(({ host, task }) => `${host} ${task}`), [
      "gone Reach",
      "db1 Restart",
      "web2 Loop",
    ]);
    assertEquals((found?.duration ?? 0) > 5, true);
  });
}

/** What is broken, and what is known all the same. */
const DAMAGED: readonly (readonly [what: string, breakIt: (dir: string) => void, known: object])[] =
  [
    ["no rc", (dir) => Deno.removeSync(`${dir}/rc`), { rc: null, status: "failed", hosts: HOSTS }],
    ["no status", (dir) => Deno.removeSync(`${dir}/status`), {
      rc: 4,
      status: "unknown",
      hosts: HOSTS,
    }],
    ["None as rc", (dir) => Deno.writeTextFileSync(`${dir}/rc`, "None"), {
      rc: null,
      hosts: HOSTS,
    }],
    ["no command", (dir) => Deno.removeSync(`${dir}/command`), { rc: 4, playbook: undefined }],
    ["half a command", (dir) => Deno.truncateSync(`${dir}/command`, 20), {
      rc: 4,
      playbook: undefined,
    }],
    ["odd command", (dir) => Deno.writeTextFileSync(`${dir}/command`, '{"command": [1, {}]}'), {
      rc: 4,
    }],
    ["odd reason", (dir) => Deno.writeTextFileSync(`${dir}/reason`, "[1]"), {
      rc: 4,
      hosts: HOSTS,
    }],
    ["no events", (dir) => Deno.removeSync(`${dir}/job_events`, { recursive: true }), {
      hosts: null,
    }],
    ["events are a file", eventsAreFile, { rc: 4, hosts: null }],
    ["no stats, cut JSON", cutStats, { hosts: null }],
    ["a pipe as event", pipeAsEvent, { hosts: HOSTS }],
  ];

function eventsAreFile(dir: string): void {
  Deno.removeSync(`${dir}/job_events`, { recursive: true });
  Deno.writeTextFileSync(`${dir}/job_events`, "");
}

function eventFile(dir: string, counter: number): string {
  const files = [...Deno.readDirSync(`${dir}/job_events`)];
  const found = files.find(({ name }) => name.startsWith(`${counter}-`));
  return `${dir}/job_events/${found?.name}`;
}

function cutStats(dir: string): void {
  Deno.truncateSync(eventFile(dir, 59), 300);
}

function pipeAsEvent(dir: string): void {
  const path = eventFile(dir, 55);
  Deno.removeSync(path);
  new Deno.Command("mkfifo", { args: [path] }).outputSync();
}

for (const [what, breakIt, known] of DAMAGED) {
  Deno.test(`a damaged run, ${what}: what is left is told`, () => {
    using runs = new RecordedRuns();
    const dir = runs.add("ours");
    breakIt(dir);
    const found: object | undefined = summarize(dir);
    const told = Object.fromEntries(
      Object.keys(known).map((key) => [key, Reflect.get(found ?? {}, key)]),
    );
    assertEquals(told, { ...known });
  });
}

Deno.test("without event data the output still tells the host", () => {
  using runs = new RecordedRuns();
  const dir = runs.add("ours");
  for (const { name } of Deno.readDirSync(`${dir}/job_events`)) {
    const path = `${dir}/job_events/${name}`;
    const event = JSON.parse(Deno.readTextFileSync(path));
    Deno.writeTextFileSync(path, JSON.stringify({ ...event, event_data: {} }));
  }
  const hosts = summarize(dir)?.failed.map(({ host }) => host);
  assertEquals(hosts, ["web1", "gone", "web2", "db1", ""]);
});

Deno.test("a directory without traces of a run is none", () => {
  using runs = new RecordedRuns();
  Deno.mkdirSync(`${runs.root}/notes`);
  assertEquals(summarize(`${runs.root}/notes`), undefined);
});

Deno.test("of a command only its words are taken", () => {
  assertEquals(commandWords({ command: ["a", { toString: 1 }, 2, "b"] }), ["a", "b"]);
  assertEquals(commandWords({ command: "a" }), []);
});
