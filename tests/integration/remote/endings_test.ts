/**
 * How remote jobs end: signals at any moment, cut streams, readers that are gone; and where their
 * secrets go.
 */
import { process, transmit, work, type WorkOptions, type WorkResult } from "../../../mod.ts";
import { assert, assertEquals, assertMatch } from "../../testing/assert.ts";
import { filesBelow, processesWith } from "../../testing/leaks.ts";
import { cliCommand, waitFor } from "../../testing/scene.ts";
import { slack } from "../../testing/slack.ts";
import { type TestDir, withDir, zipByPython } from "../../testing/zips.ts";

const decoder = new TextDecoder();

/** A stream that keeps what is written to it. */
class Kept {
  text = "";
  readonly stream: WritableStream<Uint8Array> = new WritableStream({
    write: (bytes) => void (this.text += decoder.decode(bytes, { stream: true })),
  });

  get messages(): Record<string, unknown>[] {
    return this.text.split("\n").filter((line) => line.startsWith("{")).map((line) =>
      JSON.parse(line)
    );
  }

  get statuses(): unknown[] {
    return this.messages.flatMap(({ status }) => status === undefined ? [] : [status]);
  }
}

function streamOf(text: string): ReadableStream<Uint8Array> {
  return ReadableStream.from([new TextEncoder().encode(text)]);
}

