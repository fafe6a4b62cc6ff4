/**
 * ZeroMQ against libzmq, both ways.
 */
import { run } from "../../mod.ts";
import { ZmqEmitter } from "../../src/emitters/zmq/zmq_emitter.ts";
import { NoAnswer } from "../../src/emitters/emitter.ts";
import { assert, assertEquals, assertRejects } from "../testing/assert.ts";
import { LibraryDir, pause } from "../testing/library_dir.ts";
import { LibzmqPeer, missingLibzmq, wordsOf } from "../testing/libzmq_peer.ts";
import { testOrSkip } from "../testing/skip.ts";

const MISSING = missingLibzmq();
const NEVER = new AbortController().signal;

function lines(place: LibraryDir, count: number, settings: Record<string, unknown>) {
  return { ...place.base, binary: "/bin/sh", cmdline: `-c 'seq ${count}'`, ident: "a", settings };
}

/** What a run of some lines sends, by its status or counter. */
function expected(count: number): string[] {
  const counters = Array.from({ length: count }, (_, at) => String(at + 1));
  return ["starting", "running", ...counters, "successful"];
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

Deno.test("a ZeroMQ that nobody takes anything of ends the run where settings say so", async () => {
  await using place = new LibraryDir();
  const settings = {
    runner_zmq_url: `ipc://${place.dir}/nobody`,
    emitter_deadline: 0.2,
    emitter_on_error: "report",
  };
  assertEquals((await run(lines(place, 1, settings))).rc, 0);
  await assertRejects(
    () => run(lines(place, 1, { ...settings, runner_zmq_on_error: "fail" })),
    "Cannot deliver to emitter zmq: ",
  );
});
