import type { EmitterMessage } from "../../../src/emitters/emitter.ts";
import { CallbackError } from "../../../src/errors.ts";
import { EOF_EXPLANATION, process } from "../../../src/remote/processor.ts";
import type { ProcessOptions, ProcessResult } from "../../../src/remote/process_options.ts";
import { Runner } from "../../../src/result.ts";
import { assert, assertEquals, assertMatch, assertRejects } from "../../testing/assert.ts";
import { type TestDir, withDir, zipByPython } from "../../testing/zips.ts";

const RECORDED = new URL("../../fixtures/recorded/stream/", import.meta.url);

function streamOf(...parts: readonly string[]): ReadableStream<Uint8Array> {
  return ReadableStream.from(parts.map((part) => new TextEncoder().encode(part)));
}

function processed(
  dir: TestDir,
  text: string,
  options: Partial<ProcessOptions> = {},
): Promise<ProcessResult> {
  return process({ input: streamOf(text), privateDataDir: dir.path, ...options });
}

function eventsIn(dir: string): string[] {
  return Array.from(Deno.readDirSync(`${dir}/job_events`), ({ name }) => name)
    .sort((a, b) => parseInt(a) - parseInt(b));
}

for (
  const [name, status, rc] of [
    ["worker-success", "successful", 0],
    ["worker-failure", "failed", 2],
    ["worker-cancel", "canceled", 254],
    ["worker-missing-playbook", "failed", 1],
    ["worker-keepalive", "successful", 0],
  ] as const
) {
  Deno.test(`${name} of the original becomes artifacts, every event as it came`, async () => {
    await using dir = await withDir();
    const text = Deno.readTextFileSync(new URL(`${name}.stream`, RECORDED));
    let shown = "";
    const result = await processed(dir, text, { onOutput: (piece) => void (shown += piece) });
    assertEquals([result.status, result.rc, result.error], [status, rc, undefined]);
    const lines = text.split("\n").filter((line) =>
      line.includes('"counter": ') && !line.includes("keepalive")
    );
    assert(lines.length > 0);
    const files = eventsIn(result.artifactDir);
    assertEquals(
      files.map((file) => Deno.readTextFileSync(`${result.artifactDir}/job_events/${file}`)),
      lines,
    );
    const parsed = lines.map((line) => JSON.parse(line));
    assertEquals(files, parsed.map(({ counter, uuid }) => `${counter}-${uuid}.json`));
    assertEquals(shown, parsed.map(({ stdout }) => `${stdout}\n`).join(""));
    assertEquals(Deno.readTextFileSync(`${result.artifactDir}/status`), status);
    assertEquals((Deno.statSync(`${result.artifactDir}/job_events`).mode ?? 0) & 0o777, 0o700);
  });
}

Deno.test("an error of the worker is the result's", async () => {
  for (const name of ["worker-error-bad-json", "worker-error-bad-zip"]) {
    await using dir = await withDir();
    const result = await processed(dir, Deno.readTextFileSync(new URL(`${name}.stream`, RECORDED)));
    assertEquals(result.status, "error");
    assertMatch(result.error ?? "", /^Failed to /);
    assertEquals(Deno.readTextFileSync(`${result.artifactDir}/status`), "error");
  }
});

const START = '{"status": "starting", "runner_ident": "x"}\n';
const EVENT = '{"uuid": "u-1", "counter": 1, "stdout": "hi", "event": "verbose"}\n';

Deno.test("event_store: jsonl of the directory here keeps events in one file, whatever the zip has", async () => {
  await using dir = await withDir();
  Deno.mkdirSync(`${dir.path}/env`);
  Deno.writeTextFileSync(`${dir.path}/env/settings`, '{"event_store": "jsonl"}');
  const zip = await zipByPython([
    { name: "rc", mode: 0o100600, data: "0" },
    { name: "events.jsonl", mode: 0o100600, data: "" },
  ]);
  const end = `{"zipfile": ${zip.length}}\n${zip.toBase64()}{"eof": true}`;
  const events = [1, 2, 3].map((counter) =>
    `{"uuid": "u-${counter}", "counter": ${counter}, "stdout": "hi", "event": "verbose"}\n`
  );
  for (const kept of [events, events.slice(1)]) {
    let seen = "";
    const { rc, artifactDir } = await processed(dir, START + kept.join("") + end, {
      artifactsHandler: (path) => void (seen = Deno.readTextFileSync(`${path}/events.jsonl`)),
    });
    assertEquals([rc, seen], [0, kept.join("")]);
    assertEquals(eventsIn(artifactDir), []);
    const run = await Runner.fromArtifacts(artifactDir);
    const counters = await Array.fromAsync(run.events, ({ counter }) => counter);
    assertEquals(counters, kept.map((line) => JSON.parse(line).counter));
  }
  // As files again: readers are not to find the old journal before them.
  Deno.removeSync(`${dir.path}/env/settings`);
  const { artifactDir } = await processed(dir, START + events[0] + end);
  assertEquals(
    await Array.fromAsync((await Runner.fromArtifacts(artifactDir)).events, ({ uuid }) => uuid),
    [
      "u-1",
    ],
  );
});

