/**
 * Peers of libzmq that fail in the ways in which networks and programs do. ZeroMQ acknowledges
 * nothing: what the system had taken for a connection that broke is lost, and no more; the order is
 * kept, each message comes whole, and none twice.
 */
import { run } from "../../../mod.ts";
import { assert, assertEquals, assertMatch } from "../../testing/assert.ts";
import { LibraryDir, pause } from "../../testing/library_dir.ts";
import { LibzmqPeer, missingLibzmq, wordsOf } from "../../testing/libzmq_peer.ts";
import { Scene } from "../../testing/scene.ts";
import { testOrSkip } from "../../testing/skip.ts";

const MISSING = missingLibzmq();
const BIG = 20_000_000;
const BIG_LINE = `head -c ${BIG} /dev/zero | tr "\\0" x; echo`;

function job(place: LibraryDir, script: string, settings: Record<string, unknown>) {
  return { ...place.base, binary: "/bin/sh", cmdline: `-c '${script}'`, ident: "a", settings };
}

function expected(count: number): string[] {
  const counters = Array.from({ length: count }, (_, at) => String(at + 1));
  return ["starting", "running", ...counters, "successful"];
}

/** Hands bytes on, and cuts its first connection after so many of them. */
class CuttingProxy implements AsyncDisposable {
  /** How many connections came. */
  connections = 0;
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #target: number;
  readonly #cutAfter: number;
  readonly #open = new Set<Deno.Conn>();
  readonly #running: Promise<void>[] = [];

  constructor(target: string, cutAfter: number) {
    this.#target = Number(new URL(target).port);
    this.#cutAfter = cutAfter;
    this.#running.push(this.#accept());
  }