/** A job that is a program of ours, as the sender's stream. */
async function jobOf(
  dir: TestDir,
  script: string,
  options: Record<string, unknown> = {},
): Promise<string> {
  const pdd = `${dir.path}/sent`;
  Deno.mkdirSync(`${pdd}/project`, { recursive: true });
  Deno.writeTextFileSync(`${pdd}/job`, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  const kept = new Kept();
  const binary = `${dir.path}/work/job`;
  await transmit({ privateDataDir: pdd, ident: "x", binary, output: kept.stream, ...options });
  return kept.text;
}

async function worked(
  dir: TestDir,
  stream: string,
  options: Partial<WorkOptions> = {},
): Promise<{ readonly result: WorkResult; readonly out: Kept }> {
  const out = new Kept();
  const result = await work({
    input: streamOf(stream),
    output: out.stream,
    privateDataDir: `${dir.path}/work`,
    ...options,
  });
  assert(out.text.endsWith('{"eof": true}\n'), out.text.slice(-100));
  return { result, out };
}

Deno.test("a job goes there and comes back; with deletion nothing of it stays", async () => {
  await using dir = await withDir();
  const job = await jobOf(dir, "echo hello; exit 3");
  const { result, out } = await worked(dir, job, { deletePrivateDataDir: true });
  assertEquals(result, { status: "failed", rc: 3 });
  assertEquals(out.statuses, ["starting", "running", "failed"]);
  const back = await process({ input: streamOf(out.text), privateDataDir: `${dir.path}/back` });
  assertEquals([back.status, back.rc, back.error], ["failed", 3, undefined]);
  assertEquals(Deno.readTextFileSync(`${back.artifactDir}/stdout`), "hello\r\n");
  const names = Array.from(Deno.readDirSync(back.artifactDir), ({ name }) => name).sort();
  assertEquals(names, ["command", "job_events", "rc", "reason", "status", "stderr", "stdout"]);
  assertEquals(Array.from(Deno.readDirSync(dir.path), ({ name }) => name).sort(), ["back", "sent"]);
});

Deno.test("a sender's settings remove no other run of the worker", async () => {
  await using dir = await withDir();
  const old = `${dir.path}/work/artifacts/old`;
  Deno.mkdirSync(old, { recursive: true });
  for (const name of ["command", "stdout", "rc"]) Deno.writeTextFileSync(`${old}/${name}`, "0");
  const job = await jobOf(dir, "echo hello", { settings: { artifacts_keep: 1 } });
  const { result } = await worked(dir, job);
  assertEquals(result.rc, 0);
  assert(Deno.lstatSync(`${old}/rc`).isFile);
});

Deno.test("secrets that come as options are on no disk of the worker, and masked in its stream", async () => {
  await using dir = await withDir();
  const secrets = ["hunter22hunter22", "tokentokentoken1", "extraextraextra1"];
  const job = await jobOf(
    dir,
    `cd "$AWX_ISOLATED_DATA_DIR/../.." && grep -rl "$(printf hunter22)hunter22" . ; env | grep -c API_TOKEN=`,
    {
      passwords: { "Password:": secrets[0] },
      envvars: { API_TOKEN: secrets[1] },
      settings: { idle_timeout: 60 },
      cmdline: "--some words",
    },
  );
  const { result, out } = await worked(dir, job);
  assertEquals(result.rc, 0);
  const back = await process({ input: streamOf(out.text), privateDataDir: `${dir.path}/back` });
  assertEquals(Deno.readTextFileSync(`${back.artifactDir}/stdout`), "1\r\n");
  for (const path of filesBelow(`${dir.path}/work`)) {
    if (!Deno.lstatSync(`${dir.path}/work/${path}`).isFile) continue;
    const text = Deno.readTextFileSync(`${dir.path}/work/${path}`);
    for (const secret of secrets) assert(!text.includes(secret), path);
  }
  for (const secret of secrets) assert(!out.text.includes(secret));
  const [starting] = out.messages;
  assert("API_TOKEN" in (starting?.["env"] as object));
  const names = Array.from(Deno.readDirSync(`${dir.path}/work`), ({ name }) => name);
  assert(!names.includes("env"), "no env/ is made");
});

for (
  const [what, stream, explanation, rc] of [
    ["nothing", "", /^Failed to JSON parse a line from transmit stream\.$/, 0],
    ["no JSON", "hello\n", /^Failed to JSON parse a line from transmit stream\.$/, 0],
    ["a cut line", '{"kwa', /^Failed to JSON parse a line from transmit stream\.$/, 0],
    ["no end", '{"kwargs": {"module": "ping"}}\n', /^Failed to JSON parse/, 0],
    ["no zip", '{"zipfile": 4}\nAAAAAA=={"eof": true}\n', /^Failed to extract private data/, 0],
    ["a cut zip", '{"zipfile": 4000}\nAAAA', /^Failed to extract private data/, 0],
    ["a zip of no length", '{"zipfile": -1}\n', /^Failed to extract private data/, 0],
    ["a zip that is text", '{"zipfile": 30}\n{"eof": true}\n', /^Failed to extract private/, 0],
    ["a list", "[1]\n", /a message is not an object$/, 1],
    ["no kwargs", '{"eof": true}\n', /the stream has no kwargs$/, 1],
    ["null", '{"kwargs": null}\n{"eof": true}\n', /the stream has no kwargs$/, 1],
    ["nothing to run", '{"kwargs": {}}\n{"eof": true}\n', /^Cannot start: no playbook/, 1],
    [
      "a later key",
      '{"kwargs": {"module": "ping", "later": 1}}\n{"eof": true}\n',
      /got an unexpected keyword argument 'later'$/,
      1,
    ],
    [
      "an ident that leads out",
      '{"kwargs": {"module": "ping", "ident": "../y"}}\n{"eof": true}\n',
      /^Cannot use ident/,
      1,
    ],
    [
      "an engine that is not there",
      '{"kwargs": {"module": "ping", "process_isolation": true, ' +
      '"process_isolation_executable": "no-such-engine"}}\n{"eof": true}\n',
      /no-such-engine/,
      1,
    ],
  ] as const
) {
  Deno.test(`${what} is told as an error, and leaves no directory`, async () => {
    await using dir = await withDir();
    const { result, out } = await worked(dir, stream, { deletePrivateDataDir: true });
    assertEquals(result, { status: "error", rc });
    const last = out.messages.findLast(({ status }) => status === "error");
    assertMatch(String(last?.["job_explanation"]), explanation);
    assertEquals([...Deno.readDirSync(dir.path)], []);
  });
}

Deno.test("a zip that leads outside is one error, and nothing is outside", async () => {
  await using dir = await withDir();
  const zip = await zipByPython([{ name: "../out", mode: 0o100644, data: "x" }]);
  const stream = `{"zipfile": ${zip.length}}\n${zip.toBase64()}{"eof": true}\n`;
  const { out } = await worked(dir, stream, { deletePrivateDataDir: true });
  assertMatch(out.text, /Failed to extract private data directory on worker\./);
  assertEquals([...Deno.readDirSync(dir.path)], []);
});

Deno.test("a signal before the job has come cancels it at once", async () => {
  const stop = new AbortController();
  const out = new Kept();
  const input = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(new TextEncoder().encode('{"kwargs": {}}\n')),
  });
  setTimeout(() => stop.abort("SIGTERM"), 50);
  const result = await work({ input, output: out.stream, signal: stop.signal });
  assertEquals(result, { status: "canceled", rc: 254 });
  assertEquals(out.text, '{"status": "canceled"}\n{"eof": true}\n');
  assert(!input.locked);
});