Deno.test("what a worker's emitters delivered is not what ours have", async () => {
  await using dir = await withDir();
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    () => new Response(null, { status: 500 }),
  );
  Deno.mkdirSync(`${dir.path}/env`);
  const settings = { runner_http_url: `http://127.0.0.1:${server.addr.port}/` };
  Deno.writeTextFileSync(`${dir.path}/env/settings`, JSON.stringify(settings));
  const zip = await zipByPython([{ name: "delivery/http", mode: 0o100600, data: "1\n" }]);
  const end = `{"zipfile": ${zip.length}}\n${zip.toBase64()}{"eof": true}`;
  const { artifactDir } = await processed(dir, START + EVENT + end);
  assertEquals(Deno.readTextFileSync(`${artifactDir}/delivery/http`), "");
});

Deno.test("event_store: jsonl: a handler that throws loses no event before", async () => {
  await using dir = await withDir();
  Deno.mkdirSync(`${dir.path}/env`);
  Deno.writeTextFileSync(`${dir.path}/env/settings`, '{"event_store": "jsonl"}');
  const options = {
    onOutput: (text: string) => {
      if (text === "two\n") throw new Error("mine");
    },
  };
  await assertRejects(
    () => processed(dir, START + EVENT + EVENT.replace("hi", "two"), options),
    "Exception in Output Callback: mine",
  );
  assertEquals(Deno.readTextFileSync(`${dir.path}/artifacts/x/events.jsonl`), EVENT);
});

Deno.test("a stream that is cut at any byte ends with an error, and keeps what came whole", async () => {
  const zip = await zipByPython([{ name: "rc", mode: 0o100600, data: "0" }]);
  const text = `${START}${EVENT}{"zipfile": ${zip.length}}\n${zip.toBase64()}{"eof": true}`;
  for (let at = 0; at < text.length; at += 7) {
    await using dir = await withDir();
    const statuses: unknown[] = [];
    const result = await processed(dir, text.slice(0, at), {
      statusHandler: ({ status }) => statuses.push(status),
    });
    assertEquals(result.status, "error", text.slice(0, at));
    assertEquals(statuses.at(-1), "error");
    assertMatch(result.error ?? "", /^(Unexpected empty line encountered|Failed to JSON parse)/);
    const isWhole = at >= START.length + EVENT.length - 1;
    assertEquals(eventsIn(result.artifactDir).length, isWhole ? 1 : 0);
  }
});

Deno.test("a line that is no JSON is shown as Python shows bytes, with what follows it", async () => {
  await using dir = await withDir();
  let traceback: string | undefined;
  const text = `${START}Traceback 'é'\n  line 2\nlast\n`;
  const result = await processed(dir, text, {
    statusHandler: (status) => traceback = status.result_traceback,
  });
  assertMatch(
    result.error ?? "",
    /^Failed to JSON parse a line from worker stream\. Error: .* Line with invalid JSON data: b"Traceback '\\xc3\\xa9'"$/,
  );
  assertEquals(traceback, "Traceback 'é'\n  line 2\nlast\n");
});

for (
  const bad of [
    '{"uuid": "../../x", "counter": 1}',
    '{"uuid": "u/1", "counter": 1}',
    '{"uuid": "u", "counter": "../1"}',
    '{"uuid": "u", "counter": 1.5}',
    '{"uuid": 5, "counter": 1}',
    '{"counter": 1}',
    "[1]",
    "7",
    "{}",
    '{"event": "keepalive", "counter": 0, "uuid": 0}',
  ]
) {
  Deno.test(`${bad} is no file`, async () => {
    await using dir = await withDir();
    const result = await processed(dir, `${START}${bad}\n${EVENT}{"eof": true}\n`);
    assertEquals(eventsIn(result.artifactDir), ["1-u-1.json"]);
    assertEquals(result.error, undefined);
  });
}

