import { FrameReader, StreamError } from "../../../../src/remote/wire/frame_reader.ts";
import { Spool } from "../../../../src/remote/archive/spool.ts";
import { assert, assertEquals, assertRejects } from "../../../testing/assert.ts";
import { bytesOf } from "../../../testing/zips.ts";

function readerOf(text: string, size: number): FrameReader {
  const bytes = new TextEncoder().encode(text);
  const pieces = Array.from(
    { length: Math.ceil(bytes.length / size) },
    (_, at) => bytes.slice(at * size, (at + 1) * size),
  );
  return new FrameReader(ReadableStream.from(pieces));
}

async function textOf(reader: FrameReader): Promise<string | undefined> {
  const bytes = await reader.message();
  return bytes && new TextDecoder().decode(bytes);
}

for (const wrap of [false, true]) {
  Deno.test(`frames cut at any byte, base64 ${wrap ? "wrapped" : "in one run"}`, async () => {
    const data = new Uint8Array(100).map((_, at) => at * 7);
    const base64 = data.toBase64();
    const body = wrap ? base64.replace(/.{76}/g, "$&\n") : base64;
    const text = `\n{"a": "é"}\n \r\n{"zipfile": 100}\n${body}{"eof": true}\n`;
    for (let size = 1; size <= text.length + 1; size++) {
      using reader = readerOf(text, size);
      assertEquals(await textOf(reader), '{"a": "é"}');
      assertEquals(await textOf(reader), '{"zipfile": 100}');
      using spool = new Spool();
      await reader.zip(100, spool);
      assertEquals(bytesOf(spool), data);
      assertEquals(await textOf(reader), '{"eof": true}');
      assertEquals(await textOf(reader), undefined);
    }
  });
}

Deno.test("a message may end with the stream", async () => {
  using reader = readerOf('{"eof": true}', 5);
  assertEquals(await textOf(reader), '{"eof": true}');
});

for (
  const [what, text, length, message] of [
    ["cut", "AAAA", 30, "it ends within a zip file"],
    ["not base64", "AA*A".repeat(10), 30, "not in base64"],
    [
      "padded in its middle",
      `AA==${"AAAA".repeat(9)}`,
      30,
      "expected 30 bytes of a zip file, got 28",
    ],
    ["not padded", "AAAAAAA{", 5, "not in base64"],
  ] as const
) {
  Deno.test(`a zip that is ${what} is an error`, async () => {
    using reader = readerOf(text, 3);
    using spool = new Spool();
    await assertRejects(() => reader.zip(length, spool), message);
  });
}

Deno.test("an aborted signal ends the waiting for bytes; the stream is given back", async () => {
  const stream = new ReadableStream<Uint8Array>({});
  const stop = new AbortController();
  using reader = new FrameReader(stream, stop.signal);
  const read = reader.message();
  stop.abort(new Error("enough"));
  await assertRejects(() => read, "enough");
  assertEquals(stream.locked, false);
});

Deno.test("what follows is dropped until the stream ends, or for a time", async () => {
  let pulled = 0;
  const short = new FrameReader(ReadableStream.from([new Uint8Array(1), new Uint8Array(1)]));
  await short.drain(10_000);
  const endless = new ReadableStream<Uint8Array>({ pull: () => void pulled++ });
  await new FrameReader(endless).drain(20);
  assertEquals([pulled, endless.locked], [1, false]);
});

for (const part of ["message", "zip"] as const) {
  Deno.test(`a connection that breaks within a ${part} is a stream that is cut`, async () => {
    const cause = new Deno.errors.ConnectionReset("Connection reset by peer (os error 104)");
    const stream = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.error(cause),
    });
    using reader = new FrameReader(stream);
    using spool = new Spool();
    const error = await assertRejects(
      () => part === "zip" ? reader.zip(3, spool) : reader.message(),
      "Cannot read the stream: ",
    );
    assert(error instanceof StreamError);
    assertEquals([error.part, error.isCut, error.cause], [part, true, cause]);
  });
}

Deno.test("base64 of more than one piece, with white space at one place", async () => {
  const data = new Uint8Array(300_001).map((_, at) => at * 31);
  const base64 = data.toBase64();
  for (const at of [0, 1, 65_536, 70_003, base64.length - 1]) {
    const body = `${base64.slice(0, at)} \n${base64.slice(at)}`;
    for (const size of [65_536, 65_535, 1 << 20]) {
      using reader = readerOf(`${body}{"eof": true}\n`, size);
      using spool = new Spool();
      await reader.zip(data.length, spool);
      assertEquals(bytesOf(spool), data);
      assertEquals(await textOf(reader), '{"eof": true}');
    }
  }
});

Deno.test("take gives messages as long as there are whole ones, and does not wait", async () => {
  using reader = readerOf('{"a": 1}\n\n {"b": 2}\n{"c"', 1000);
  const take = (): string | undefined => {
    const bytes = reader.take();
    return bytes && new TextDecoder().decode(bytes);
  };
  assertEquals(take(), undefined);
  assertEquals(await textOf(reader), '{"a": 1}');
  assertEquals(take(), '{"b": 2}');
  assertEquals([take(), take()], [undefined, undefined]);
  assertEquals(await textOf(reader), '{"c"');
});

/** Fills buffers of whoever reads, as files and sockets do. */
function byteStream(pieces: readonly string[], end: "closed" | "open"): ReadableStream<Uint8Array> {
  const left = [...pieces];
  return new ReadableStream({
    type: "bytes",
    pull: (controller) => {
      const piece = left.shift();
      if (piece !== undefined) controller.enqueue(new TextEncoder().encode(piece));
      else if (end === "closed") {
        controller.close();
        controller.byobRequest?.respond(0);
      }
      return piece === undefined && end === "open" ? new Promise(() => {}) : undefined;
    },
  });
}

Deno.test("a stream of bytes is read to its end, and given back when the waiting ends", async () => {
  using whole = new FrameReader(byteStream(['{"a"', ': 1}\n{"b"', ": 2}"], "closed"));
  assertEquals(await textOf(whole), '{"a": 1}');
  assertEquals(await textOf(whole), '{"b": 2}');
  assertEquals(await textOf(whole), undefined);
  const open = byteStream(['{"a": 1}\n'], "open");
  const stop = new AbortController();
  using reader = new FrameReader(open, stop.signal);
  assertEquals(await textOf(reader), '{"a": 1}');
  const read = reader.message();
  stop.abort(new Error("enough"));
  await assertRejects(() => read, "enough");
  assertEquals(open.locked, false);
});

Deno.test("a message that comes a byte at a time costs what it is long, and no buffer for each byte", async () => {
  let [left, most] = [1500, 0];
  const before = Deno.memoryUsage().external;
  const stream = new ReadableStream({
    type: "bytes",
    pull(controller) {
      const view = controller.byobRequest?.view;
      assert(view instanceof Uint8Array);
      view[0] = left-- > 0 ? 97 : 10;
      controller.byobRequest?.respond(1);
      // Asking takes longer than a byte.
      if (left % 50 === 0) most = Math.max(most, Deno.memoryUsage().external - before);
    },
  });
  using reader = new FrameReader(stream);
  assertEquals((await reader.message())?.length, 1500);
  assert(most < 190 << 20, `${most} bytes of 393 million`);
});
