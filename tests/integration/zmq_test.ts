/**
 * ZeroMQ against libzmq, both ways.
 */
import { run } from "../../mod.ts";
import { ZmqEmitter } from "../../src/emitters/zmq/zmq_emitter.ts";
import { NoAnswer } from "../../src/emitters/emitter.ts";
import { assert, assertEquals } from "../testing/assert.ts";
import { LibraryDir, pause } from "../testing/library_dir.ts";
import { findVenv } from "../testing/python_venv.ts";
import { testOrSkip } from "../testing/skip.ts";

const found = findVenv("pyzmq", ["pyzmq==27.*"]);
const MISSING = "missing" in found ? found.missing : undefined;
const PYTHON = "python" in found ? found.python : "";
const NEVER = new AbortController().signal;

/** One libzmq socket: prints its port, then each message as a list of its frames. */
const PEER = `
import json, sys, threading, zmq, zmq.auth.thread
o = json.loads(sys.argv[1])
context = zmq.Context()
if o.get("accounts"):
    auth = zmq.auth.thread.ThreadAuthenticator(context)
    auth.start()
    auth.configure_plain(domain="*", passwords=o["accounts"])
peer = context.socket(getattr(zmq, o["type"]))
peer.linger = 0
if o.get("accounts"): peer.plain_server = True
if o.get("login"): peer.plain_username, peer.plain_password = map(str.encode, o["login"])
if o.get("heartbeat"):
    peer.heartbeat_ivl = o["heartbeat"]
    peer.heartbeat_timeout = 60000
for topic in o.get("topics", []): peer.subscribe(topic)
if "connect" in o:
    peer.connect(o["connect"])
    print("connected", flush=True)
else:
    peer.bind(o["bind"])
    print(peer.last_endpoint.decode(), flush=True)
while True:
    frames = [frame.decode() for frame in peer.recv_multipart()]
    print(json.dumps(frames), flush=True)
    if '"status": "successful"' in frames[-1] or '"status":"successful"' in frames[-1] or o.get("only") == 1: break
    if "only" in o: o["only"] -= 1
`;

/** A libzmq socket in a program of its own. */
class LibzmqPeer implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #lines: AsyncIterator<string>;

  constructor(options: Readonly<Record<string, unknown>>) {
    this.#child = new Deno.Command(PYTHON, {
      args: ["-c", PEER, JSON.stringify(options)],
      stdin: "null",
      stdout: "piped",
    }).spawn();
    this.#lines = linesOf(this.#child.stdout);
  }

  /** The next line that it prints. */
  async line(): Promise<string> {
    const { value, done } = await this.#lines.next();
    if (done === true) throw new Error("the peer ended");
    return value;
  }

  /** All messages until it ends. */
  async messages(): Promise<string[][]> {
    const all: string[][] = [];
    for (let next = await this.#lines.next(); next.done !== true; next = await this.#lines.next()) {
      all.push(JSON.parse(next.value));
    }
    return all;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#child.kill("SIGKILL");
    } catch {
      // It has ended.
    }
    await this.messages().catch(() => {});
    await this.#child.status;
  }
}