Deno.test("a worker's zip cannot put a link in the place of our directories", async () => {
  await using dir = await withDir();
  await using outside = await withDir();
  for (const name of ["job_events", "./job_events/"]) {
    const members = [{ name, mode: 0o120777, data: outside.path, stored: true }];
    const zip = await zipByPython(members);
    const text = `${START}{"zipfile": ${zip.length}}\n${zip.toBase64()}${EVENT}{"eof": true}\n`;
    await processed(dir, text);
  }
  assertEquals([...Deno.readDirSync(outside.path)], []);
});

for (const ident of ["../x", "a/b", "..", ""]) {
  Deno.test(`a worker that calls itself ${JSON.stringify(ident)} chooses no directory`, async () => {
    await using dir = await withDir();
    const text = `{"status": "starting", "runner_ident": "${ident}"}\n{"eof": true}\n`;
    const { artifactDir } = await processed(dir, text);
    assertEquals(artifactDir, `${dir.path}/artifacts`);
  });
}

Deno.test("the caller's ident and directory win; the latter is taken as it is", async () => {
  await using dir = await withDir();
  const text = `${START}${EVENT}{"eof": true}\n`;
  const named = await processed(dir, text, { ident: "mine" });
  assertEquals(named.artifactDir, `${dir.path}/artifacts/mine`);
  const placed = await processed(dir, text, { ident: "mine", artifactDir: `${dir.path}/here` });
  assertEquals(placed.artifactDir, `${dir.path}/here`);
});

Deno.test("a status that is none, or what it says is no text: a result, and no exception", async () => {
  await using dir = await withDir();
  const odd = await processed(dir, `{"status": 5}\n{"eof": true}\n`);
  assertEquals([odd.status, odd.error], [
    "error",
    "Cannot read the stream: a status is not a string",
  ]);
  const words = '{"status": "starting", "command": [{"toString": 1}]}\n';
  const said = '{"status": "error", "job_explanation": {"toString": 1}}\n';
  const { error } = await processed(dir, `${words}${said}{"eof": true}\n`);
  assertEquals(error, '{"toString": 1}');
});

const fail = (): never => {
  throw new Error("no");
};
const rejects = (): Promise<never> => Promise.reject(new Error("no"));

/** An event that is not kept, which the log is told of. */
const ODD_EVENT =
  '{"event": "verbose", "counter": "x", "uuid": "y", "stdout": "z"}\n{"eof": true}\n';

const CALLERS_CODE: readonly [name: string, title: string, options: Partial<ProcessOptions>][] = [
  ["Output", "onOutput throws", { onOutput: fail }],
  ["Output", "onOutput rejects", { onOutput: rejects }],
  ["Log", "log throws", { log: fail }],
  ["Log", "log rejects", { log: rejects }],
];
for (const [name, title, options] of CALLERS_CODE) {
  Deno.test(`${title}: the call is rejected, and says what it was`, async () => {
    await using dir = await withDir();
    const error = await assertRejects(
      () => processed(dir, ODD_EVENT, options),
      `Exception in ${name} Callback: no`,
    );
    assert(error instanceof CallbackError && error.handler === name);
  });
}

Deno.test("handlers: false keeps an event out; one that throws ends it, and the last is called", async () => {
  await using dir = await withDir();
  const text = `${START}${EVENT}${EVENT.replaceAll("1", "2")}{"eof": true}\n`;
  const result = await processed(dir, text, { eventHandler: ({ counter }) => counter !== 1 });
  assertEquals(eventsIn(result.artifactDir), ["2-u-2.json"]);
  let finished = 0;
  const error = await assertRejects(
    () =>
      processed(dir, text, {
        eventHandler: () => {
          throw new Error("mine");
        },
        finishedCallback: () => finished++,
      }),
    "Exception in Event Callback: mine",
  );
  assert(error instanceof CallbackError);
  assertEquals(finished, 1);
});

Deno.test("what follows the end is drained, and waited for no longer than a second", async () => {
  await using dir = await withDir();
  const started = performance.now();
  const input = new ReadableStream<Uint8Array>({
    start: (controller) =>
      controller.enqueue(new TextEncoder().encode(`${START}{"eof": true}\n(x)`)),
  });
  const result = await process({ input, privateDataDir: dir.path });
  const took = performance.now() - started;
  assertEquals([result.status, result.error, input.locked], ["starting", undefined, false]);
  assert(took >= 900, `${took}`);
});

