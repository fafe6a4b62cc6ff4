import { assert, assertEquals } from "../../testing/assert.ts";
import { slack } from "../../testing/slack.ts";
import {
  type Emitter,
  type EmitterMessage,
  NoAnswer,
  PartlyTaken,
} from "../../../src/emitters/emitter.ts";
import { Emitters } from "../../../src/emitters/run_emitters.ts";
import type { RunnerError } from "../../../src/errors.ts";
import { EventRecord } from "../../../src/events/event_json.ts";

function record(counter: number, json?: Uint8Array): EventRecord {
  const body = json === undefined ? undefined : { key: "1.1", uuid: "u", json };
  const event = { counter, stdout: "é", startLine: 0, endLine: 1, body };
  return new EventRecord(event, { ident: "x", zone: "" });
}

interface Told {
  readonly warnings: string[];
  readonly errors: RunnerError[];
}

function emittersOf(
  send: Emitter["send"],
  options: {
    onError?: "report" | "fail";
    queueLimit?: number;
    deadlineMs?: number;
    cancel?: AbortSignal;
    hurry?: AbortSignal;
  } = {},
): { emitters: Emitters; told: Told } {
  const told: Told = { warnings: [], errors: [] };
  const emitters = new Emitters([{ name: "test", send }], {
    ident: "a",
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

Deno.test("Emitters never gives up one that answers with errors, and counts the lost", async () => {
  let tries = 0;
  const { emitters, told } = emittersOf(() => {
    tries++;
    return Promise.reject(new Error("answer 400"));
  });
  for (let n = 1; n <= 9; n++) emitters.event(record(n));
  assertEquals(await emitters.settle(), [{ emitter: "test", messages: 9, error: "answer 400" }]);
  assertEquals(tries, 9);
  assertEquals(told.errors, []);
  assertEquals(told.warnings, [
    "Cannot deliver to emitter test: answer 400",
    "Emitter test: 9 messages were not delivered",
  ]);
});

Deno.test("Emitters tries a message again while nobody answers, and loses nothing", async () => {
  const at: number[] = [];
  const sent: number[] = [];
  const { emitters, told } = emittersOf(({ json }) => {
    at.push(performance.now());
    if (at.length <= 4) return Promise.reject(new NoAnswer("refused"));
    sent.push(JSON.parse(json).counter);
    return Promise.resolve();
  });
  for (let n = 1; n <= 3; n++) emitters.event(record(n));
  assertEquals(await emitters.settle(), []);
  assertEquals(sent, [1, 2, 3]);
  const pauses = at.slice(1, 5).map((time, index) => time - (at[index] ?? 0));
  for (const [index, expected] of [100, 200, 400, 800].entries()) {
    const pause = pauses[index] ?? 0;
    assert(pause >= expected - 10 && pause < expected * 2 * slack(), `${pauses}`);
  }
  assertEquals(told.warnings, []);
});

Deno.test("Emitters waits up to a quarter longer before a try, so that many do not come together", async () => {
  const random = Math.random;
  Math.random = () => 0.99;
  const at: number[] = [];
  try {
    const { emitters } = emittersOf(() => {
      at.push(performance.now());
      return at.length <= 3 ? Promise.reject(new NoAnswer("refused")) : Promise.resolve();
    });
    emitters.event(record(1));
    await emitters.settle();
  } finally {
    Math.random = random;
  }
  const took = (at[3] ?? 0) - (at[0] ?? 0);
  assert(took >= 860, `${took} ms: without it 700`);
});

Deno.test("Emitters counts what a receiver threw away of a batch that it took, and sends it once", async () => {
  let tries = 0;
  const { emitters, told } = emittersOf(() => {
    return ++tries === 2 ? Promise.reject(new PartlyTaken("threw away", 1)) : Promise.resolve();
  });
  for (let n = 1; n <= 3; n++) emitters.event(record(n));
  assertEquals((await emitters.settle())[0]?.messages, 1);
  assertEquals(tries, 3);
  assertEquals(told.warnings[0], "Cannot deliver to emitter test: threw away");
});

Deno.test("Emitters tries the statistics and the last status of a run whatever happened before", async () => {
  const tried: string[] = [];
  const { emitters } = emittersOf(({ json }) => {
    tried.push(JSON.parse(json).status ?? JSON.parse(json).event);
    return Promise.reject(new NoAnswer("refused"));
  }, { deadlineMs: 0 });
  const stats = new TextEncoder().encode('{"event": "playbook_on_stats"}');
  emitters.event(record(1));
  emitters.event(record(2, stats));
  emitters.status({ status: "failed", runner_ident: "x" });
  const undelivered = await emitters.settle();
  assertEquals(tried, ["playbook_on_stats", "failed"]);
  assertEquals(undelivered[0]?.messages, 3);
});

Deno.test("Emitters counts its time from the end of Ansible, a slow receiver or not", async () => {
  const { emitters, told } = emittersOf(
    () => new Promise((resolve) => setTimeout(resolve, 40)),
    { deadlineMs: 200, queueLimit: 300 },
  );
  const start = performance.now();
  emitters.ansibleEnded();
  for (let n = 1; n <= 250; n++) await emitters.event(record(n));
  await emitters.settle();
  const took = performance.now() - start;
  assert(took < 8000, `${took} ms: all of them take 10 s`);
  const lost = Number(/(\d+) messages/.exec(told.warnings.at(-1) ?? "")?.[1]);
  assert(lost > 230 && lost < 250, `${told.warnings}`);
});

for (const how of ["cancel", "hurry"] as const) {
  Deno.test(`Emitters stops waiting at a ${how} that comes after the end of Ansible`, async () => {
    const control = new AbortController();
    const { emitters } = emittersOf(() => new Promise(() => {}), { [how]: control.signal });
    emitters.event(record(1));
    const start = performance.now();
    const settled = emitters.settle();
    setTimeout(() => control.abort(), 20);
    assertEquals((await settled)[0]?.messages, 1);
    const took = performance.now() - start;
    assert(took < 8000, `${took} ms: without it, it takes 10 s`);
  });
}

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
    { deadlineMs: 50 },
  );
  for (let n = 1; n <= 3; n++) emitters.event(record(n));
  const start = performance.now();
  await emitters[Symbol.asyncDispose]();
  assert(performance.now() - start < 8000, "the usual time is 10 s");
  assertEquals(told.warnings, [
    "Cannot deliver to emitter test: not done when the run ended",
    "Emitter test: 3 messages were not delivered",
  ]);
});

