/**
 * Prints how many events emitters send: HTTP one by one and in batches, ZeroMQ, spans; each to a
 * receiver in a process of its own.
 *
 * `deno run -A tests/bench/emitters_bench.ts`. On a busy machine only the figures by CPU hold; they
 * are of our process alone.
 *
 * @module
 */
// deno-lint-ignore-file no-console -- prints a table for people
import type { Emitter } from "../../src/emitters/emitter.ts";
import { HttpEmitter } from "../../src/emitters/http/http_emitter.ts";
import { openOtel } from "../../src/emitters/otel/open_otel.ts";
import { Emitters } from "../../src/emitters/run_emitters.ts";
import { EventRecord } from "../../src/events/event_json.ts";

const EVENTS = 20_000;
const RECEIVER = `Deno.serve(
  { hostname: "127.0.0.1", port: 0, onListen: ({ port }) => console.log(port) },
  async (request) => (await request.arrayBuffer(), new Response()),
);`;

const BODY = new TextEncoder().encode(
  `{"event": "runner_on_ok", "event_data": {"host": "h", "task": "t", "start": "2026-11-25T10:00:00.0", ` +
    `"end": "2026-11-25T10:00:01.0", "res": {"msg": "${"x".repeat(1000)}"}}}`,
);

/** CPU seconds of this process alone, from /proc (in ticks of 10 ms). */
function ownCpu(): number {
  const fields = Deno.readTextFileSync("/proc/self/stat").split(") ")[1]?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

async function measure(name: string, emitters: readonly Emitter[]): Promise<void> {
  const fail = (error: Error): void => console.error(error.message);
  const options = { ident: "a", warn: console.error, fail, deadlineMs: 600_000 };
  await using all = new Emitters(emitters, options);
  const [wall, cpu] = [performance.now(), ownCpu()];
  for (let counter = 1; counter <= EVENTS; counter++) {
    const body = { key: "1.1", uuid: `u${counter}`, json: BODY };
    const event = { counter, stdout: "ok: [h]", startLine: counter, endLine: counter + 1, body };
    await all.event(new EventRecord(event, { ident: "a", zone: "" }));
  }
  await all.settle();
  const took = { wall: (performance.now() - wall) / 1000, cpu: ownCpu() - cpu };
  const rate = (seconds: number): string => (EVENTS / seconds).toFixed(0);
  console.log(`| ${name} | ${rate(took.wall)} | ${rate(took.cpu)} |`);
}

const receiver = new Deno.Command(Deno.execPath(), {
  args: ["eval", RECEIVER],
  stdout: "piped",
}).spawn();
const reader = receiver.stdout.getReader();
const port = new TextDecoder().decode((await reader.read()).value).trim();
const url = `http://127.0.0.1:${port}/`;
console.log("| events of 1.2 KB | events/s | events per second of our CPU |");
console.log("| --- | --- | --- |");
await measure("HTTP, one by one", [new HttpEmitter({ url })]);
await measure("HTTP, batches of 100", [new HttpEmitter({ url, batch: 100 })]);
const env = { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: url };
const otel = openOtel({ argv: ["x"], env: {}, ident: "a" }, {
  env,
  version: "0",
  warn: console.error,
});
await measure("OpenTelemetry, a span each", otel.emitters);
await reader.cancel();
receiver.kill("SIGKILL");
await receiver.status;