Deno.test("a signal ends it; what came is kept", async () => {
  await using dir = await withDir();
  const stop = new AbortController();
  const input = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(new TextEncoder().encode(START + EVENT)),
  });
  const result = await process({
    input,
    privateDataDir: dir.path,
    signal: stop.signal,
    onOutput: () => stop.abort("SIGTERM"),
  });
  assertEquals(result.error, "canceled");
  assertEquals(eventsIn(result.artifactDir), ["1-u-1.json"]);
});

Deno.test("emitters are told of status and events as in a run, also of those that no file has", async () => {
  await using dir = await withDir();
  const told: string[] = [];
  const emitter = {
    name: "mine",
    send: ({ kind, json, id }: EmitterMessage): Promise<void> => {
      told.push(`${kind} ${id} ${json}`);
      return Promise.resolve();
    },
  };
  const error = '{"status": "error", "job_explanation": "no"}\n';
  const result = await processed(dir, `${START}${EVENT}${error}{"eof": true}\n`, {
    emitters: [emitter],
    eventHandler: () => false,
  });
  assertEquals(told, [
    'status x/starting {"status":"starting","runner_ident":"x"}',
    `event x/1 ${EVENT.trimEnd()}`,
    'status x/error {"status":"error","runner_ident":"x"}',
  ]);
  assertEquals(eventsIn(result.artifactDir), []);
});

Deno.test("env/settings says who is told and what is kept; one that is wrong ends it before it reads", async () => {
  await using dir = await withDir();
  Deno.mkdirSync(`${dir.path}/env`);
  const write = (text: string): void =>
    Deno.writeTextFileSync(`${dir.path}/env/settings`, text, { mode: 0o600 });
  const broken = {
    name: "broken",
    send: (): Promise<void> => Promise.reject(new Error("mine")),
  };
  write("event_level: no_verbose\nemitter_on_error: fail\n");
  let finished = 0;
  const text = `${START}${EVENT}{"eof": true}\n`;
  await assertRejects(
    () => processed(dir, text, { emitters: [broken], finishedCallback: () => finished++ }),
    "mine",
  );
  assertEquals(finished, 1);
  assertEquals(eventsIn(`${dir.path}/artifacts/x`), []);
  write("event_level: 7\n");
  const input = streamOf(text);
  await assertRejects(() => process({ input, privateDataDir: dir.path }), "event_level");
  assert(!input.locked);
});

Deno.test("an rc that an earlier run left is not this one's", async () => {
  await using dir = await withDir();
  Deno.mkdirSync(`${dir.path}/artifacts/x`, { recursive: true });
  for (const name of ["rc", "status"]) {
    Deno.writeTextFileSync(`${dir.path}/artifacts/x/${name}`, name === "rc" ? "0" : "successful");
  }
  const { rc, status, artifactDir } = await processed(dir, START);
  assertEquals([rc, status], [undefined, "error"]);
  assertEquals(Deno.readTextFileSync(`${artifactDir}/status`), "error");
});

Deno.test("a run that is opened for the last handler alone is closed", async () => {
  await using dir = await withDir();
  let asked = 0;
  let finished = 0;
  await assertRejects(
    () =>
      process({
        input: ReadableStream.from([new TextEncoder().encode('{"status": "starting"}\n')]),
        privateDataDir: dir.path,
        get artifactDir(): string {
          if (asked++ === 0) throw new Error("not yet");
          return `${dir.path}/here`;
        },
        finishedCallback: () => finished++,
      }),
    "not yet",
  );
  assertEquals([asked, finished], [2, 1]);
  const open = [...Deno.readDirSync("/proc/self/fd")].flatMap(({ name }) => {
    try {
      return [Deno.readLinkSync(`/proc/self/fd/${name}`)];
    } catch {
      return [];
    }
  });
  assertEquals(open.filter((path) => path.startsWith(dir.path)), []);
});

Deno.test("a connection that breaks is a result, that of a stream that is cut", async () => {
  await using dir = await withDir();
  const input = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.error(new Deno.errors.ConnectionReset("reset")),
  });
  const { status, error } = await process({ input, privateDataDir: dir.path });
  assertEquals([status, error], ["error", EOF_EXPLANATION]);
});
