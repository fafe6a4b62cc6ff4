import { Spool } from "../../../../src/remote/archive/spool.ts";
import { FrameWriter } from "../../../../src/remote/wire/frame_writer.ts";
import { assert, assertEquals } from "../../../testing/assert.ts";
import { spoolOf } from "../../../testing/zips.ts";

function sink(write: (text: string) => void | Promise<void>): WritableStream<Uint8Array> {
  return new WritableStream({ write: (bytes) => write(new TextDecoder().decode(bytes)) });
}

Deno.test("messages are ASCII lines as Python writes them; a zip has no line break in it or after", async () => {
  let written = "";
  const stream = sink((text) => void (written += text));
  const writer = new FrameWriter(stream);
  writer.message({ kwargs: { a: null, "é": ["x", 1] } });
  using spool = spoolOf(new Uint8Array(4));
  await writer.zip(spool);
  await writer.end();
  assertEquals(
    written,
    '{"kwargs": {"a": null, "\\u00e9": ["x", 1]}}\n{"zipfile": 4}\nAAAAAA=={"eof": true}\n',
  );
  assertEquals(stream.locked, false);
});

Deno.test("a silent writer keeps the connection alive, never within a zip", async () => {
  let written = "";
  const writer = new FrameWriter(
    sink(async (text) => {
      await new Promise((resolve) => setTimeout(resolve, 30));
      written += text;
    }),
    { keepaliveMs: 10 },
  );
  await new Promise((resolve) => setTimeout(resolve, 100));
  using spool = new Spool();
  spool.append(new Uint8Array(2_000_000));
  await writer.zip(spool);
  await writer.end();
  const line = '{"event": "keepalive", "counter": 0, "uuid": 0}\n';
  assert(written.startsWith(line), written.slice(0, 100));
  assert(
    /^(\{"event".*\n)+\{"zipfile": 2000000\}\nA+=(\{"event".*\n)*\{"eof": true\}\n$/.test(written),
  );
});

Deno.test("a reader that is gone is told of, and writing goes on into nothing", async () => {
  const writer = new FrameWriter(sink(() => Promise.reject(new Error("gone"))));
  writer.message({});
  await new Promise((resolve) => writer.gone.addEventListener("abort", resolve));
  writer.message({});
  await writer.end();
  assertEquals((writer.gone.reason as Error).message, "gone");
});

Deno.test("a slow reader makes whoever writes wait", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const writer = new FrameWriter(sink(() => promise));
  assertEquals(writer.line("x"), undefined);
  const wait = writer.line("x".repeat(1 << 20));
  assert(wait instanceof Promise);
  resolve();
  await wait;
  await writer.end();
});
