import { assert, assertEquals, assertThrows } from "../../testing/assert.ts";
import { type Emitter, type EmitterMessage, Emitters } from "../../../src/emitters/emitter.ts";
import { HttpEmitter, httpEmitterOf } from "../../../src/emitters/http_emitter.ts";
import type { RunConfig } from "../../../src/config/run_config.ts";
import type { RunnerError } from "../../../src/errors.ts";
import { EventRecord } from "../../../src/events/event_json.ts";

function record(counter: number): EventRecord {
  const event = { counter, stdout: "é", startLine: 0, endLine: 1, body: undefined };
  return new EventRecord(event, "x");
}

interface Told {
  readonly warnings: string[];
  readonly errors: RunnerError[];
}

function emittersOf(
  send: Emitter["send"],
  options: { onError?: "report" | "fail"; queueLimit?: number; stallMs?: number } = {},
): { emitters: Emitters; told: Told } {
  const told: Told = { warnings: [], errors: [] };
  const emitters = new Emitters([{ name: "test", send }], {
    ...options,
    warn: (message) => void told.warnings.push(message),
    fail: (error) => void told.errors.push(error),
  });
  return { emitters, told };
}

Deno.test("Emitters sends status and whole events, one after the other, and waits at the end", async () => {
  const sent: EmitterMessage[] = [];
  let active = 0;
  const { emitters, told } = emittersOf(async (message) => {
    assertEquals(++active, 1);
    await new Promise((resolve) => setTimeout(resolve, 1));
    active--;
    sent.push(message);
  });
  const env = { SECRET: "x" };
  emitters.status({ status: "starting", runner_ident: "x", command: ["a"], env, cwd: "/" });
  for (let counter = 1; counter <= 20; counter++) {
    assertEquals(emitters.event(record(counter)), undefined);
  }
  emitters.status({ status: "successful", runner_ident: "x" });
  await emitters[Symbol.asyncDispose]();
  assertEquals(sent.length, 22);
  assertEquals(JSON.parse(sent[0]?.json ?? ""), { status: "starting", runner_ident: "x" });
  assertEquals(sent.slice(1, 21).map(({ json }) => JSON.parse(json).counter), [
    ...Array(20).keys().map((n) => n + 1),
  ]);
  assertEquals(sent[5]?.kind, "event");
  assert(sent[5]?.json.includes("\\u00e9"), "events are ASCII");
  assertEquals(told, { warnings: [], errors: [] });
});

Deno.test("Emitters makes its caller wait when the queue is full, and only then", async () => {
  const gate = Promise.withResolvers<void>();
  let sent = 0;
  const { emitters } = emittersOf(async () => {
    await gate.promise;
    sent++;
  }, { queueLimit: 1000 });
  const answers = [1, 2, 3, 4, 5, 6, 7, 8].map((n) => emitters.event(record(n)));
  assertEquals(answers[0], undefined);
  const last = answers.at(-1);
  assert(last instanceof Promise);
  assertEquals(sent, 0);
  gate.resolve();
  await last;
  assert(sent >= 4, `${sent} sent`);
  await emitters[Symbol.asyncDispose]();
  assertEquals(sent, 8);
});

Deno.test("Emitters reports the first failure, gives up after five in a row, counts the lost", async () => {
  let tries = 0;
  const { emitters, told } = emittersOf(() => {
    tries++;
    return Promise.reject(new Error("refused"));
  });
  for (let n = 1; n <= 9; n++) emitters.event(record(n));
  await emitters[Symbol.asyncDispose]();
  assertEquals(tries, 5);
  assertEquals(told.errors, []);
  assertEquals(told.warnings, [
    "Cannot deliver to emitter test: refused",
    "Emitter test: 9 messages were not delivered",
  ]);
});

Deno.test("Emitters goes on after a single failure", async () => {
  let tries = 0;
  const { emitters, told } = emittersOf(() => {
    return ++tries % 2 === 0 ? Promise.reject(new Error("busy")) : Promise.resolve();
  });
  for (let n = 1; n <= 20; n++) emitters.event(record(n));
  await emitters[Symbol.asyncDispose]();
  assertEquals(tries, 20);
  assertEquals(told.warnings.at(-1), "Emitter test: 10 messages were not delivered");
});

Deno.test("Emitters fails the run once when the policy says so", async () => {
  const { emitters, told } = emittersOf(() => Promise.reject(new Error("no")), { onError: "fail" });
  for (let n = 1; n <= 3; n++) emitters.event(record(n));
  await emitters[Symbol.asyncDispose]();
  assertEquals(told.errors.map((error) => error.message), [
    "Cannot deliver to emitter test: no",
  ]);
});

Deno.test("Emitters does not wait for ever for one that does not get on", async () => {
  const { emitters, told } = emittersOf(
    (_message, signal) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener("abort", () => reject(signal.reason));
      }),
    { stallMs: 50 },
  );
  for (let n = 1; n <= 3; n++) emitters.event(record(n));
  const start = performance.now();
  await emitters[Symbol.asyncDispose]();
  assert(performance.now() - start < 2000);
  assertEquals(told.warnings, [
    "Cannot deliver to emitter test: no answer within 0.05 s",
    "Emitter test: 3 messages were not delivered",
  ]);
});

Deno.test("httpEmitterOf lets the environment win, and takes empty text as nothing", () => {
  const config = (settings: RunConfig["settings"]) => ({ settings }) as RunConfig;
  assertEquals(httpEmitterOf(config({}), {}), undefined);
  assertEquals(httpEmitterOf(config({}), { RUNNER_HTTP_URL: "" }), undefined);
  assert(httpEmitterOf(config({ runnerHttpUrl: "http://localhost:1/" }), {}) !== undefined);
  const bad = config({ runnerHttpUrl: "nonsense" });
  assert(httpEmitterOf(bad, { RUNNER_HTTP_URL: "https://localhost:1/x" }) !== undefined);
  assertThrows(
    () => httpEmitterOf(bad, {}),
    'Cannot use runner_http_url: expected a URL or the path of a unix socket, got "nonsense"',
  );
  assertThrows(() => new HttpEmitter({ url: "ftp://localhost/" }), "expected a URL");
});

Deno.test("an emitter that cannot be closed is warned of, and ends no run", async () => {
  const warnings: string[] = [];
  const emitters = new Emitters([{
    name: "test",
    send: () => Promise.resolve(),
    close: () => Promise.reject(new Error("still open")),
  }], {
    warn: (message) => void warnings.push(message),
    fail: () => {
      throw new Error("failed");
    },
  });
  await emitters[Symbol.asyncDispose]();
  assertEquals(warnings, ["Cannot close emitter test: still open"]);
});
