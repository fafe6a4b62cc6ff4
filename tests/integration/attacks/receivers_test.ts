import { run } from "../../../mod.ts";
import { assert, assertEquals, assertMatch, assertRejects } from "../../testing/assert.ts";
import { LibraryDir, pause } from "../../testing/library_dir.ts";
import { RawReceiver } from "../../testing/raw_receiver.ts";
import { Scene, waitFor } from "../../testing/scene.ts";
import { slack } from "../../testing/slack.ts";
import { TestServer } from "../../testing/http_server.ts";

const OK = "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";

/** A run of some lines in place of Ansible. */
function lines(place: LibraryDir, count: number, settings: Record<string, unknown>) {
  const cmdline = `-c 'for n in $(seq ${count}); do echo $n; done'`;
  return { ...place.base, binary: "/bin/sh", cmdline, ident: "a", settings };
}

function reasonIn(dir: string): { undelivered?: { messages: number; error: string }[] } {
  return JSON.parse(Deno.readTextFileSync(`${dir}/artifacts/a/reason`));
}

Deno.test("a receiver that answers late does not hold up the end of a run", async () => {
  await using place = new LibraryDir();
  const late: Promise<void>[] = [];
  await using receiver = new RawReceiver(`${place.dir}/s`, () => {
    const answer = pause(400);
    late.push(answer);
    return answer.then(() => OK);
  });
  const start = performance.now();
  const settings = { runner_http_url: receiver.path, emitter_deadline: 1 };
  const runner = await run(lines(place, 40, settings));
  const took = performance.now() - start;
  assertEquals([runner.status, runner.rc], ["successful", 0]);
  assert(took < 12_000, `${took} ms: one after the other they take 16 s`);
  assertMatch(receiver.requests.at(-1) ?? "", /"status": ?"successful"/);
  const [undelivered] = reasonIn(place.dir).undelivered ?? [];
  assert((undelivered?.messages ?? 0) > 30, JSON.stringify(undelivered));
  await Promise.all(late);
});

Deno.test("a redirect is not followed, and named", async () => {
  await using place = new LibraryDir();
  await using elsewhere = new TestServer();
  const answer =
    `HTTP/1.1 307 Moved\r\nlocation: ${elsewhere.url}/x?key=1\r\ncontent-length: 0\r\n\r\n`;
  await using receiver = new RawReceiver(`${place.dir}/s`, () => answer);
  await using far = new TestServer({ status: 302, headers: { location: `${elsewhere.url}/y` } });
  for (const url of [receiver.path, far.url]) {
    const logged: string[] = [];
    await run({
      ...lines(place, 1, { runner_http_url: url, runner_http_headers: { "X-Key": "k" } }),
      log: (level, message) => void (level === "warning" && logged.push(message)),
    });
    assertEquals(elsewhere.requests, []);
    assertMatch(
      logged[0] ?? "",
      /^Cannot deliver to emitter http: HTTP 30\d \w+: redirects are not followed \(to "http:\/\/127\.0\.0\.1:\d+\/[xy](\?…)?"\)$/,
    );
  }
  assertEquals(receiver.requests.length, 4);
});

Deno.test("HTTP on a unix socket has the request line that servers expect", async () => {
  await using place = new LibraryDir();
  await using receiver = new RawReceiver(`${place.dir}/s`, () => OK);
  await run(lines(place, 2, { runner_http_url: receiver.path, runner_http_path: "/events?x=1" }));
  assertEquals(receiver.requests.length, 5);
  for (const request of receiver.requests) {
    const [head = "", body = ""] = request.split("\r\n\r\n");
    assertEquals(head.split("\r\n"), [
      "POST /events?x=1 HTTP/1.1",
      "host: localhost",
      "content-type: application/json",
      `runner-event: a/${JSON.parse(body).counter ?? JSON.parse(body).status}`,
      `content-length: ${body.length}`,
    ]);
    JSON.parse(body);
  }
  assertEquals(receiver.connections, 1);
});

