/**
 * Turns a reader of very many events into a table: memory of the program while it reads.
 *
 * `deno run -A tests/bench/memory_bench.ts [EVENTS]`: a fake ansible-playbook makes the events, a
 * consumer reads them as they come and again afterwards, with each way of keeping events.
 *
 * @module
 */
// deno-lint-ignore-file no-console -- a table for people
import { type JobEvent, runAsync } from "../../mod.ts";

const FAKE = new URL("../fixtures/bin/fake_ansible_events", import.meta.url).pathname;
const count = Number(Deno.args[0] ?? 100_000);

/** Memory at so many points of a reading, in MB above where it began. */
interface Growth {
  readonly points: readonly number[];
  readonly seconds: number;
}

async function read(events: AsyncIterable<JobEvent>, base: number): Promise<Growth> {
  const points: number[] = [];
  const start = performance.now();
  let seen = 0;
  for await (const event of events) {
    if (event.counter !== ++seen) throw new Error(`Event ${event.counter} came as number ${seen}`);
    if (seen % (count / 10) === 0) points.push(toMb(Deno.memoryUsage().rss - base));
  }
  if (seen !== count) throw new Error(`${seen} of ${count} events`);
  return { points, seconds: (performance.now() - start) / 1000 };
}

function toMb(bytes: number): number {
  return Math.round(bytes / (1 << 20));
}

function row(name: string, { points, seconds }: Growth): string {
  const rate = Math.round(count / seconds);
  return `| ${name} | ${points.join(" ")} | ${rate.toLocaleString("en")} |`;
}

async function measure(privateDataDir: string, store: "files" | "jsonl"): Promise<string[]> {
  const base = Deno.memoryUsage().rss;
  const { runner, done } = runAsync({
    privateDataDir,
    ident: store,
    binary: FAKE,
    envvars: { FAKE_EVENTS: count },
    settings: { event_store: store },
  });
  const live = await read(runner.events, base);
  await done;
  const again = await read(runner.events, base);
  return [row(`${store}, as they come`, live), row(`${store}, afterwards`, again)];
}

if (import.meta.main) {
  const dir = Deno.makeTempDirSync({ prefix: "runner_memory_" });
  try {
    console.log(`${count} events of 1.5 KB; program at ${toMb(Deno.memoryUsage().rss)} MB before`);
    console.log("| events kept in | MB more at each tenth | events/s |\n|---|---|---|");
    for (const store of ["jsonl", "files"] as const) {
      for (const line of await measure(dir, store)) console.log(line);
    }
  } finally {
    Deno.removeSync(dir, { recursive: true });
  }
}