Deno.test("a signal during the job ends it; status, artifacts and end are sent", async () => {
  await using dir = await withDir();
  const marker = `remote-test-${crypto.randomUUID()}`;
  const job = await jobOf(dir, "sleep 600", { envvars: { MARKER: marker } });
  const stop = new AbortController();
  const running = worked(dir, job, { signal: stop.signal });
  await waitFor(() => processesWith(marker).length > 0, "the job runs");
  const started = performance.now();
  stop.abort("SIGTERM");
  const { result, out } = await running;
  assert(performance.now() - started < 4000 * slack());
  assertEquals(result, { status: "canceled", rc: 254 });
  assertEquals(out.statuses, ["starting", "running", "canceled"]);
  assertMatch(out.text, /\{"zipfile": \d+\}/);
  assertEquals(processesWith(marker), []);
});

Deno.test("a reader that is gone ends the job", async () => {
  await using dir = await withDir();
  const marker = `remote-test-${crypto.randomUUID()}`;
  const job = await jobOf(dir, `echo a; sleep 1; echo b; sleep 600`, {
    envvars: { MARKER: marker },
  });
  let writes = 0;
  const output = new WritableStream<Uint8Array>({
    write: () => {
      if (++writes > 2) throw new Deno.errors.BrokenPipe("gone");
    },
  });
  const options = { privateDataDir: `${dir.path}/work`, deletePrivateDataDir: true };
  const result = await work({ input: streamOf(job), output, ...options });
  assertEquals(result.rc, 1);
  assertEquals(processesWith(marker), []);
  assertEquals(Array.from(Deno.readDirSync(dir.path), ({ name }) => name), ["sent"]);
});

Deno.test("a canceled job does not wait for a reader that stopped reading", async () => {
  await using dir = await withDir();
  const marker = `remote-test-${crypto.randomUUID()}`;
  const job = await jobOf(dir, "while :; do seq 1000; done", { envvars: { MARKER: marker } });
  const stop = new AbortController();
  let writes = 0;
  const output = new WritableStream<Uint8Array>({
    write: () => ++writes > 2 ? new Promise<void>(() => {}) : undefined,
  });
  const options = { privateDataDir: `${dir.path}/work`, deletePrivateDataDir: true };
  const running = work({ input: streamOf(job), output, signal: stop.signal, ...options });
  await waitFor(() => writes > 2 && processesWith(marker).length > 0, "the reader has stopped");
  const started = performance.now();
  stop.abort("SIGTERM");
  const result = await running;
  // Receptor kills 10 s after its signal.
  assert(performance.now() - started < 8000 * slack());
  assertEquals(result.rc, 1);
  assertEquals(processesWith(marker), []);
  assertEquals(Array.from(Deno.readDirSync(dir.path), ({ name }) => name), ["sent"]);
});

Deno.test("a silent job keeps the connection alive, also while it is waited for", async () => {
  await using dir = await withDir();
  const line = '{"event": "keepalive", "counter": 0, "uuid": 0}\n';
  const out = new Kept();
  const job = await jobOf(dir, "sleep 1");
  const input = new ReadableStream<Uint8Array>({
    async start(controller) {
      await waitFor(() => out.text.startsWith(line + line), "two lines before the job");
      controller.enqueue(new TextEncoder().encode(job));
      controller.close();
    },
  });
  const privateDataDir = `${dir.path}/work`;
  await work({ input, output: out.stream, privateDataDir, keepaliveSeconds: 0.3 });
  assert(out.text.split(line).length > 3);
  const back = await process({ input: streamOf(out.text), privateDataDir: `${dir.path}/back` });
  assertEquals([back.status, back.error], ["successful", undefined]);
});

for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) {
  Deno.test(`the program: ${signal} before the job, nothing on standard error, exit code 254`, async () => {
    const [program = "", ...args] = cliCommand();
    const child = new Deno.Command(program, {
      args: [...args, "worker", "--keepalive-seconds", "1"],
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const reader = child.stdout.getReader();
    const first = await reader.read();
    assertMatch(decoder.decode(first.value), /keepalive/);
    child.kill(signal);
    let rest = "";
    for (;;) {
      const { value } = await reader.read();
      if (value === undefined) break;
      rest += decoder.decode(value);
    }
    assertEquals(
      rest.replaceAll(/.*keepalive.*\n/g, ""),
      '{"status": "canceled"}\n{"eof": true}\n',
    );
    assertEquals((await child.status).code, 254);
    assertEquals(await new Response(child.stderr).text(), "");
    await child.stdin.abort().catch(() => {});
  });
}
