/**
 * Streams that nobody of good will sends, to a worker and to `process`: nothing is outside the target,
 * time and memory are bounded, and one clear status says what is wrong. A failing example shows its
 * seed. Zips by themselves are in unit/remote/archive.
 */
import fc from "fast-check";
import { process, transmit, work } from "../../../mod.ts";
import { assert, assertEquals, assertMatch } from "../../testing/assert.ts";
import { within } from "../../testing/scene.ts";
import { type TestDir, withDir, zipByPython } from "../../testing/zips.ts";

const RUNS = Deno.env.get("RUNNER_TEST_LONG") === "1" ? 1500 : 25;

/** Longer means that it never ends, on whatever machine, in milliseconds. */
const FOR_EVER = 60_000;

/** More than a stream of a few kilobytes may ever cost, in bytes. */
const MUCH = 300 << 20;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** One thing that is done to the bytes of a stream. */
interface Damage {
  readonly kind: "flip" | "cut" | "drop" | "repeat" | "insert";
  /** Where, as a part of the whole. */
  readonly at: number;
  readonly length: number;
  readonly bytes: Uint8Array;
}

const DAMAGE: fc.Arbitrary<Damage> = fc.record({
  kind: fc.constantFrom<Damage["kind"]>("flip", "cut", "drop", "repeat", "insert"),
  at: fc.double({ min: 0, max: 0.999, noNaN: true }),
  length: fc.integer({ min: 1, max: 200 }),
  bytes: fc.oneof(
    fc.uint8Array({ minLength: 1, maxLength: 20 }),
    fc.constantFrom("\n", "{}", '{"eof": true}\n', '{"zipfile": 3}\n', '{"status": "x"}\n', "[")
      .map((text) => encoder.encode(text)),
  ),
});

function damaged(stream: Uint8Array, { kind, at, length, bytes }: Damage): Uint8Array {
  const start = Math.floor(at * stream.length);
  const [before, after] = [stream.subarray(0, start), stream.subarray(start)];
  const join = (...parts: Uint8Array[]): Uint8Array =>
    new Uint8Array(parts.flatMap((part) => [...part]));
  switch (kind) {
    case "flip":
      return join(before, Uint8Array.of((after[0] ?? 0) ^ (1 << (length % 8))), after.subarray(1));
    case "cut":
      return before;
    case "drop":
      return join(before, after.subarray(length));
    case "repeat":
      return join(before, after.subarray(0, length), after);
    case "insert":
      return join(before, bytes, after);
  }
}

/** In pieces that end anywhere. */
function streamOf(bytes: Uint8Array, piece = 700): ReadableStream<Uint8Array> {
  const count = Math.ceil(bytes.length / piece);
  return ReadableStream.from(
    Array.from({ length: count }, (_, at) => bytes.subarray(at * piece, (at + 1) * piece)),
  );
}

class Kept {
  text = "";
  readonly stream: WritableStream<Uint8Array> = new WritableStream({
    write: (bytes) => void (this.text += decoder.decode(bytes, { stream: true })),
  });
}

/** A job that does nothing, as a sender's stream. */
async function job(dir: TestDir): Promise<Uint8Array> {
  const sent = `${dir.path}/sent`;
  Deno.mkdirSync(`${sent}/project/roles`, { recursive: true });
  Deno.writeTextFileSync(`${sent}/project/a`, "content\n".repeat(50));
  Deno.symlinkSync("a", `${sent}/project/link`);
  const kept = new Kept();
  const options = { ident: "x", binary: "/bin/true", settings: { idle_timeout: 20 } };
  await transmit({ privateDataDir: sent, output: kept.stream, ...options });
  return encoder.encode(kept.text);
}

/** Names in the directory around the target: nothing may be added. */
function around(dir: TestDir): string[] {
  return Array.from(Deno.readDirSync(dir.path), ({ name }) => name).sort();
}

async function toWorker(dir: TestDir, stream: Uint8Array): Promise<string> {
  const out = new Kept();
  const place = { privateDataDir: `${dir.path}/work`, deletePrivateDataDir: true };
  const input = streamOf(stream);
  const { status } = await within(FOR_EVER, work({ input, output: out.stream, ...place }));
  assert(out.text.endsWith('{"eof": true}\n'), out.text.slice(-200));
  const words = out.text.split("\n").filter((line) => line.startsWith('{"status"'))
    .map((line) => JSON.parse(line).status);
  assertEquals(words.at(-1), status);
  assert(words.filter((word) => word === "error").length <= 1, words.join());
  assertEquals(around(dir), ["sent"], "the worker's directory is gone, nothing is beside it");
  return out.text;
}