Deno.test("answers of 4xx and 5xx never end the sending; what is lost is said", async () => {
  await using scene = new Scene();
  {
    await using receiver = new RawReceiver(
      `${scene.root}/s`,
      (_request, index) => index < 9 ? "HTTP/1.1 400 Bad\x1b[31m\r\ncontent-length: 0\r\n\r\n" : OK,
    );
    const env = { RUNNER_HTTP_URL: receiver.path };
    scene.write("env/cmdline", "-c 'seq 20'");
    const args = ["run", ".", "-b", "/bin/sh", "-i", "a", "--logfile", `${scene.root}/log`];
    for (const quiet of [false, true]) {
      receiver.requests.length = 0;
      const { code, stderr } = await scene.cli([...args, ...quiet ? ["-q"] : []], { env });
      assertEquals(code, 0);
      assertEquals(receiver.requests.length, 23);
      const said = [
        "Cannot deliver to emitter http: HTTP 400 Bad\\u001b[31m",
        "Emitter http: 9 messages were not delivered",
      ];
      assertEquals(stderr, quiet ? "" : said.map((text) => `warning: ${text}\n`).join(""));
      const log = Deno.readTextFileSync(`${scene.root}/log`);
      for (const text of said) assert(log.includes(text), log);
      assertEquals(reasonIn(scene.dir).undelivered?.[0]?.messages, 9);
    }
    const { stdout } = await scene.cli(["status", "."]);
    assertMatch(stdout, /successful {2}0 [^]* ended; not delivered: 9 to http \(HTTP 400 Bad/);
  }
  await scene.assertNothingLeft();
});

Deno.test("TERM and a second INT end the waiting for a receiver that never answers", async () => {
  await using scene = new Scene();
  {
    await using receiver = new RawReceiver(`${scene.root}/s`, () => ({}));
    const env = { RUNNER_HTTP_URL: receiver.path };
    for (const signals of [["SIGTERM"], ["SIGINT", "SIGINT"]] as const) {
      const child = scene.spawn(["run", ".", "-b", "/bin/true", "-i", "a"], { env });
      // The end of a run that waits for nothing but its emitter.
      await waitFor(() => exists(`${scene.dir}/artifacts/a/status`), "the end", 60_000);
      const start = performance.now();
      for (const signal of signals) {
        child.kill(signal);
        await pause(50);
      }
      const { code } = await child.output();
      const took = performance.now() - start;
      assertEquals(code, 0);
      assert(took < 2500 * slack(), `${signals}: ${took} ms`);
      Deno.removeSync(`${scene.dir}/artifacts`, { recursive: true });
    }
  }
  await scene.assertNothingLeft();
});

Deno.test("a receiver's own words of an error show neither password nor query", async () => {
  await using place = new LibraryDir();
  using plain = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const serving = (async () => {
    for await (const conn of plain) {
      await conn.write(new TextEncoder().encode("HTTP/1.1 400 No TLS here\r\n\r\n"));
      conn.close();
    }
  })();
  const { port } = plain.addr as Deno.NetAddr;
  const url = `https://user:PASS@127.0.0.1:${port}/hook?token=TOKEN`;
  const logged: string[] = [];
  const runner = await run({
    ...lines(place, 1, { runner_http_url: url, emitter_deadline: 0.2 }),
    log: (_level, message) => void logged.push(message),
  });
  const error = runner.endReason?.undelivered?.[0]?.error ?? "";
  assertMatch(error, /corrupt message|not done when/);
  assert(!/PASS|TOKEN/.test(logged.join("\n") + error), logged.join("\n"));
  plain.close();
  await serving;
});

Deno.test("secrets of receivers stand in no error", async () => {
  await using place = new LibraryDir();
  for (
    const settings of [
      { runner_http_url: "htps://user:PASS@host" },
      { runner_http_url: "https://user:PASS@" },
      { runner_http_url: "http://h/", runner_http_headers: { "X-A": "PASS\r\nX-B: c" } },
      { runner_http_url: "http://h/", runner_http_headers: { "X-A: PASS": "x" } },
    ]
  ) {
    const error = await assertRejects(() => run(lines(place, 1, settings)), "Cannot use runner_");
    assert(!error.message.includes("PASS"), error.message);
    assert(!error.message.includes("\n"), error.message);
  }
});

function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return false;
  }
}
