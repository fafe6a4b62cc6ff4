/**
 * Receivers that fail in the ways in which receivers do: the order is kept, nothing that was
 * acknowledged comes twice, nothing is lost, and the run goes as it would without.
 */
import { run } from "../../../mod.ts";
import { findProgram } from "../../../src/internal/programs.ts";
import { assert, assertEquals, assertMatch } from "../../testing/assert.ts";
import { TestAuthority } from "../../testing/certificates.ts";
import { type Fault, FaultyReceiver } from "../../testing/faulty_receiver.ts";
import { TestServer } from "../../testing/http_server.ts";
import { LibraryDir } from "../../testing/library_dir.ts";
import { Scene } from "../../testing/scene.ts";
import { slack } from "../../testing/slack.ts";
import { testOrSkip } from "../../testing/skip.ts";

const LINES = 6;
const EXPECTED = ["starting", "running", "1", "2", "3", "4", "5", "6", "successful"];

function lines(place: LibraryDir, settings: Record<string, unknown>) {
  return { ...place.base, binary: "/bin/sh", cmdline: `-c 'seq ${LINES}'`, ident: "a", settings };
}

/** A header by which a 503 is tried again. */
const AT_ONCE = "retry-after: 0\r\n";

/** The first occurrence of each. */
function firsts(names: readonly string[]): string[] {
  return names.filter((name, at) => names.indexOf(name) === at);
}

const once = (fault: Fault, names: readonly string[]) => (name: string, count: number) =>
  count === 1 && names.includes(name) ? fault : undefined;

const TABLE: readonly {
  readonly title: string;
  readonly faultOf: (name: string, count: number) => Fault | undefined;
  readonly settings?: Record<string, unknown>;
}[] = [
  { title: "is slow", faultOf: () => ({ lateMs: 20 }) },
  { title: "resets connections", faultOf: once("reset", ["starting", "2", "5"]) },
  { title: "closes connections without an answer", faultOf: once("close", ["1", "2"]) },
  { title: "dies in the head of its answer", faultOf: once("half_head", ["running", "3"]) },
  { title: "dies in the body of its answer", faultOf: once("half_body", ["1", "4"]) },
  { title: "hangs in the body of its answer", faultOf: once("hang_body", ["2"]) },
  {
    title: "hangs",
    faultOf: once("hang", ["2", "successful"]),
    settings: { runner_http_timeout: 1 },
  },
  {
    title: "answers when nobody listens any more",
    faultOf: once({ lateMs: 2000 }, ["3"]),
    settings: { runner_http_timeout: 1 },
  },
  { title: "is busy", faultOf: once({ status: 429 }, ["1", "5"]) },
  {
    title: "is away for a while, and says for how long",
    faultOf: once({ status: 503, headers: "retry-after: 1\r\n" }, ["4"]),
  },
];

for (const transport of ["tcp", "unix"]) {
  for (const { title, faultOf, settings = {} } of TABLE) {
    Deno.test(`a receiver (${transport}) that ${title} gets all in order, and nothing twice that it took`, async () => {
      await using place = new LibraryDir();
      const where = transport === "unix" ? { path: `${place.dir}/s` } : undefined;
      await using receiver = new FaultyReceiver(faultOf, where === undefined ? {} : { where });
      const runner = await run(lines(place, { runner_http_url: receiver.url, ...settings }));
      assertEquals([runner.rc, runner.endReason], [0, { reason: "exit", code: 0 }]);
      const names = receiver.requests.map(({ name }) => name);
      assertEquals(firsts(names), EXPECTED);
      // With a short timeout a busy machine may make any answer late.
      const isTimed = "runner_http_timeout" in settings;
      const acknowledged = isTimed ? firsts(receiver.acknowledged) : receiver.acknowledged;
      if (title !== "is slow") assertEquals(acknowledged, EXPECTED);
      assert(
        [...Deno.readDirSync(`${place.dir}/artifacts/a`)].every(({ name }) => name !== "delivery"),
      );
    });
  }
}

Deno.test("a receiver that refuses connections for a while gets all in order", async () => {
  await using place = new LibraryDir();
  // Nobody else binds to this address: its port stays free.
  const hostname = "127.0.17.1";
  const before = new FaultyReceiver(() => undefined, { where: { hostname, port: 0 } });
  const { url } = before;
  await before[Symbol.asyncDispose]();
  const running = run(lines(place, { runner_http_url: url }));
  await new Promise((resolve) => setTimeout(resolve, 400));
  await using receiver = new FaultyReceiver(() => undefined, {
    where: { hostname, port: Number(new URL(url).port) },
  });
  assertEquals((await running).endReason, { reason: "exit", code: 0 });
  assertEquals(receiver.acknowledged, EXPECTED);
});

Deno.test("a receiver that is away for 9 s in the middle of a run gets all in order", async () => {
  await using place = new LibraryDir();
  let awayUntil: number | undefined;
  await using receiver = new FaultyReceiver((name) => {
    if (name === "2") awayUntil ??= performance.now() + 9000;
    return performance.now() < (awayUntil ?? 0) ? { status: 503, headers: AT_ONCE } : "ok";
  });
  const options = lines(place, { runner_http_url: receiver.url, emitter_deadline: 60 });
  const runner = await run({ ...options, cmdline: "-c 'seq 3; sleep 1; seq 4 6'" });
  assertEquals(runner.endReason, { reason: "exit", code: 0 });
  assertEquals(receiver.acknowledged, EXPECTED);
});

