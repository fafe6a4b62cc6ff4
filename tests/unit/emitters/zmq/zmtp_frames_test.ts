import {
  counted,
  encodeCommand,
  encodeMessage,
  FrameReader,
  readCommand,
} from "../../../../src/emitters/zmq/zmtp_frames.ts";
import { assertEquals, assertRejects } from "../../../testing/assert.ts";

/** A peer whose bytes come in pieces of this size. */
function readerOf(bytes: Uint8Array, piece = 3): FrameReader {
  let at = 0;
  return new FrameReader({
    read(buffer) {
      if (at >= bytes.length) return Promise.resolve(null);
      const part = bytes.subarray(at, at + Math.min(piece, buffer.length));
      buffer.set(part);
      at += part.length;
      return Promise.resolve(part.length);
    },
  });
}

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const bytesOf = (value: string): Uint8Array => new TextEncoder().encode(value);

Deno.test("encodeMessage marks all frames but the last, and writes long lengths in 8 bytes", () => {
  assertEquals([...encodeMessage([bytesOf("ab"), bytesOf("c")])], [1, 2, 97, 98, 0, 1, 99]);
  const long = encodeMessage([new Uint8Array(300)]);
  assertEquals([...long.subarray(0, 9)], [2, 0, 0, 0, 0, 0, 0, 1, 44]);
  assertEquals(long.length, 309);
});

Deno.test("FrameReader reads frames however they are cut", async () => {
  const command = encodeCommand("SUBSCRIBE", bytesOf("topic"));
  for (const piece of [1, 2, 7, 10_000]) {
    const all = [command, encodeMessage([new Uint8Array(5000).fill(65)]), command, command];
    const reader = readerOf(Uint8Array.from(all.flatMap((bytes) => [...bytes])), piece);
    const first = await reader.frame();
    const { name, rest = new Uint8Array() } = readCommand(first.body) ?? {};
    assertEquals([first.isCommand, name, text(rest)], [true, "SUBSCRIBE", "topic"]);
    assertEquals((await reader.frame()).body.length, 5000);
    await reader.frame();
    assertEquals((await reader.frame()).isCommand, true);
    await assertRejects(() => reader.frame(), "the peer closed the connection");
  }
});

Deno.test("FrameReader refuses what is too long or no frame before it reads it", async () => {
  const huge = Uint8Array.of(2, 0x7f, 0, 0, 0, 0, 0, 0, 0);
  await assertRejects(() => readerOf(huge).frame(), "the peer sends more than 8 KiB at once");
  await assertRejects(
    () => readerOf(bytesOf("HTTP/1.1")).frame(),
    "the peer does not speak ZMTP",
  );
});

Deno.test("readCommand takes no name that is longer than the command", () => {
  assertEquals(readCommand(Uint8Array.of(9, 65)), undefined);
  assertEquals(readCommand(new Uint8Array()), undefined);
  assertEquals([...counted("ab")], [2, 97, 98]);
});
