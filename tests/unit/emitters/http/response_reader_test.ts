import { assertEquals, assertRejects } from "../../../testing/assert.ts";
import {
  ClosedBeforeAnswer,
  ResponseReader,
  type ResponseReaderOptions,
} from "../../../../src/emitters/http/response_reader.ts";

/** Gives the text in pieces of a few bytes, then the end. */
function readerOf(
  text: string,
  { step = text.length, ...options }: ResponseReaderOptions & { readonly step?: number } = {},
): ResponseReader {
  const bytes = new TextEncoder().encode(text);
  let at = 0;
  return new ResponseReader({
    read(buffer) {
      if (at >= bytes.length) return Promise.resolve(null);
      const piece = bytes.subarray(at, at + Math.min(step, buffer.length));
      buffer.set(piece);
      at += piece.length;
      return Promise.resolve(piece.length);
    },
  }, options);
}

const OK = { status: 200, statusText: "OK", location: undefined, retryAfter: undefined };

for (
  const [title, text, expected] of [
    ["a length", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", { ...OK, isReusable: true }],
    ["no length", "HTTP/1.1 200 OK\r\n\r\nuntil the end", { ...OK, isReusable: false }],
    [
      "chunks and trailers",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n5;x=y\r\nhello\r\nA\r\n0123456789\r\n0\r\nX: y\r\n\r\n",
      { ...OK, isReusable: true },
    ],
    [
      "a length beside chunks",
      "HTTP/1.1 200 OK\r\ncontent-length: 3\r\ntransfer-encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n",
      { ...OK, isReusable: false },
    ],
    [
      "connection: close",
      "HTTP/1.1 200 OK\r\nConnection: Close\r\nContent-Length: 0\r\n\r\n",
      { ...OK, isReusable: false },
    ],
    ["HTTP/1.0", "HTTP/1.0 200 OK\r\ncontent-length: 0\r\n\r\n", { ...OK, isReusable: false }],
    [
      "HTTP/1.0 that keeps it",
      "HTTP/1.0 200 OK\r\nconnection: keep-alive\r\ncontent-length: 0\r\n\r\n",
      { ...OK, isReusable: true },
    ],
    [
      "interim answers",
      "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n",
      {
        ...OK,
        isReusable: true,
      },
    ],
    ["no body", "HTTP/1.1 204\r\n\r\n", { ...OK, status: 204, statusText: "", isReusable: true }],
    ["a redirect", "HTTP/1.1 302 Found\r\nLocation:  /x \r\ncontent-length: 0\r\n\r\n", {
      status: 302,
      statusText: "Found",
      location: "/x",
      retryAfter: undefined,
      isReusable: true,
    }],
    ["a time", "HTTP/1.1 429 Wait\r\nRetry-After: 3\r\ncontent-length: 0\r\n\r\n", {
      ...OK,
      status: 429,
      statusText: "Wait",
      retryAfter: "3",
      isReusable: true,
    }],
    ["lone line feeds", "HTTP/1.1 200 OK\ncontent-length: 0\n\n", { ...OK, isReusable: true }],
    ["a body that breaks off", "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhello", {
      ...OK,
      isReusable: false,
    }],
    ["a huge body", "HTTP/1.1 200 OK\r\ncontent-length: 99999999\r\n\r\n", {
      ...OK,
      isReusable: false,
    }],
  ] as const
) {
  Deno.test(`ResponseReader reads an answer with ${title}, in one piece or many`, async () => {
    for (const step of [undefined, 1, 3]) {
      assertEquals(await readerOf(text, step === undefined ? {} : { step }).read(), expected);
    }
  });
}

Deno.test("ResponseReader reads one answer after the other, and sees what nobody asked for", async () => {
  const one = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi";
  const reader = readerOf(one + one);
  await reader.read();
  assertEquals(reader.hasLeftover, true);
  await reader.read();
  assertEquals(reader.hasLeftover, false);
  const error = await assertRejects(() => reader.read());
  assertEquals(error instanceof ClosedBeforeAnswer, true);
});

const CHUNKED = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";

for (
  const [text, message] of [
    ["", "the receiver closed the connection without an answer"],
    ["HTTP/1.1 200 OK\r\nContent-Le", "in the middle of its answer"],
    ["SSH-2.0-OpenSSH_9.2\r\n", "the status line is malformed"],
    ["HTTP/2 200 OK\r\n\r\n", "the status line is malformed"],
    ["HTTP/1.1 101 Switching\r\n\r\n", "wants to speak another protocol"],
    ["HTTP/1.1 200 OK\r\nno colon\r\n\r\n", "a header is malformed"],
    ["HTTP/1.1 200 OK\r\n folded: x\r\n\r\n", "a header is malformed"],
    ["HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n", "the content length is malformed"],
    ["HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n", "content length"],
    [`${CHUNKED}xyz\r\n`, "the size of a chunk is malformed"],
    [`${CHUNKED}1\r\nabc\r\n`, "the end of a chunk is malformed"],
    [`HTTP/1.1 200 OK\r\n${"a: b\r\n".repeat(20_000)}`, "more than 64 KiB of headers"],
    [`HTTP/1.1 ${"x".repeat(200_000)}`, "more than 64 KiB of headers"],
    ["HTTP/1.1 100 Continue\r\n\r\n".repeat(50), "interim answers without end"],
  ] as const
) {
  Deno.test(`ResponseReader refuses ${JSON.stringify(text.slice(0, 60))}`, async () => {
    await assertRejects(() => readerOf(text, { step: 1000 }).read(), message);
  });
}

Deno.test("ResponseReader keeps a body when it is wanted, and says when it waits for it", async () => {
  for (
    const [text, expected] of [
      ["HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello", "hello"],
      [`${CHUNKED}2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n`, "hello"],
      ["HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhel", "hel"],
      ["HTTP/1.0 200 OK\r\n\r\nends with it", "ends with it"],
      ["HTTP/1.1 204 None\r\n\r\n", ""],
    ] as const
  ) {
    for (const step of [undefined, 1, 3]) {
      let waits = 0;
      const { body } = await readerOf(text, {
        keepsBody: true,
        onBodyAwaited: () => void waits++,
        ...(step === undefined ? {} : { step }),
      }).read();
      assertEquals(new TextDecoder().decode(body), expected);
      if (step === 1 && expected !== "") assertEquals(waits > 0, true);
      if (step === undefined && text.endsWith("hello")) assertEquals(waits, 0);
    }
  }
});

Deno.test("ResponseReader gives up a body without end", async () => {
  let reads = 0;
  const reader = new ResponseReader({
    read(buffer) {
      const text = reads++ === 0 ? CHUNKED : `400\r\n${"x".repeat(1024)}\r\n`;
      return Promise.resolve(new TextEncoder().encodeInto(text, buffer).written);
    },
  });
  assertEquals((await reader.read()).isReusable, false);
  assertEquals(reads, 66);
});