Deno.test("an emitter that cannot be closed is warned of, and ends no run", async () => {
  const warnings: string[] = [];
  const emitters = new Emitters([{
    name: "test",
    send: () => Promise.resolve(),
    close: () => Promise.reject(new Error("still open")),
  }], {
    ident: "a",
    warn: (message) => void warnings.push(message),
    fail: () => {
      throw new Error("failed");
    },
  });
  await emitters[Symbol.asyncDispose]();
  assertEquals(warnings, ["Cannot close emitter test: still open"]);
});

Deno.test("Emitters sums what waits for emitters of one name", async () => {
  const gate = Promise.withResolvers<void>();
  const emitters = new Emitters(
    ["syslog", "http", "syslog"].map((name) => ({ name, send: () => gate.promise })),
    { ident: "a", warn: () => {}, fail: () => {} },
  );
  emitters.event(record(1));
  assertEquals(emitters.waiting(), [["syslog", 2], ["http", 1]]);
  gate.resolve();
  await emitters[Symbol.asyncDispose]();
});

Deno.test("one that refused messages at once has all its patience when it does not answer later", async () => {
  const now = performance.now.bind(performance);
  let skew = 0;
  performance.now = () => now() + skew;
  try {
    let tries = 0;
    const { emitters, told } = emittersOf(() => {
      tries++;
      if (tries === 1) return Promise.reject(new Error("answer 400"));
      return tries === 2 ? Promise.reject(new NoAnswer("refused")) : Promise.resolve();
    });
    emitters.event(record(1));
    await new Promise((resolve) => setTimeout(resolve, 20));
    skew = 40_000;
    emitters.event(record(2));
    assertEquals((await emitters.settle())[0]?.messages, 1);
    assertEquals([tries, told.warnings[0]], [3, "Cannot deliver to emitter test: answer 400"]);
  } finally {
    performance.now = now;
  }
});

Deno.test("the last words of a stream that has many do not hold up the end", async () => {
  const { emitters } = emittersOf((_message, signal) =>
    new Promise((_resolve, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason));
    }), { deadlineMs: 0 });
  for (let n = 1; n <= 100; n++) emitters.status({ status: "error", runner_ident: "x" });
  const start = performance.now();
  assertEquals((await emitters.settle())[0]?.messages, 100);
  assert(performance.now() - start < 6000 * slack(), "each has a second");
});

Deno.test("a status from elsewhere is no header and no line of a record", async () => {
  const ids: string[] = [];
  const { emitters } = emittersOf(({ id }) => Promise.resolve(void ids.push(id)));
  for (const status of ["x\r\nhost: evil", "../5\n6", "\ud800", "y".repeat(200)]) {
    await emitters.status({ status, runner_ident: "x" });
  }
  await emitters.settle();
  assertEquals(ids, [
    "a/x%0D%0Ahost%3A%20evil",
    "a/..%2F5%0A6",
    "a/%EF%BF%BD",
    `a/${"y".repeat(100)}`,
  ]);
});
