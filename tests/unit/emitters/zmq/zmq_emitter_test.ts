import { NoAnswer } from "../../../../src/emitters/emitter.ts";
import { ZmqEmitter } from "../../../../src/emitters/zmq/zmq_emitter.ts";
import type { ZmqTarget } from "../../../../src/emitters/zmq/zmq_settings.ts";
import { assert, assertEquals, assertRejects } from "../../../testing/assert.ts";

const NEVER = new AbortController().signal;
const ENDED = AbortSignal.abort();

/** A directory for sockets, and a target that is there. */
function place(more: Partial<ZmqTarget> = {}) {
  const dir = Deno.makeTempDirSync({ prefix: "runner_zmq_" });
  const address = { transport: "unix", path: `${dir}/s` } as const;
  const target: ZmqTarget = { type: "push", isBound: false, login: undefined, address, ...more };
  return { address, target, [Symbol.dispose]: () => Deno.removeSync(dir, { recursive: true }) };
}

function emitterOf(target: ZmqTarget) {
  const warnings: string[] = [];
  return {
    warnings,
    emitter: new ZmqEmitter(target, { warn: (text) => void warnings.push(text) }),
  };
}

const message = (n: number, text = "") =>
  ({ kind: "event", json: `{"n": ${n}, "t": "${text}"}`, id: `a/${n}` }) as const;

function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

function greeting(): string {
  return `\xff${"\0".repeat(8)}\x7f\x03\x01NULL${"\0".repeat(48)}`;
}

function command(text: string): string {
  return `\x04${String.fromCharCode(text.length)}${text}`;
}

function ready(type: string): string {
  return command(`\x05READY\x0bSocket-Type\0\0\0${String.fromCharCode(type.length)}${type}`);
}

async function write(conn: Deno.Conn, text: string): Promise<void> {
  const bytes = bytesOf(text);
  for (let at = 0; at < bytes.length;) at += await conn.write(bytes.subarray(at));
}

/** Reads until a text has come. */
async function readUntil(conn: Deno.Conn, wanted: string): Promise<string> {
  const buffer = new Uint8Array(65536);
  for (let text = ""; !text.includes(wanted);) {
    const count = await conn.read(buffer);
    if (count === null) throw new Error(`closed behind ${JSON.stringify(text)}`);
    text += Array.from(buffer.subarray(0, count), (byte) => String.fromCharCode(byte)).join("");
    if (text.includes(wanted)) return text;
  }
  return "";
}

/** Whether a connection is closed by its other side, whatever it says before. */
async function isClosed(conn: Deno.Conn): Promise<boolean> {
  const buffer = new Uint8Array(65536);
  try {
    while (await conn.read(buffer) !== null);
  } catch {
    // Reset.
  }
  return true;
}

Deno.test("ZmqEmitter answers a heartbeat, and hands a message over in one frame", async () => {
  using at = place();
  using listener = Deno.listen(at.address);
  const { emitter, warnings } = emitterOf(at.target);
  const sent = emitter.send(message(1), NEVER);
  using conn = await listener.accept();
  await write(conn, greeting() + ready("PULL") + command("\x04PING\0\0id"));
  await readUntil(conn, "\x04PONGid");
  await sent;
  const late = emitter.send(message(2, "x".repeat(300)), NEVER);
  await readUntil(conn, `\x02${"\0".repeat(6)}\x01={"n": 2`);
  await late;
  const closed = emitter.close();
  assert(await isClosed(conn));
  conn.close();
  await closed;
  assertEquals(warnings, []);
});

Deno.test("ZmqEmitter says why nobody takes a message", async () => {
  using at = place();
  {
    const { emitter } = emitterOf(at.target);
    const error = await assertRejects(() => emitter.send(message(1), NEVER));
    assert(error instanceof NoAnswer, String(error));
    assert(/^No such file or directory/.test(error.message), error.message);
    await emitter.close();
  }
  using listener = Deno.listen(at.address);
  const accepting = (async () => {
    const conn = await listener.accept();
    await write(conn, `HTTP/1.1 400 Bad Request\r\n${"x".repeat(60)}`);
    assert(await isClosed(conn));
    conn.close();
  })();
  const { emitter } = emitterOf(at.target);
  await assertRejects(() => emitter.send(message(1), NEVER), "the peer does not speak ZMTP");
  await accepting;
  await emitter.close(ENDED);
});

for (
  const [what, said] of [
    ["says more at once than is allowed", "\x02\0\0\0\x01\0\0\0\0"],
    [
      "subscribes without end",
      Array.from({ length: 1001 }, (_, n) => command(`\x09SUBSCRIBEt${n}`)).join(""),
    ],
    [
      "subscribes to endless topics",
      Array.from({ length: 700 }, (_, n) => `\0\x65\x01${String(n).padEnd(100)}`).join(""),
    ],
  ] as const
) {
  Deno.test(`ZmqEmitter closes the connection of a peer that ${what}`, async () => {
    using at = place({ type: "pub", isBound: true });
    const { emitter } = emitterOf(at.target);
    const sent = emitter.send(message(1), NEVER);
    using conn = await connect(at.address);
    await write(conn, greeting() + ready("SUB"));
    await write(conn, said).catch(() => {});
    assert(await isClosed(conn));
    await sent;
    await emitter.close(ENDED);
  });
}

/** The emitter listens soon. */
async function connect(address: Deno.UnixConnectOptions): Promise<Deno.Conn> {
  for (let turn = 0;; turn++) {
    try {
      return await Deno.connect(address);
    } catch (error) {
      if (turn > 500) throw error;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
}

Deno.test("ZmqEmitter waits once for a subscriber that does not read; then it misses messages", async () => {
  using at = place({ type: "pub", isBound: true });
  const { emitter, warnings } = emitterOf(at.target);
  const first = emitter.send(message(0), NEVER);
  using conn = await connect(at.address);
  await write(conn, `${greeting()}${ready("SUB")}\0\x01\x01`);
  await first;
  const text = "x".repeat(2000);
  let waited = 0;
  for (let n = 1; n <= 3000; n++) {
    const start = performance.now();
    await emitter.send(message(n, text), NEVER);
    if (performance.now() - start > 900) waited++;
  }
  await emitter.close(ENDED);
  // On a busy machine others may take as long.
  assert(waited >= 1 && waited < 10, `${waited}`);
  assertEquals(warnings.length, 1);
  const [, missed] = /^Emitter zmq: slow subscribers missed (\d+) messages$/.exec(
    warnings[0] ?? "",
  ) ?? [];
  assert(Number(missed) > 500 && Number(missed) < 2000, warnings[0] ?? "");
});

Deno.test("ZmqEmitter takes the place of a socket that a killed run left, and of no live one", async () => {
  using at = place({ type: "pub", isBound: true });
  // A listener that is closed leaves its file.
  Deno.listen(at.address).close();
  const { emitter, warnings } = emitterOf(at.target);
  await emitter.send(message(1), NEVER);
  const other = emitterOf(at.target);
  await assertRejects(() => other.emitter.send(message(1), NEVER), "cannot listen: ");
  await other.emitter.close();
  await emitter.close();
  assertEquals(warnings.length, 1);
  assert(warnings[0]?.startsWith("Emitter zmq: nobody subscribed: "), warnings[0] ?? "");
  await assertRejects(() => Deno.lstat(at.address.path));
});