  get url(): string {
    return `tcp://127.0.0.1:${this.#listener.addr.port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    for (const conn of [...this.#open]) this.#close(conn);
    await Promise.all(this.#running);
  }

  async #accept(): Promise<void> {
    try {
      for await (const conn of this.#listener) {
        const most = this.connections++ === 0 ? this.#cutAfter : Infinity;
        const far = await Deno.connect({ hostname: "127.0.0.1", port: this.#target });
        for (const each of [conn, far]) this.#open.add(each);
        this.#running.push(this.#pipe(conn, { to: far, most }));
        this.#running.push(this.#pipe(far, { to: conn, most: Infinity }));
      }
    } catch {
      // Closed.
    }
  }

  async #pipe(from: Deno.Conn, { to, most }: { to: Deno.Conn; most: number }): Promise<void> {
    const buffer = new Uint8Array(65536);
    try {
      for (let left = most; left > 0;) {
        const count = await from.read(buffer);
        if (count === null) break;
        const piece = buffer.subarray(0, Math.min(count, left));
        for (let at = 0; at < piece.length;) at += await to.write(piece.subarray(at));
        left -= piece.length;
      }
    } catch {
      // Either side is gone.
    }
    this.#close(from);
    this.#close(to);
  }

  #close(conn: Deno.Conn): void {
    if (this.#open.delete(conn)) conn.close();
  }
}

testOrSkip("a slow PULL gets all in order", MISSING, async () => {
  await using place = new LibraryDir();
  await using peer = new LibzmqPeer({
    type: "PULL",
    bind: "tcp://127.0.0.1:*",
    hwm: 1,
    sleep: 0.02,
  });
  const settings = { runner_zmq_url: await peer.line(), emitter_deadline: 60 };
  const runner = await run(job(place, "seq 50", settings));
  assertEquals(runner.endReason, { reason: "exit", code: 0 });
  assertEquals(wordsOf(await peer.messages()), expected(50));
});

testOrSkip("a PULL that is not there for a while gets all in order", MISSING, async () => {
  await using place = new LibraryDir();
  await using before = new LibzmqPeer({ type: "PULL", bind: "tcp://127.0.17.3:*" });
  const url = await before.line();
  await before[Symbol.asyncDispose]();
  const running = run(job(place, "seq 6", { runner_zmq_url: url, emitter_deadline: 60 }));
  await pause(500);
  await using peer = new LibzmqPeer({ type: "PULL", bind: url });
  await peer.line();
  const messages = await peer.messages();
  assertEquals((await running).endReason, { reason: "exit", code: 0 });
  assertEquals(wordsOf(messages), expected(6));
});

testOrSkip(
  "a connection that is cut between messages costs what was under way",
  MISSING,
  async () => {
    await using place = new LibraryDir();
    await using peer = new LibzmqPeer({ type: "PULL", bind: "tcp://127.0.0.1:*" });
    await using proxy = new CuttingProxy(await peer.line(), 5000);
    const settings = { runner_zmq_url: proxy.url, emitter_deadline: 60 };
    await run(job(place, "for n in $(seq 40); do echo $n; sleep 0.02; done", settings));
    const words = wordsOf(await peer.messages());
    assertEquals(words, expected(40).filter((word) => words.includes(word)));
    assert(words.length >= 30, `${words}`);
    assertEquals([words[0], words.at(-1), proxy.connections], ["starting", "successful", 2]);
  },
);

testOrSkip(
  "a connection that is cut in a message of 20 MB: it comes whole, once",
  MISSING,
  async () => {
    await using place = new LibraryDir();
    await using peer = new LibzmqPeer({ type: "PULL", bind: "tcp://127.0.0.1:*" });
    await using proxy = new CuttingProxy(await peer.line(), 1_000_000);
    const settings = { runner_zmq_url: proxy.url, emitter_deadline: 60 };
    await run(job(place, `${BIG_LINE}; sleep 1; echo end`, settings));
    const messages = await peer.messages();
    assertEquals(wordsOf(messages), expected(2));
    assertEquals(JSON.parse(messages[2]?.[0] ?? "").stdout.length, BIG);
    assertEquals(proxy.connections, 2);
  },
);

testOrSkip("a SUB gets an event of 20 MB whole", MISSING, async () => {
  await using place = new LibraryDir();
  await using peer = new LibzmqPeer({ type: "SUB", bind: "tcp://127.0.0.1:*", topics: [""] });
  const settings = {
    runner_zmq_url: await peer.line(),
    runner_zmq_type: "pub",
    emitter_deadline: 60,
  };
  await run(job(place, `${BIG_LINE}; echo end`, settings));
  const messages = await peer.messages();
  assertEquals(wordsOf(messages), expected(2));
  assertEquals(JSON.parse(messages[2]?.[1] ?? "").stdout.length, BIG);
});

testOrSkip("a PULL that reads nothing does not hold up the end of a run", MISSING, async () => {
  await using place = new LibraryDir();
  await using peer = new LibzmqPeer({
    type: "PULL",
    bind: "tcp://127.0.0.1:*",
    hwm: 1,
    deaf: true,
  });
  const warnings: string[] = [];
  const settings = { runner_zmq_url: await peer.line(), emitter_deadline: 0.5 };
  const runner = await run({
    ...job(
      place,
      `for n in $(seq 20); do ${BIG_LINE.replace(`${BIG}`, "1000000")}; done`,
      settings,
    ),
    log: (level, message) => void (level === "warning" && warnings.push(message)),
  });
  assertEquals([runner.status, runner.rc], ["successful", 0]);
  assertMatch(warnings[0] ?? "", /^Cannot deliver to emitter zmq: /);
  assert((runner.endReason?.undelivered?.[0]?.messages ?? 0) > 0);
});

testOrSkip(
  "a killed run leaves a PULL with whole messages in order, and the next run comes",
  MISSING,
  async () => {
    await using scene = new Scene();
    await using peer = new LibzmqPeer({ type: "PULL", bind: "tcp://127.0.0.1:*" });
    scene.write("env/settings", JSON.stringify({ runner_zmq_url: await peer.line() }));
    scene.write("env/cmdline", "-c 'seq 20; sleep 60'");
    const child = scene.spawn(["run", ".", "-b", "/bin/sh", "-i", "a"]);
    const messages: string[][] = [];
    while (messages.length < 22) messages.push(JSON.parse(await peer.line()));
    child.kill("SIGKILL");
    await child.output();
    assertEquals(wordsOf(messages), expected(20).slice(0, -1));
    scene.write("env/cmdline", "-c 'seq 3'");
    assertEquals((await scene.cli(["run", ".", "-b", "/bin/sh", "-i", "b"])).code, 0);
    assertEquals(wordsOf(await peer.messages()), expected(3));
  },
);

testOrSkip(
  "a PULL that comes 20 s late gets what is not given up by then, in order",
  MISSING ??
    (Deno.env.get("RUNNER_TEST_LONG") === "1" ? undefined : "only with RUNNER_TEST_LONG=1"),
  async () => {
    await using place = new LibraryDir();
    await using before = new LibzmqPeer({ type: "PULL", bind: "tcp://127.0.17.4:*" });
    const url = await before.line();
    await before[Symbol.asyncDispose]();
    const settings = { runner_zmq_url: url, emitter_deadline: 60 };
    const running = run(job(place, "for n in $(seq 30); do echo $n; sleep 1; done", settings));
    await pause(20_000);
    await using peer = new LibzmqPeer({ type: "PULL", bind: url });
    await peer.line();
    const words = wordsOf(await peer.messages());
    const { endReason, rc } = await running;
    assertEquals(rc, 0);
    assertEquals(words, expected(30).slice(-words.length));
    assertEquals(words.length + (endReason?.undelivered?.[0]?.messages ?? 0), 33);
    assert(words.length > 5, `${words}`);
  },
);