Deno.test("a job that was damaged on its way: one status, the end, and nothing is left", async () => {
  await using dir = await withDir();
  const stream = await job(dir);
  const property = fc.asyncProperty(
    fc.array(DAMAGE, { minLength: 1, maxLength: 3 }),
    async (damages) => void await toWorker(dir, damages.reduce(damaged, stream)),
  );
  await fc.assert(property, { numRuns: RUNS });
});

Deno.test("results that were damaged on their way: one status, events are kept, nothing is outside", async () => {
  await using dir = await withDir();
  const names = ["worker-success", "worker-failure", "worker-cancel"];
  const streams = names.map((name) =>
    Deno.readFileSync(new URL(`../../fixtures/recorded/stream/${name}.stream`, import.meta.url))
  );
  const property = fc.asyncProperty(
    fc.constantFrom(...streams),
    fc.array(DAMAGE, { minLength: 1, maxLength: 3 }),
    async (stream, damages) => {
      const input = streamOf(damages.reduce(damaged, stream));
      const privateDataDir = `${dir.path}/back`;
      const result = await within(FOR_EVER, process({ input, privateDataDir }));
      assert(result.artifactDir.startsWith(`${privateDataDir}/artifacts`), result.artifactDir);
      if (result.status === "error") assert(result.error !== undefined);
      assertEquals(around(dir), ["back"]);
      Deno.removeSync(privateDataDir, { recursive: true });
    },
  );
  await fc.assert(property, { numRuns: RUNS });
});

const HUGE = "9".repeat(15);

/** What is sent, and what a worker and `process` say of it. */
const FAULTS: Readonly<Record<string, readonly [stream: string, worker: RegExp, process: RegExp]>> =
  {
    "a zip that claims a petabyte": [
      `{"zipfile": ${HUGE}}\nAAAA`,
      /Failed to extract private data directory/,
      /^Unexpected empty line/,
    ],
    "a zip whose length is no number": [
      '{"zipfile": "1e9"}\nAAAA',
      /Failed to extract private data directory/,
      /a zip file has no length/,
    ],
    "a zip of other letters than those of base64": [
      '{"zipfile": 3}\n\u00e9*!{"eof": true}\n',
      /Failed to extract private data directory/,
      /a zip file is not in base64|ends? within/,
    ],
    "arrays without end": [
      `${"[".repeat(200_000)}\n`,
      /Failed to JSON parse/,
      /^Failed to JSON parse/,
    ],
    "objects without end": [
      `${'{"a":'.repeat(200_000)}\n`,
      /Failed to JSON parse/,
      /^Failed to JSON parse/,
    ],
    "a line of control characters": [
      "\x1b]0;title\x07\x00\n",
      /Failed to JSON parse/,
      /^Failed to JSON parse.*\\x1b\]0;title\\x07\\x00'$/,
    ],
    "bytes that are no text": ["\ud800\n", /Failed to JSON parse/, /^Failed to JSON parse/],
  };

for (const [what, [stream, worker, processor]] of Object.entries(FAULTS)) {
  Deno.test(`${what}: said in one status, whatever is claimed`, async () => {
    await using dir = await withDir();
    Deno.mkdirSync(`${dir.path}/sent`);
    const before = Deno.memoryUsage().rss;
    assertMatch(await toWorker(dir, encoder.encode(stream)), worker);
    const input = streamOf(encoder.encode(stream));
    const result = await process({ input, privateDataDir: `${dir.path}/back` });
    assertEquals(result.status, "error");
    assertMatch(result.error ?? "", processor);
    assert(Deno.memoryUsage().rss - before < MUCH, "memory");
  });
}

Deno.test("a worker's files replace none of ours, and links that it made are not followed", async () => {
  await using dir = await withDir();
  const outside = `${dir.path}/outside`;
  Deno.writeTextFileSync(outside, "mine");
  const link = { name: "fact_cache", mode: 0o120777, data: dir.path, stored: true };
  const file = { name: "fact_cache/outside", mode: 0o100644, data: "theirs" };
  for (const members of [[link], [link, file]]) {
    const zip = await zipByPython(members);
    const text = '{"status": "starting", "runner_ident": "x"}\n' +
      `{"zipfile": ${zip.length}}\n${zip.toBase64()}{"eof": true}\n`;
    await process({
      input: streamOf(encoder.encode(text)),
      privateDataDir: `${dir.path}/back`,
    });
  }
  assertEquals(Deno.readTextFileSync(outside), "mine");
});
