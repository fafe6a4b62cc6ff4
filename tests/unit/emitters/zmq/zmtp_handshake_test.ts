import { FrameReader } from "../../../../src/emitters/zmq/zmtp_frames.ts";
import { shakeHands } from "../../../../src/emitters/zmq/zmtp_handshake.ts";
import type { ZmqTarget } from "../../../../src/emitters/zmq/zmq_settings.ts";
import { assertEquals, assertRejects } from "../../../testing/assert.ts";

const PUSH: ZmqTarget = {
  type: "push",
  isBound: false,
  address: { transport: "tcp", hostname: "h", port: 1 },
  login: undefined,
};

/** What a peer says, without regard to what it hears. */
function lineOf(...said: readonly Uint8Array[]) {
  const written: string[] = [];
  const bytes = said.flatMap((part) => [...part]);
  let at = 0;
  const reader = new FrameReader({
    read(buffer) {
      if (at >= bytes.length) return Promise.resolve(null);
      const part = bytes.slice(at, at + buffer.length);
      buffer.set(part);
      at += part.length;
      return Promise.resolve(part.length);
    },
  });
  const write = (part: Uint8Array): Promise<void> => {
    written.push(new TextDecoder("latin1").decode(part));
    return Promise.resolve();
  };
  return { written, reader, write };
}

function greeting(mechanism: string, major = 3): Uint8Array {
  const bytes = new Uint8Array(64);
  bytes.set([0xff, 0, 0, 0, 0, 0, 0, 0, 1, 0x7f, major, 1]);
  bytes.set(new TextEncoder().encode(mechanism), 12);
  return bytes;
}

function command(text: string): Uint8Array {
  const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0));
  return Uint8Array.from([4, bytes.length, ...bytes]);
}

const READY = (type: string): Uint8Array =>
  command(`\x05READY\x0bSocket-Type\0\0\0${String.fromCharCode(type.length)}${type}`);

Deno.test("shakeHands takes a PULL socket, and says who we are", async () => {
  const line = lineOf(greeting("NULL"), READY("PULL"));
  await shakeHands(line, PUSH);
  assertEquals(line.written[0]?.length, 64);
  assertEquals(line.written[1], "\x04\x1a\x05READY\x0bSocket-Type\0\0\0\x04PUSH");
});

Deno.test("shakeHands says what is wrong with a peer", async () => {
  const web = new TextEncoder().encode(`HTTP/1.1 400 Bad Request\r\n${"x".repeat(60)}`);
  for (
    const [said, problem] of [
      [[web], "the peer does not speak ZMTP"],
      [[greeting("NULL", 2)], "the peer speaks a ZMTP before 3.0"],
      [[greeting("CURVE")], "the peer's security is CURVE, ours NULL"],
      [[greeting("NULL"), READY("SUB")], "the peer is SUB, expected PULL"],
      [[greeting("NULL"), command("\x05READY")], "the peer is nothing, expected PULL"],
      [[greeting("NULL"), command("\x05READY\xff")], "the peer is nothing, expected PULL"],
      [[greeting("NULL"), command("\x05READY\x01a\xff\xff\xff\xff")], "the peer is nothing"],
      [[greeting("NULL"), command("\x05ERROR\x03no\x1b")], "the peer refuses us: no\\u001b"],
      [[greeting("NULL"), command("\x04PING\0\0")], "the peer does not keep to the handshake"],
      [[greeting("NULL").subarray(0, 20)], "the peer closed the connection"],
    ] as const
  ) await assertRejects(() => shakeHands(lineOf(...said), PUSH), problem);
});

Deno.test("shakeHands logs in by PLAIN, and lets in who has the same password", async () => {
  const login = { username: "me", password: "pw" };
  const client = lineOf(greeting("PLAIN"), command("\x07WELCOME"), READY("PULL"));
  await shakeHands(client, { ...PUSH, login });
  assertEquals(client.written[1], "\x04\x0c\x05HELLO\x02me\x02pw");
  const initiate = command("\x08INITIATE\x0bSocket-Type\0\0\0\x04PULL");
  const server = { ...PUSH, isBound: true, login };
  await shakeHands(lineOf(greeting("PLAIN"), command("\x05HELLO\x02me\x02pw"), initiate), server);
  const wrong = lineOf(greeting("PLAIN"), command("\x05HELLO\x02me\x02px"), initiate);
  await assertRejects(
    () => shakeHands(wrong, server),
    "the peer has another username or password",
  );
  assertEquals(wrong.written.at(-1)?.includes("ERROR"), true);
});
