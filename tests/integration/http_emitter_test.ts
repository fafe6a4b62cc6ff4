import { assert, assertEquals, assertRejects, assertThrows } from "../testing/assert.ts";
import { TestServer } from "../testing/http_server.ts";
import { HttpEmitter } from "../../src/emitters/http/http_emitter.ts";
import { receiverOf } from "../../src/emitters/http/http_target.ts";

const NEVER = new AbortController().signal;
const MESSAGE = { kind: "event", json: '{"uuid": "1", "counter": 1}', id: "a/1" } as const;

Deno.test("HttpEmitter posts JSON with headers to a URL", async () => {
  await using server = new TestServer();
  const emitter = new HttpEmitter({
    url: `${server.url}/hook?key=1`,
    path: "/ignored",
    headers: { "X-Token": "abc" },
  });
  await emitter.send(MESSAGE, NEVER);
  await emitter.send({ kind: "status", json: '{"status": "running"}', id: "a/running" }, NEVER);
  emitter.close();
  assertEquals(server.requests.map(({ method, path, body }) => [method, path, body]), [
    ["POST", "/hook?key=1", '{"uuid": "1", "counter": 1}'],
    ["POST", "/hook?key=1", '{"status": "running"}'],
  ]);
  const headers = server.requests[0]?.headers;
  assertEquals(headers?.["content-type"], "application/json");
  assertEquals(headers?.["x-token"], "abc");
});

Deno.test("HttpEmitter posts to a unix socket, with the request path", async () => {
  const dir = Deno.makeTempDirSync();
  {
    await using server = new TestServer({ path: `${dir}/s` });
    for (const [path, expected] of [["/a/b?c=d", "/a/b?c=d"], ["x", "/x"], [undefined, "/"]]) {
      const emitter = new HttpEmitter({ url: `${dir}/s`, path });
      await emitter.send(MESSAGE, NEVER);
      emitter.close();
      assertEquals(server.requests.at(-1)?.path, expected);
    }
    assertEquals(server.requests[0]?.body, MESSAGE.json);
  }
  Deno.removeSync(dir, { recursive: true });
});

// Not beside the unit tests: a process has one working directory for all its threads.
Deno.test("receiverOf takes http for a URL, whatever lies in the working directory", () => {
  const dir = Deno.makeTempDirSync();
  const before = Deno.cwd();
  Deno.mkdirSync(`${dir}/https:/receiver.example`, { recursive: true });
  try {
    Deno.chdir(dir);
    using _socket = Deno.listen({ transport: "unix", path: "s" });
    using _trap = Deno.listen({ transport: "unix", path: "https:/receiver.example/x" });
    assertEquals(receiverOf({ url: "https://receiver.example/x" }).kind, "url");
    assertThrows(
      () => receiverOf({ url: "s" }),
      "Cannot use runner_http_url: expected a URL or the absolute path of a unix socket, got",
    );
  } finally {
    Deno.chdir(before);
    Deno.removeSync(dir, { recursive: true });
  }
});

Deno.test("HttpEmitter turns user and password of the URL into a header", async () => {
  await using server = new TestServer();
  const emitter = new HttpEmitter({ url: server.url.replace("//", "//me:pass%20word@") });
  await emitter.send(MESSAGE, NEVER);
  assertEquals(
    server.requests[0]?.headers["authorization"],
    `Basic ${new TextEncoder().encode("me:pass word").toBase64()}`,
  );
});

Deno.test("HttpEmitter fails when the answer is an error, nobody listens, or it is told to end", async () => {
  {
    await using server = new TestServer({ status: 503 });
    const emitter = new HttpEmitter({ url: server.url });
    await assertRejects(() => emitter.send(MESSAGE, NEVER), "HTTP 503 Service Unavailable");
  }
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const port = listener.addr.port;
  listener.close();
  const error = await assertRejects(() =>
    new HttpEmitter({ url: `http://u:hidden@127.0.0.1:${port}/` }).send(MESSAGE, NEVER)
  );
  assert(!error.message.includes("hidden"), error.message);
  await using hanging = new TestServer({ hang: true });
  const control = new AbortController();
  setTimeout(() => control.abort(new Error("enough")), 50);
  await assertRejects(
    () => new HttpEmitter({ url: hanging.url }).send(MESSAGE, control.signal),
    "enough",
  );
});