async function* linesOf(stream: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<string> {
  let text = "";
  for await (const part of stream.pipeThrough(new TextDecoderStream())) {
    text += part;
    const lines = text.split("\n");
    text = lines.pop() ?? "";
    yield* lines;
  }
}

function lines(place: LibraryDir, count: number, settings: Record<string, unknown>) {
  return { ...place.base, binary: "/bin/sh", cmdline: `-c 'seq ${count}'`, ident: "a", settings };
}

/** What a run of some lines sends, by its status or counter. */
function expected(count: number): string[] {
  const counters = Array.from({ length: count }, (_, at) => String(at + 1));
  return ["starting", "running", ...counters, "successful"];
}

function wordsOf(messages: readonly string[][]): string[] {
  return messages.map((frames) => {
    const { status, counter } = JSON.parse(frames.at(-1) ?? "");
    return String(status ?? counter);
  });
}

testOrSkip("PUSH connects to a PULL of libzmq: all messages, in order", MISSING, async () => {
  await using place = new LibraryDir();
  await using peer = new LibzmqPeer({ type: "PULL", bind: "tcp://127.0.0.1:*", heartbeat: 300 });
  const settings = { runner_zmq_url: await peer.line() };
  const runner = await run(lines(place, 500, settings));
  assertEquals(runner.endReason, { reason: "exit", code: 0 });
  const messages = await peer.messages();
  assertEquals(wordsOf(messages), expected(500));
  assert(messages.every(({ length }) => length === 1));
});

testOrSkip("PUSH listens, PULLs of libzmq connect by a socket: all messages", MISSING, async () => {
  await using place = new LibraryDir();
  const url = `ipc://${place.dir}/zmq`;
  await using peer = new LibzmqPeer({ type: "PULL", connect: url });
  await peer.line();
  await run(lines(place, 100, { runner_zmq_url: url, runner_zmq_bind: true }));
  assertEquals(wordsOf(await peer.messages()), expected(100));
  assertEquals([...Deno.readDirSync(place.dir)].filter(({ name }) => name === "zmq"), []);
});

testOrSkip(
  "PUB connects: a SUB of libzmq gets topics and messages, no first one lost",
  MISSING,
  async () => {
    await using place = new LibraryDir();
    await using peer = new LibzmqPeer({ type: "SUB", bind: "tcp://127.0.0.1:*", topics: [""] });
    const settings = { runner_zmq_url: await peer.line(), runner_zmq_type: "pub" };
    // More than what waits for a subscriber at most.
    await run(lines(place, 1500, settings));
    const messages = await peer.messages();
    assertEquals(wordsOf(messages), expected(1500));
    assertEquals(new Set(messages.map(([topic]) => topic)), new Set(["status", "verbose"]));
  },
);

testOrSkip("PUB listens: each SUB of libzmq gets what it subscribed to", MISSING, async () => {
  await using place = new LibraryDir();
  const url = `ipc://${place.dir}/zmq`;
  await using status = new LibzmqPeer({ type: "SUB", connect: url, topics: ["status"] });
  await status.line();
  const settings = { runner_zmq_url: url, runner_zmq_type: "pub", runner_zmq_bind: true };
  await run(lines(place, 10, settings));
  assertEquals(wordsOf(await status.messages()), ["starting", "running", "successful"]);
});

testOrSkip(
  "PLAIN: libzmq lets us in, we let libzmq in, and a wrong password is told",
  MISSING,
  async () => {
    await using place = new LibraryDir();
    const login = { runner_zmq_username: "me", runner_zmq_password: "good horse" };
    {
      const accounts = { me: "good horse" };
      await using peer = new LibzmqPeer({ type: "PULL", bind: "tcp://127.0.0.1:*", accounts });
      const url = await peer.line();
      const warnings: string[] = [];
      await run({
        ...lines(place, 1, {}),
        log: (level, message) => void (level === "warning" && warnings.push(message)),
        settings: {
          ...login,
          runner_zmq_password: "bad cow",
          runner_zmq_url: url,
          emitter_deadline: 0.5,
        },
      });
      assert(warnings[0]?.startsWith("Cannot deliver to emitter zmq: "), warnings[0] ?? "none");
      assert(!warnings.join().includes("cow"));
      await run(lines(place, 5, { ...login, runner_zmq_url: url }));
      assertEquals(wordsOf(await peer.messages()), expected(5));
    }
    const url = `ipc://${place.dir}/zmq`;
    await using peer = new LibzmqPeer({ type: "PULL", connect: url, login: ["me", "good horse"] });
    await peer.line();
    await run(lines(place, 5, { ...login, runner_zmq_url: url, runner_zmq_bind: true }));
    assertEquals(wordsOf(await peer.messages()), expected(5));
  },
);

testOrSkip("PUSH goes on with a PULL that came back", MISSING, async () => {
  await using first = new LibzmqPeer({ type: "PULL", bind: "tcp://127.0.0.1:*", only: 3 });
  const url = new URL(await first.line());
  const address = { transport: "tcp", hostname: "127.0.0.1", port: Number(url.port) } as const;
  const target = { type: "push", isBound: false, login: undefined, address } as const;
  const emitter = new ZmqEmitter(target, { warn: () => {} });
  const send = (n: number) =>
    emitter.send({ kind: "event", json: `{"counter": ${n}}`, id: `a/${n}` }, NEVER);
  for (const n of [1, 2, 3]) await send(n);
  assertEquals(wordsOf(await first.messages()), ["1", "2", "3"]);
  await first[Symbol.asyncDispose]();
  await using second = new LibzmqPeer({
    type: "PULL",
    bind: `tcp://127.0.0.1:${url.port}`,
    only: 2,
  });
  await second.line();
  const patiently = async (n: number): Promise<void> => {
    while (!await send(n).then(() => true, (error) => !(error instanceof NoAnswer))) {
      await pause(20);
    }
  };
  for (const n of [4, 5]) await patiently(n);
  assertEquals(wordsOf(await second.messages()), ["4", "5"]);
  await emitter.close();
});
