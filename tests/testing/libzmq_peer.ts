/**
 * A socket of libzmq in a program of its own, by pyzmq.
 *
 * @module
 */
import { findVenv } from "./python_venv.ts";

const found = findVenv("pyzmq", ["pyzmq==27.*"]);
const PYTHON = "python" in found ? found.python : "";

/** Why there is no libzmq here, or undefined. */
export function missingLibzmq(): string | undefined {
  return "missing" in found ? found.missing : undefined;
}

/** A Python that has libzmq; empty where there is none. */
export function libzmqPython(): string {
  return PYTHON;
}

/** One libzmq socket: prints its port, then each message as a list of its frames. */
const PEER = `
import json, sys, threading, time, zmq, zmq.auth.thread
o = json.loads(sys.argv[1])
context = zmq.Context()
if o.get("accounts"):
    auth = zmq.auth.thread.ThreadAuthenticator(context)
    auth.start()
    auth.configure_plain(domain="*", passwords=o["accounts"])
peer = context.socket(getattr(zmq, o["type"]))
peer.linger = 0
if "hwm" in o: peer.rcvhwm = o["hwm"]
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
if o.get("deaf"): time.sleep(600)
while True:
    time.sleep(o.get("sleep", 0))
    frames = [frame.decode() for frame in peer.recv_multipart()]
    print(json.dumps(frames), flush=True)
    if '"status": "successful"' in frames[-1] or '"status":"successful"' in frames[-1] or o.get("only") == 1: break
    if "only" in o: o["only"] -= 1
`;

/** A libzmq socket in a program of its own. */
export class LibzmqPeer implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #lines: AsyncIterator<string>;

  /**
   * Starts it.
   *
   * @param options `type`; `bind` or `connect`; `topics`; `accounts`, `login`; `heartbeat`; `hwm`;
   * `sleep` seconds before each message, `deaf`: none is read; `only` so many
   */
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

  /** Ends it at once. */
  kill(): void {
    this.#child.kill("SIGKILL");
  }

  /** All messages until it ends. */
  async messages(): Promise<string[][]> {
    const all: string[][] = [];
    for (let next = await this.#lines.next(); next.done !== true; next = await this.#lines.next()) {
      all.push(JSON.parse(next.value));
    }
    return all;
  }

  /** Ends it. */
  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.kill();
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
    if (!part.includes("\n")) continue;
    const lines = text.split("\n");
    text = lines.pop() ?? "";
    yield* lines;
  }
}

/** What came, by status or counter. */
export function wordsOf(messages: readonly string[][]): string[] {
  return messages.map((frames) => {
    const { status, counter } = JSON.parse(frames.at(-1) ?? "");
    return String(status ?? counter);
  });
}
