import { assert, assertEquals, assertRejects } from "../../../testing/assert.ts";
import { RawReceiver } from "../../../testing/raw_receiver.ts";
import {
  HttpClient,
  type HttpClientOptions,
  type HttpRequest,
} from "../../../../src/emitters/http/http_client.ts";

const NEVER = new AbortController().signal;
const OK = "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";

function at(path: string): Deno.UnixConnectOptions {
  return { transport: "unix", path };
}

function text(body: string): HttpRequest {
  return { body: new TextEncoder().encode(body) };
}

async function withReceiver(
  answer: ConstructorParameters<typeof RawReceiver>[1],
  use: (receiver: RawReceiver, client: HttpClient) => Promise<void>,
  options: Partial<HttpClientOptions> = {},
): Promise<void> {
  const dir = Deno.makeTempDirSync();
  try {
    await using receiver = new RawReceiver(`${dir}/s`, answer);
    using client = new HttpClient({ address: at(`${dir}/s`), path: "/", headers: [], ...options });
    await use(receiver, client);
  } finally {
    Deno.removeSync(dir, { recursive: true });
  }
}

Deno.test("HttpClient sends the request line in origin form, a host, and a length in bytes", async () => {
  await withReceiver(() => OK, async (receiver, client) => {
    await client.post(text('{"a": "é"}'), NEVER);
    await client.post(text(""), NEVER);
    assertEquals(receiver.requests, [
      'POST /a/b?c=d HTTP/1.1\r\nhost: localhost\r\nx-token: \xe9\r\ncontent-length: 11\r\n\r\n{"a": "Ã©"}',
      "POST /a/b?c=d HTTP/1.1\r\nhost: localhost\r\nx-token: \xe9\r\ncontent-length: 0\r\n\r\n",
    ]);
    assertEquals(receiver.connections, 1);
  }, { path: "/a/b?c=d", headers: [["x-token", "é"]] });
  await withReceiver(() => OK, async (receiver, client) => {
    await client.post(text(""), NEVER);
    assertEquals(receiver.requests, ["POST / HTTP/1.1\r\nHost: x.y\r\ncontent-length: 0\r\n\r\n"]);
  }, { headers: [["Host", "x.y"]] });
});

Deno.test("HttpClient connects anew where the receiver closed, said so or answered too much", async () => {
  const answers = [
    { bytes: "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 0\r\n\r\n", close: true },
    { bytes: OK, close: true },
    `${OK}HTTP/1.1 500 For nobody\r\ncontent-length: 0\r\n\r\n`,
    { bytes: "HTTP/1.1 200 OK\r\n\r\nuntil the end", close: true },
    OK,
  ];
  await withReceiver((_request, index) => answers[index] ?? OK, async (receiver, client) => {
    for (let n = 0; n < 6; n++) assertEquals((await client.post(text(`${n}`), NEVER)).status, 200);
    assertEquals(receiver.requests.map((request) => request.at(-1)), [..."012345"]);
    assertEquals(receiver.connections, 5);
  });
});

Deno.test("HttpClient takes an answer that comes before the end of a long body", async () => {
  const dir = Deno.makeTempDirSync();
  const listener = Deno.listen({ transport: "unix", path: `${dir}/s` });
  const serving = (async () => {
    const conn = await listener.accept();
    await conn.read(new Uint8Array(100));
    await conn.write(
      new TextEncoder().encode("HTTP/1.1 413 Too Large\r\ncontent-length: 0\r\n\r\n"),
    );
    return conn;
  })();
  using client = new HttpClient({ address: at(`${dir}/s`), path: "/", headers: [] });
  assertEquals((await client.post(text("x".repeat(8 << 20)), NEVER)).status, 413);
  (await serving).close();
  listener.close();
  Deno.removeSync(dir, { recursive: true });
});

Deno.test("HttpClient takes an answer whose body hangs, and goes on by another connection", async () => {
  const hangs = { bytes: "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf" };
  const whole = "HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nbody";
  await withReceiver((_request, index) => index === 0 ? hangs : whole, async (receiver, client) => {
    const bodies: string[] = [];
    for (const name of ["a", "b", "c"]) {
      const { status, body } = await client.post(text(name), AbortSignal.timeout(60_000));
      assertEquals(status, 200);
      bodies.push(new TextDecoder().decode(body));
    }
    assertEquals(bodies, ["half", "body", "body"]);
    assertEquals([receiver.requests.length, receiver.connections], [3, 2]);
  }, { keepsBody: true });
});

Deno.test("HttpClient ends a request when told so, and says what is wrong", async () => {
  await withReceiver(() => ({}), async (_receiver, client) => {
    await assertRejects(
      () => client.post(text("x"), AbortSignal.timeout(30)),
      "aborted due to timeout",
    );
  });
  await withReceiver(() => ({ close: true }), async (receiver, client) => {
    await assertRejects(
      () => client.post(text("x"), NEVER),
      "closed the connection without an answer",
    );
    assertEquals(receiver.requests.length, 1, "a new connection is not tried twice");
  });
  const client = new HttpClient({ address: at("/nowhere/s"), path: "/", headers: [] });
  const error = await assertRejects(() => client.post(text("x"), NEVER));
  assert(error instanceof Deno.errors.NotFound);
});
