/**
 * Makes a connection one of ZMTP 3.1: greeting, mechanism (NULL or PLAIN), types of both sockets.
 *
 * @module
 * @see https://rfc.zeromq.org/spec/37/
 */
import { printable } from "../../internal/printable.ts";
import { joinBytes } from "../../internal/bytes.ts";
import type { ZmqTarget } from "./zmq_settings.ts";
import { counted, encodeCommand, type FrameReader, readCommand } from "./zmtp_frames.ts";

/** What a handshake is made over. */
export interface HandshakeLine {
  readonly reader: FrameReader;
  /** Writes all of it. */
  readonly write: (bytes: Uint8Array) => Promise<void>;
}

/** Which sockets may be at the other end. */
const PEERS: Readonly<Record<ZmqTarget["type"], readonly string[]>> = {
  push: ["PULL"],
  pub: ["SUB", "XSUB"],
};

const EMPTY = new Uint8Array(0);
const GREETING_LENGTH = 64;

/**
 * Shakes hands.
 *
 * @throws {Error} when the other side is no ZeroMQ, or not one for us
 */
export async function shakeHands(line: HandshakeLine, target: ZmqTarget): Promise<void> {
  const mechanism = target.login === undefined ? "NULL" : "PLAIN";
  await line.write(greetingOf(mechanism, target.isBound));
  readGreeting(await line.reader.bytes(GREETING_LENGTH), mechanism);
  const metadata = property("Socket-Type", target.type.toUpperCase());
  const peer = target.login === undefined
    ? await shakeNull(line, metadata)
    : target.isBound
    ? await servePlain(line, { login: target.login, metadata })
    : await askPlain(line, { login: target.login, metadata });
  const type = propertyOf(peer, "socket-type") ?? "";
  const expected = PEERS[target.type];
  if (expected.includes(type)) return;
  throw new Error(`the peer is ${printable(type) || "nothing"}, expected ${expected[0]}`);
}

function greetingOf(mechanism: string, isServer: boolean): Uint8Array {
  const greeting = new Uint8Array(GREETING_LENGTH);
  greeting.set([0xff, 0, 0, 0, 0, 0, 0, 0, 1, 0x7f, 3, 1]);
  greeting.set(new TextEncoder().encode(mechanism), 12);
  greeting[32] = isServer && mechanism === "PLAIN" ? 1 : 0;
  return greeting;
}

function readGreeting(greeting: Uint8Array, mechanism: string): void {
  if (greeting[0] !== 0xff || ((greeting[9] ?? 0) & 1) !== 1) {
    throw new Error("the peer does not speak ZMTP");
  }
  if ((greeting[10] ?? 0) < 3) throw new Error("the peer speaks a ZMTP before 3.0");
  const named = new TextDecoder().decode(greeting.subarray(12, 32)).replace(/\0.*$/s, "");
  if (named !== mechanism) {
    throw new Error(`the peer's security is ${printable(named) || "nothing"}, ours ${mechanism}`);
  }
}

async function shakeNull(line: HandshakeLine, metadata: Uint8Array): Promise<Uint8Array> {
  await line.write(encodeCommand("READY", metadata));
  return await expectCommand(line.reader, "READY");
}

interface PlainOptions {
  readonly login: NonNullable<ZmqTarget["login"]>;
  readonly metadata: Uint8Array;
}

async function askPlain(
  { reader, write }: HandshakeLine,
  { login, metadata }: PlainOptions,
): Promise<Uint8Array> {
  await write(encodeCommand("HELLO", helloOf(login)));
  await expectCommand(reader, "WELCOME");
  await write(encodeCommand("INITIATE", metadata));
  return await expectCommand(reader, "READY");
}

async function servePlain(
  { reader, write }: HandshakeLine,
  { login, metadata }: PlainOptions,
): Promise<Uint8Array> {
  const hello = await expectCommand(reader, "HELLO");
  if (!await isSame(hello, helloOf(login))) {
    await write(encodeCommand("ERROR", counted("Invalid username or password")));
    throw new Error("the peer has another username or password");
  }
  await write(encodeCommand("WELCOME", EMPTY));
  // Good until the next read, and there is none in here.
  const peer = await expectCommand(reader, "INITIATE");
  await write(encodeCommand("READY", metadata));
  return peer;
}

function helloOf({ username, password }: PlainOptions["login"]): Uint8Array {
  return joinBytes([counted(username), counted(password)]);
}

/** How long it takes tells nothing: digests are compared. */
async function isSame(one: Uint8Array, other: Uint8Array): Promise<boolean> {
  const digests = await Promise.all(
    [one, other].map((bytes) => crypto.subtle.digest("SHA-256", new Uint8Array(bytes))),
  );
  const [a = "", b = ""] = digests.map((digest) => new Uint8Array(digest).toHex());
  return a === b;
}

async function expectCommand(reader: FrameReader, expected: string): Promise<Uint8Array> {
  const { isCommand, body } = await reader.frame();
  const command = isCommand ? readCommand(body) : undefined;
  if (command?.name === expected) return command.rest;
  if (command?.name !== "ERROR") throw new Error("the peer does not keep to the handshake");
  const reason = printable(new TextDecoder().decode(command.rest.subarray(1)));
  throw new Error(`the peer refuses us: ${reason || "it does not say why"}`);
}

function property(name: string, value: string): Uint8Array {
  const bytes = new TextEncoder().encode(value);
  return joinBytes([counted(name), Uint8Array.of(0, 0, 0, bytes.length), bytes]);
}

/** A property of a peer, by its name in small letters. */
function propertyOf(metadata: Uint8Array, wanted: string): string | undefined {
  const decoder = new TextDecoder();
  const view = new DataView(metadata.buffer, metadata.byteOffset, metadata.length);
  for (let at = 0; at < metadata.length;) {
    const nameEnd = at + 1 + (metadata[at] ?? 0);
    if (nameEnd + 4 > metadata.length) return undefined;
    const name = decoder.decode(metadata.subarray(at + 1, nameEnd)).toLowerCase();
    at = nameEnd + 4 + view.getUint32(nameEnd);
    if (name === wanted) return decoder.decode(metadata.subarray(nameEnd + 4, at));
  }
  return undefined;
}
