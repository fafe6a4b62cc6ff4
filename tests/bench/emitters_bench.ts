/**
 * Prints how many events emitters send, and by how much a run grows that has one.
 *
 * `deno run -A tests/bench/emitters_bench.ts [ROUNDS]`: medians of ROUNDS (5), in turns; the receiver
 * is a process of its own. On a busy machine only the figures by CPU hold; those of the first table
 * are of our process alone, those of the second of the run's whole tree of processes.
 *
 * @module
 */
// deno-lint-ignore-file no-console -- prints a table for people
import type { Emitter } from "../../src/emitters/emitter.ts";
import { HttpEmitter } from "../../src/emitters/http/http_emitter.ts";
import { openOtel } from "../../src/emitters/otel/open_otel.ts";
import { Emitters } from "../../src/emitters/run_emitters.ts";
import { EventRecord } from "../../src/events/event_json.ts";
import { cliCommand } from "../testing/scene.ts";
import { inTurns, median, ratio, type Variant } from "./measure.ts";

const EVENTS = 20_000;
const ROUNDS = Number(Deno.args[0] ?? 5);
const RECEIVER = new URL("http_receiver.py", import.meta.url).pathname;

const BODY = new TextEncoder().encode(
  `{"event": "runner_on_ok", "event_data": {"host": "h", "task": "t", "start": "2026-11-25T10:00:00.0", ` +
    `"end": "2026-11-25T10:00:01.0", "res": {"msg": "${"x".repeat(1000)}"}}}`,
);

/** What runs do: modules that are sent and started; and what has most events in a second. */
const PLAYBOOKS: Readonly<Record<string, string>> = {
  "24 modules, 75 events": playbook("    - ping:\n", 24),
  "400 messages in loops, 523 events": playbook(
    "    - {debug: {msg: hello}, loop: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]}\n",
    40,
  ),
};

function playbook(task: string, times: number): string {
  return `- hosts: all\n  gather_facts: false\n  tasks:\n${task.repeat(times)}`;
}

/** CPU seconds of this process alone, from /proc (in ticks of 10 ms). */
function ownCpu(): number {
  const fields = Deno.readTextFileSync("/proc/self/stat").split(") ")[1]?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

/** Sends all events; how many in a second, and in a second of our CPU. */
async function rates(emitters: readonly Emitter[]): Promise<readonly [wall: number, cpu: number]> {
  const dir = Deno.makeTempDirSync({ dir: "/dev/shm", prefix: "runner-bench-" });
  const fail = (error: Error): void => console.error(error.message);
  const options = { warn: console.error, fail, deadlineMs: 600_000, recordDir: () => dir };
  const [wall, cpu] = [performance.now(), ownCpu()];
  {
    await using all = new Emitters(emitters, { ident: "a", ...options });
    for (let counter = 1; counter <= EVENTS; counter++) {
      const body = { key: "1.1", uuid: `u${counter}`, json: BODY };
      const event = { counter, stdout: "ok: [h]", startLine: counter, endLine: counter + 1, body };
      await all.event(new EventRecord(event, { ident: "a", zone: "" }));
    }
  }
  const took = [(performance.now() - wall) / 1000, ownCpu() - cpu] as const;
  Deno.removeSync(dir, { recursive: true });
  return [EVENTS / took[0], EVENTS / took[1]];
}

function spans(url: string): readonly Emitter[] {
  const env = { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: url };
  const options = { env, version: "0", warn: console.error };
  return openOtel({ argv: ["x"], env: {}, ident: "a" }, options).emitters;
}

async function sending(url: string): Promise<void> {
  const rows: readonly (readonly [string, () => readonly Emitter[]])[] = [
    ["HTTP, one by one", () => [new HttpEmitter({ url })]],
    ["HTTP, batches of 100", () => [new HttpEmitter({ url, batch: 100 })]],
    ["OpenTelemetry, a span each", () => spans(url)],
  ];
  const seen = rows.map((): (readonly [number, number])[] => []);
  for (let round = 0; round < ROUNDS; round++) {
    for (const [at, [, emitters]] of rows.entries()) seen[at]?.push(await rates(emitters()));
  }
  console.log(
    "| events of 1.2 KB | events/s | events per second of our CPU |\n| --- | --- | --- |",
  );
  for (const [at, [name]] of rows.entries()) {
    const cells = [0, 1].map((which) => median(seen[at]?.map((rate) => rate[which] ?? NaN) ?? []));
    console.log(`| ${[name, ...cells.map((cell) => cell.toFixed(0))].join(" | ")} |`);
  }
}

async function growth(url: string, [title, text]: [string, string]): Promise<void> {
  const command = (dir: string): string[] => [...cliCommand(), "run", dir, "-p", "p.yml", "-q"];
  const none = "no emitter";
  const variants: readonly Variant[] = [
    { name: none, command },
    { name: "HTTP, one by one", command, env: { RUNNER_HTTP_URL: url } },
    { name: "OpenTelemetry", command, env: { OTEL_EXPORTER_OTLP_ENDPOINT: url } },
  ];
  const fill = (dir: string): void => {
    Deno.mkdirSync(`${dir}/inventory`);
    Deno.writeTextFileSync(`${dir}/inventory/hosts`, "localhost ansible_connection=local\n");
    Deno.writeTextFileSync(`${dir}/project/p.yml`, text);
  };
  const costs = await inTurns(variants, { fill, rounds: ROUNDS, until: Infinity });
  const of = (name: string, key: "wall" | "cpu") => costs.get(name)?.map((cost) => cost[key]) ?? [];
  console.log(`\n| ${title} | s | growth | CPU s | growth |\n|---|---|---|---|---|`);
  for (const { name } of variants) {
    const cells = (["wall", "cpu"] as const).flatMap((key) => [
      median(of(name, key)).toFixed(2),
      `${((ratio(of(name, key), of(none, key)) - 1) * 100).toFixed(1)} %`,
    ]);
    console.log(`| ${[name, ...cells].join(" | ")} |`);
  }
}

const receiver = new Deno.Command(RECEIVER, { stdout: "piped" }).spawn();
const reader = receiver.stdout.getReader();
const port = new TextDecoder().decode((await reader.read()).value).trim();
const url = `http://127.0.0.1:${port}/`;
await sending(url);
for (const row of Object.entries(PLAYBOOKS)) await growth(url, row);
await reader.cancel();
receiver.kill("SIGKILL");
await receiver.status;