Deno.test("seven refusals in a row of the last message fit into the time that a run has for them", async () => {
  await using place = new LibraryDir();
  await using receiver = new FaultyReceiver((name, count) =>
    name === "successful" && count <= 7 ? { status: 429 } : undefined
  );
  // On a busy machine the default may be too little.
  const settings = { runner_http_url: receiver.url, emitter_deadline: 10 * slack() };
  const runner = await run(lines(place, settings));
  assertEquals(runner.endReason, { reason: "exit", code: 0 });
  assertEquals(receiver.acknowledged, EXPECTED);
  assertEquals(receiver.requests.length, EXPECTED.length + 7);
});

Deno.test("what a receiver refused in the run comes by deliver: in order, and nothing else", async () => {
  await using scene = new Scene();
  let isBroken = true;
  const broken: Readonly<Record<string, Fault>> = { 2: { status: 500 }, 4: { status: 404 } };
  await using receiver = new FaultyReceiver((name) => isBroken ? broken[name] : undefined);
  scene.write("env/settings", JSON.stringify({ runner_http_url: receiver.url }));
  scene.write("env/cmdline", "-c 'seq 6'");
  assertEquals((await scene.cli(["run", ".", "-b", "/bin/sh", "-i", "a"])).code, 0);
  const inRun = receiver.acknowledged;
  assertEquals(inRun, EXPECTED.filter((name) => !(name in broken)));
  isBroken = false;
  const { code, stderr } = await scene.cli(["deliver", "."]);
  assertEquals([code, stderr], [0, ""]);
  const rest = receiver.acknowledged.slice(inRun.length);
  assertEquals(rest, ["2", "4"]);
});

testOrSkip(
  "a receiver with a wrong certificate gets nothing, and all by deliver once it has the right one",
  findProgram("openssl", Deno.env.get("PATH") ?? "") === undefined ? "no openssl" : undefined,
  async () => {
    await using scene = new Scene();
    const authority = await TestAuthority.in(scene.root);
    const seen: string[] = [];
    const serve = ({ cert, key }: { cert: string; key: string }, port = 0) =>
      Deno.serve({
        hostname: "127.0.17.2",
        port,
        onListen: () => {},
        cert: Deno.readTextFileSync(cert),
        key: Deno.readTextFileSync(key),
      }, (request) => {
        seen.push(request.headers.get("runner-event")?.replace("a/", "") ?? "");
        return new Response();
      });
    const wrong = serve(await authority.sign("wrong", { san: "DNS:other.example" }));
    const { port } = wrong.addr;
    const settings = {
      runner_http_url: `https://127.0.17.2:${port}/`,
      runner_http_ca_file: authority.caFile,
      emitter_deadline: 0.5,
    };
    scene.write("env/settings", JSON.stringify(settings));
    scene.write("env/cmdline", "-c 'seq 6'");
    const run = await scene.cli(["run", ".", "-b", "/bin/sh", "-i", "a"]);
    await wrong.shutdown();
    assertEquals([run.code, seen], [0, []]);
    assertMatch(run.stderr, /Cannot deliver to emitter http: the certificate is not accepted/);
    const right = serve(await authority.sign("right", { san: "IP:127.0.17.2" }), port);
    const { code, stderr } = await scene.cli(["deliver", "."]);
    await right.shutdown();
    assertEquals([code, stderr, seen], [0, "", EXPECTED]);
  },
);

for (const deadline of [10, 60]) {
  testOrSkip(
    `an answer that is late by 20 s costs nothing that was promised (emitter_deadline ${deadline})`,
    Deno.env.get("RUNNER_TEST_LONG") === "1" ? undefined : "only with RUNNER_TEST_LONG=1",
    async () => {
      await using scene = new Scene();
      await using receiver = new FaultyReceiver(once({ lateMs: 20_000 }, ["3"]));
      const settings = { runner_http_url: receiver.url, emitter_deadline: deadline };
      scene.write("env/settings", JSON.stringify(settings));
      scene.write("env/cmdline", "-c 'seq 6'");
      const { code } = await scene.cli(["run", ".", "-b", "/bin/sh", "-i", "a"]);
      const inTime = ["starting", "running", "1", "2"];
      const inRun = receiver.acknowledged;
      // The last status is always tried.
      assertEquals([code, inRun], [0, deadline === 10 ? [...inTime, "successful"] : EXPECTED]);
      assertEquals((await scene.cli(["deliver", "."])).code, 0);
      const rest = deadline === 10 ? ["3", "4", "5", "6"] : [];
      assertEquals(receiver.acknowledged.slice(inRun.length), rest);
    },
  );
}

for (const transport of ["tcp", "unix"]) {
  Deno.test(`an event of 20 MB arrives whole (${transport})`, async () => {
    await using place = new LibraryDir();
    const where = transport === "unix" ? { path: `${place.dir}/s` } : {};
    await using server = new TestServer(where);
    const size = 20_000_000;
    await run({
      ...place.base,
      binary: "/bin/sh",
      cmdline: `-c 'head -c ${size} /dev/zero | tr "\\0" x; echo; echo end'`,
      settings: { runner_http_url: server.url, runner_http_batch: 10, emitter_deadline: 60 },
    });
    const bodies = server.requests.flatMap(({ body }) => body.trimEnd().split("\n"));
    const texts = bodies.map((body) => JSON.parse(body).stdout ?? JSON.parse(body).status);
    assertEquals(texts.map((text) => text.length), [8, 7, size, 3, 10]);
    assert(/^x+$/.test(texts[2]));
  });
}
