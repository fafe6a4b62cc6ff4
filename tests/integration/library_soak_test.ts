// Long test: many jobs at once, some of them canceled at random, with handlers that throw, hang or
// are slow, readers that stop in the middle, and jobs that go to one of two workers. Nothing may be
// lost and nothing may be left.
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import {
  CallbackError,
  type CallOptions,
  process,
  runAsync,
  type Runner,
  transmit,
  work,
} from "../../mod.ts";
import { assert, assertEquals } from "../testing/assert.ts";
import { LibraryDir, openDescriptors, pause } from "../testing/library_dir.ts";
import { testOrSkip } from "../testing/skip.ts";

/** How many jobs; how many at a time. */
const JOBS = 300;
const WORKERS = 20;
/** Memory is looked at after so many. */
const ROUND = 50;
const EVENTS = 40;

/** What kind of caller a job has; the others are well-behaved. */
type Kind = "canceled" | "throwing" | "slow" | "hanging" | "stopping" | "remote" | "plain";

const KINDS: readonly Kind[] = [
  "canceled",
  "throwing",
  "slow",
  "hanging",
  "stopping",
  "remote",
  "plain",
  "plain",
  "plain",
  "plain",
];

function handlersOf(kind: Kind, count: () => void): CallOptions {
  const at = 1 + Math.floor(Math.random() * EVENTS);
  let seen = 0;
  return {
    handlerTimeout: 0.2,
    eventHandler: async () => {
      count();
      seen++;
      if (kind === "slow") await pause(5);
      if (kind === "hanging" && seen === at) await new Promise(() => {});
      if (kind === "throwing" && seen === at) throw new Error("thrown on purpose");
    },
  };
}

/** Two workers, each with one job at a time. */
const idle: Promise<void>[] = [Promise.resolve(), Promise.resolve()];
let turn = 0;

/** Sends one job to a worker and takes what comes back. */
async function remoteJob(data: LibraryDir): Promise<string> {
  const worker = turn++ % idle.length;
  const before = idle[worker];
  const { promise, resolve } = Promise.withResolvers<void>();
  idle[worker] = promise;
  await before;
  const job = new TransformStream<Uint8Array, Uint8Array>();
  const results = new TransformStream<Uint8Array, Uint8Array>();
  const ident = crypto.randomUUID();
  let handled = 0;
  const [, , { status, artifactDir }] = await Promise.all([
    transmit({
      ...data.fixture("fake_ansible_events", { FAKE_EVENTS: String(EVENTS) }),
      ident,
      output: job.writable,
      onlyTransmitKwargs: true,
    }),
    work({ input: job.readable, output: results.writable }),
    process({
      input: results.readable,
      privateDataDir: data.dir,
      ident,
      eventHandler: () => void handled++,
    }),
  ]);
  resolve();
  assertEquals([status, handled, countFiles(artifactDir)], ["successful", EVENTS, EVENTS]);
  return `remote ${status}`;
}

/** Runs one job to its end; returns its kind and how it ended. */
async function job(data: LibraryDir, kind: Kind): Promise<string> {
  if (kind === "remote") return await remoteJob(data);
  let handled = 0;
  const { runner, done } = runAsync({
    ...data.fixture("fake_ansible_events", { FAKE_EVENTS: String(EVENTS) }),
    ...handlersOf(kind, () => handled++),
  });
  if (kind === "canceled" || kind === "hanging") {
    setTimeout(() => runner.cancel("the soak").catch(() => {}), Math.random() * 2000);
  }
  if (kind === "stopping") {
    for await (const event of runner.events) {
      if (event.counter > 3) break;
    }
  }
  const error = await done.then(() => undefined, (error: unknown) => error);
  if (error !== undefined) assert(error instanceof CallbackError, String(error));
  const files = countFiles(runner.config.artifactDir);
  assertEquals(await countEvents(runner), files);
  if (kind === "plain" || kind === "slow" || kind === "stopping") {
    assertEquals([runner.status, handled, files], ["successful", EVENTS, EVENTS]);
  }
  return `${kind} ${runner.status}`;
}

async function countEvents(runner: Runner): Promise<number> {
  let count = 0;
  for await (const _event of runner.events) count++;
  return count;
}

function countFiles(artifactDir: string): number {
  try {
    const dir = `${artifactDir}/job_events`;
    return Array.from(Deno.readDirSync(dir)).filter(({ name }) => /^\d+-.*\.json$/.test(name))
      .length;
  } catch {
    return 0;
  }
}

/** What is held on to: after a collection. */
async function memoryInUse(): Promise<Deno.MemoryUsage> {
  setFlagsFromString("--expose-gc");
  const collect: () => void = runInNewContext("gc");
  // Whatever ended just now has another turn to let go.
  for (let turn = 0; turn < 3; turn++) {
    await pause(100);
    collect();
  }
  return Deno.memoryUsage();
}

testOrSkip(
  "300 jobs with callers that misbehave: counts are right, nothing is left, memory is flat",
  Deno.env.get("RUNNER_TEST_LONG") === "1" ? undefined : "only with RUNNER_TEST_LONG=1",
  async () => {
    await using data = new LibraryDir();
    const unhandled: unknown[] = [];
    const onUnhandled = (event: PromiseRejectionEvent): void => {
      event.preventDefault();
      unhandled.push(event.reason);
    };
    globalThis.addEventListener("unhandledrejection", onUnhandled);
    const ends: Record<string, number> = {};
    const memory: Deno.MemoryUsage[] = [];
    let next = 0;
    const workUntil = async (end: number): Promise<void> => {
      while (next < end) {
        const kind = KINDS[next++ % KINDS.length] ?? "plain";
        const end = await job(data, kind);
        ends[end] = (ends[end] ?? 0) + 1;
      }
    };
    await job(data, "plain");
    const descriptors = openDescriptors();
    while (next < JOBS) {
      const end = next + ROUND;
      await Promise.all(Array.from({ length: WORKERS }, () => workUntil(end)));
      memory.push(await memoryInUse());
    }
    await data.assertNothingRuns();
    await pause(100);
    globalThis.removeEventListener("unhandledrejection", onUnhandled);
    assertEquals(unhandled, []);
    assert(
      openDescriptors() <= descriptors + 2,
      `${openDescriptors()} descriptors, ${descriptors} before`,
    );
    // The first rounds load and compile what is used; the allocator keeps what 20 jobs at once took.
    const [early, last] = [memory[2], memory.at(-1)];
    assert(early !== undefined && last !== undefined);
    const heaps = memory.map(({ heapUsed }) => (heapUsed / 1e6).toFixed(1)).join(", ");
    assert(last.heapUsed < early.heapUsed * 1.1, `heap in MB: ${heaps}`);
    assert(last.rss < early.rss * 1.5);
    const sizes = memory.map(({ rss }) => Math.round(rss / 1e6)).join(", ");
    // deno-lint-ignore no-console -- figures for whoever asked for the long tests
    console.log(`ends: ${JSON.stringify(ends)}; heap in MB: ${heaps}; RSS: ${sizes}`);
  },
);
