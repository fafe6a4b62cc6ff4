/**
 * One run in this process, for the bench: prints what it cost as JSON.
 *
 * `replay.ts DIR EVENTS [jsonl] [handler] [secrets] [http] [latency] [runs=N] [at-once] [binary=PATH]`
 *
 * @module
 */
// deno-lint-ignore-file no-console -- its answer is its output
import { run } from "../../mod.ts";
import { ownCpu } from "./own_cpu.ts";

const BIN = new URL("../fixtures/bin", import.meta.url).pathname;
const [dir = "", events = "0", ...words] = Deno.args;
const runs = Number(words.find((word) => word.startsWith("runs="))?.slice(5) ?? 1);
const binary = words.find((word) => word.startsWith("binary="))?.slice(7);
const isConcurrent = words.includes("at-once");

/** How often this process has written, whatever; 0 where the kernel does not count. */
function ownWrites(): number {
  try {
    return Number(/^syscw: (\d+)$/m.exec(Deno.readTextFileSync("/proc/self/io"))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

/** How often this process has gone to sleep, waiting. */
function ownSleeps(): number {
  const status = Deno.readTextFileSync("/proc/self/status");
  return Number(/^voluntary_ctxt_switches:\s*(\d+)$/m.exec(status)?.[1] ?? 0);
}

function percentile(values: readonly number[], part: number): number | undefined {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length * part)];
}

const SECRETS = Object.fromEntries(
  Array.from({ length: 10 }, (_, index) => [`question ${index}`, `wonderful-${index}-${index}`]),
);

const lateMs: number[] = [];
let longestDelay = 0;

function programFor(): string {
  if (binary !== undefined) return binary;
  if (events === "0") return "/bin/true";
  if (words.includes("latency")) return new URL("ticks", import.meta.url).pathname;
  return `${BIN}/fake_ansible_events`;
}

/** How late the event loop comes to a timer. */
function watchLoop(): ReturnType<typeof setInterval> {
  let expected = performance.now() + 10;
  return setInterval(() => {
    longestDelay = Math.max(longestDelay, performance.now() - expected);
    expected = performance.now() + 10;
  }, 10);
}

async function one(index: number, url: string | undefined): Promise<void> {
  await run({
    privateDataDir: dir,
    binary: programFor(),
    ident: `bench-${index}`,
    quiet: true,
    settings: {
      event_store: words.includes("jsonl") ? "jsonl" : "files",
      ...(url === undefined ? {} : { runner_http_url: url, runner_http_batch: 100 }),
    },
    envvars: { FAKE_EVENTS: Number(events) },
    ...(words.includes("secrets") ? { passwords: SECRETS } : {}),
    ...(words.includes("handler") ? { eventHandler: () => true } : {}),
    ...(words.includes("latency")
      ? {
        eventHandler: ({ stdout }) =>
          void lateMs.push(performance.timeOrigin + performance.now() - Number(stdout) * 1000),
      }
      : {}),
  });
}

const server = words.includes("http")
  ? Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, async (request) => {
    await request.body?.cancel();
    return new Response();
  })
  : undefined;
const url = server === undefined ? undefined : `http://127.0.0.1:${server.addr.port}/`;
const [start, cpu, writes, sleeps] = [performance.now(), ownCpu(), ownWrites(), ownSleeps()];
const watch = isConcurrent ? watchLoop() : undefined;
const indices = Array.from({ length: runs }, (_, index) => index);
if (isConcurrent) await Promise.all(indices.map((index) => one(index, url)));
else for (const index of indices) await one(index, url);
clearInterval(watch);
const answer = {
  seconds: (performance.now() - start) / 1000,
  ownCpu: ownCpu() - cpu,
  writes: ownWrites() - writes,
  wakeUps: ownSleeps() - sleeps,
  p50: percentile(lateMs, 0.5),
  p99: percentile(lateMs, 0.99),
  longestDelay: isConcurrent ? longestDelay : undefined,
};
await server?.shutdown();
console.log(JSON.stringify(answer));
