/**
 * The kept events of a run read back in this process, for the bench: prints what that cost as JSON.
 *
 * `read_back.ts DIR EVENTS files|jsonl`: a run makes EVENTS events first, which is not counted.
 *
 * @module
 */
// deno-lint-ignore-file no-console -- its answer is its output
import { run, Runner } from "../../mod.ts";
import { ownCpu } from "./own_cpu.ts";

const [dir = "", events = "0", store = "files"] = Deno.args;
const count = Number(events);
const ident = "read";
const artifacts = `${dir}/artifacts/${ident}`;

await run({
  privateDataDir: dir,
  binary: new URL("../fixtures/bin/fake_ansible_events", import.meta.url).pathname,
  ident,
  quiet: true,
  settings: { event_store: store === "jsonl" ? "jsonl" : "files" },
  envvars: { FAKE_EVENTS: count },
});

/** The last event of a real run: the counts of its hosts are taken from it. */
function addStats(): void {
  const data = { ok: { host: 1 }, changed: {}, dark: {}, failures: {}, processed: { host: 1 } };
  const text = JSON.stringify({
    uuid: "00000000-0000-4000-8000-ffffffffffff",
    counter: count + 1,
    event: "playbook_on_stats",
    stdout: "",
    event_data: data,
  });
  if (store === "jsonl") {
    Deno.writeTextFileSync(`${artifacts}/events.jsonl`, `${text}\n`, { append: true });
  } else {
    const name = `${count + 1}-00000000-0000-4000-8000-ffffffffffff.json`;
    Deno.writeTextFileSync(`${artifacts}/job_events/${name}`, text);
  }
}

addStats();
const [start, cpu] = [performance.now(), ownCpu()];
await using runner = await Runner.fromArtifacts(artifacts);
let seen = 0;
for await (const event of runner.events) if (event.counter === seen + 1) seen++;
if (seen !== count + 1) throw new Error(`${seen} of ${count + 1} events`);
const [seconds, used] = [(performance.now() - start) / 1000, ownCpu() - cpu];

const again = performance.now();
await using another = await Runner.fromArtifacts(artifacts);
if (another.stats?.ok["host"] !== 1) throw new Error("no stats");
console.log(JSON.stringify({ seconds, ownCpu: used, statsMs: performance.now() - again }));
