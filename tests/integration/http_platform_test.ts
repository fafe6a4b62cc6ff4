/**
 * What platforms need of HTTP: batches, signatures, tokens, filters, certificates, busy receivers.
 */
import { run } from "../../mod.ts";
import { HttpEmitter } from "../../src/emitters/http/http_emitter.ts";
import { findProgram } from "../../src/internal/programs.ts";
import { assert, assertEquals, assertMatch, assertRejects } from "../testing/assert.ts";
import { TestAuthority } from "../testing/certificates.ts";
import { TestServer } from "../testing/http_server.ts";
import { LibraryDir } from "../testing/library_dir.ts";
import { RawReceiver } from "../testing/raw_receiver.ts";
import { testOrSkip } from "../testing/skip.ts";

const NEVER = new AbortController().signal;
const OK = "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";
const MESSAGE = { kind: "event", json: '{"counter": 1}', id: "a/1" } as const;

/** A run of some lines in place of Ansible. */
function lines(place: LibraryDir, count: number, settings: Record<string, unknown>) {
  const cmdline = `-c 'for n in $(seq ${count}); do echo $n; done'`;
  return { ...place.base, binary: "/bin/sh", cmdline, ident: "a b/é".replace("/", ""), settings };
}

Deno.test("each request names its event for good, and is signed and compressed when asked for", async () => {
  await using place = new LibraryDir();
  await using receiver = new RawReceiver(`${place.dir}/s`, () => OK);
  const settings = {
    runner_http_url: receiver.path,
    runner_http_secret: "key",
    runner_http_gzip: true,
  };
  await run(lines(place, 1, settings));
  const names: string[] = [];
  for (const request of receiver.requests) {
    const at = request.indexOf("\r\n\r\n");
    const [head, body] = [request.slice(0, at), request.slice(at + 4)];
    names.push(/^runner-event: (.*)$/m.exec(head)?.[1]?.trim() ?? "");
    const bytes = Uint8Array.from(body, (character) => character.charCodeAt(0));
    assertEquals(Number(/^content-length: (\d+)/m.exec(head)?.[1]), bytes.length);
    const key = await crypto.subtle.importKey(
      "raw",
      new TextEncoder().encode("key"),
      { name: "HMAC", hash: "SHA-256" },
      false,
      ["verify"],
    );
    const signature = Uint8Array.fromHex(/^runner-signature: sha256=(\w+)/m.exec(head)?.[1] ?? "");
    assert(await crypto.subtle.verify("HMAC", key, signature, bytes));
    const plain = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    assertEquals((await new Response(plain).json()).runner_ident, "a bé");
  }
  const words = ["starting", "running", "1", "successful"];
  assertEquals(names, words.map((word) => `a%20b%C3%A9/${word}`));
});

Deno.test("batches are JSON lines in order, each message once", async () => {
  await using place = new LibraryDir();
  await using server = new TestServer();
  const settings = { runner_http_url: server.url, runner_http_batch: 100 };
  await run(lines(place, 1000, settings));
  const bodies = server.requests.flatMap(({ body }) => body.trimEnd().split("\n"));
  const counters = bodies.map((body) => JSON.parse(body).counter).filter((n) => n !== undefined);
  assertEquals(counters, [...Array(1000).keys().map((n) => n + 1)]);
  assert(server.requests.length < 100, `${server.requests.length} requests`);
  assertEquals(server.requests[0]?.headers["content-type"], "application/x-ndjson");
  const full = server.requests.find(({ body }) => body.split("\n").length === 101);
  assertMatch(
    full?.headers["runner-event"] ?? "",
    /^a%20b%C3%A9\/(\d+|running)\.\.a%20b%C3%A9\/\d+$/,
  );
});

Deno.test("several receivers get what they ask for, and a token of a file or a variable", async () => {
  await using place = new LibraryDir();
  await using all = new TestServer();
  await using few = new TestServer();
  place.write("token", "from-file\n");
  Deno.env.set("TEST_RECEIVER_TOKEN", "from-env");
  try {
    await run(lines(place, 3, {
      runner_http_url: `${all.url}/all`,
      runner_http_token_file: `${place.dir}/token`,
      runner_http_receivers: [
        { url: `${few.url}/status`, only: "status", token_env: "TEST_RECEIVER_TOKEN" },
        { url: `${few.url}/none`, events: ["runner_on_ok"], headers: { "X-A": "b" } },
      ],
    }));
  } finally {
    Deno.env.delete("TEST_RECEIVER_TOKEN");
  }
  assertEquals(all.requests.length, 6);
  assertEquals(all.requests[0]?.headers["authorization"], "Bearer from-file");
  const to = (path: string) => few.requests.filter((request) => request.path === path);
  assertEquals(to("/status").map(({ body }) => JSON.parse(body).status), [
    "starting",
    "running",
    "successful",
  ]);
  assertEquals(to("/status")[0]?.headers["authorization"], "Bearer from-env");
  assertEquals(to("/none").length, 3);
  assertEquals(to("/none")[0]?.headers["x-a"], "b");
});

Deno.test("a receiver of the list is checked as the first one is, and shows no secret", async () => {
  await using place = new LibraryDir();
  for (
    const [receiver, text] of [
      [{ url: "http://h/", secrets: "PW" }, '"secrets" is no key of a receiver'],
      [{ secret: "PW" }, "receiver 1 has no url"],
      [{ url: "ftp://me:PW@h/" }, "expected a URL or the absolute path"],
      [{ url: "http://h/", secret: ["PW"] }, "expected a string, got a list"],
      [{ url: "http://h/", name: "http" }, "two receivers are called"],
      [{ url: "http://h/", token_env: "TEST_NO_SUCH" }, "expected a token, found nothing"],
      [{ url: "http://h/", ca_file: "/no/such" }, "Cannot use runner_http_ca_file: "],
    ] as const
  ) {
    const settings = { runner_http_url: "http://h/", runner_http_receivers: [receiver] };
    const runs = () => run(lines(place, 1, settings));
    const error = await assertRejects(runs, text);
    assert(!error.message.includes("PW"), error.message);
  }
});

Deno.test("a busy receiver is asked again when it says, and gets all in order", async () => {
  await using place = new LibraryDir();
  const times: number[] = [];
  await using receiver = new RawReceiver(`${place.dir}/s`, (_request, index) => {
    times.push(performance.now());
    if (index === 2) return "HTTP/1.1 429 Wait\r\nretry-after: 1\r\ncontent-length: 0\r\n\r\n";
    return index === 4 ? "HTTP/1.1 429 Wait\r\ncontent-length: 0\r\n\r\n" : OK;
  });
  const runner = await run(lines(place, 3, { runner_http_url: receiver.path }));
  assertEquals(runner.endReason, { reason: "exit", code: 0 });
  const names = receiver.requests.map((text) => /^runner-event: \S+\/(\w+)/m.exec(text)?.[1]);
  assertEquals(names, ["starting", "running", "1", "1", "2", "2", "3", "successful"]);
  assert((times[3] ?? 0) - (times[2] ?? 0) >= 1000);
});

Deno.test("on_error of one receiver is its own", async () => {
  await using place = new LibraryDir();
  await using server = new TestServer({ status: 500 });
  const settings = { runner_http_url: server.url, emitter_on_error: "fail" };
  const warned = await run(lines(place, 1, { ...settings, runner_http_on_error: "warn" }));
  assertEquals(warned.status, "successful");
  const failing = { runner_http_url: server.url, runner_http_on_error: "fail" };
  await assertRejects(() => run(lines(place, 1, failing)), "HTTP 500");
});

const NO_OPENSSL = findProgram("openssl", Deno.env.get("PATH") ?? "") === undefined
  ? "no openssl"
  : undefined;

testOrSkip(
  "certificates: each wrong one is named, the right one and the client's own work",
  NO_OPENSSL,
  async () => {
    const dir = Deno.makeTempDirSync();
    const authority = await TestAuthority.in(dir);
    const { caFile } = authority;
    const here = { san: "IP:127.0.0.1" };
    const said = async (paths: { cert: string; key: string }, features = { caFile }) => {
      const received: string[] = [];
      await using server = Deno.serve({
        hostname: "127.0.0.1",
        port: 0,
        onListen: () => {},
        cert: Deno.readTextFileSync(paths.cert),
        key: Deno.readTextFileSync(paths.key),
      }, async (request) => {
        received.push(await request.text());
        return new Response();
      });
      const emitter = new HttpEmitter({
        url: `https://127.0.0.1:${server.addr.port}/`,
        ...features,
      });
      const result = await emitter.send(MESSAGE, NEVER).then(
        () => "taken",
        (error) => error.message,
      );
      emitter.close();
      return [result, received.length];
    };
    const good = await authority.sign("good", here);
    assertEquals(await said(good), ["taken", 1]);
    const refusal = (problem: string) => [`the certificate is not accepted: ${problem}`, 0];
    const other = await authority.sign("other", { san: "DNS:other.example" });
    assertEquals(await said(other), refusal("it is for another host"));
    const old = await authority.sign("old", { ...here, expired: true });
    assertEquals(await said(old), refusal("it has expired"));
    const own = await authority.selfSigned("own", here);
    assertEquals(await said(own), refusal("it is self-signed"));
    assertEquals(
      await said(good, {} as { caFile: string }),
      refusal("it is signed by nobody who is trusted here"),
    );
    await withPythonServer({ ...good, caFile }, async (url) => {
      const client = await authority.sign("client", { san: "DNS:client" });
      const emitter = new HttpEmitter({ url, caFile, certFile: client.cert, keyFile: client.key });
      await emitter.send(MESSAGE, NEVER);
      emitter.close();
      const bare = new HttpEmitter({ url, caFile });
      await assertRejects(() => bare.send(MESSAGE, NEVER));
      bare.close();
    });
    Deno.removeSync(dir, { recursive: true });
  },
);

/** A server that asks for a client's certificate, which Deno's cannot. */
async function withPythonServer(
  { cert, key, caFile }: { cert: string; key: string; caFile: string },
  use: (url: string) => Promise<void>,
): Promise<void> {
  const child = new Deno.Command("python3", {
    args: ["-c", PYTHON_SERVER, cert, key, caFile],
    stdin: "null",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const reader = child.stdout.getReader();
  const port = new TextDecoder().decode((await reader.read()).value).trim();
  try {
    await use(`https://127.0.0.1:${port}/`);
  } finally {
    child.kill("SIGKILL");
    await reader.cancel();
    await child.status;
  }
}

const PYTHON_SERVER = `
import http.server, ssl, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers["content-length"]))
        self.send_response(200 if self.connection.getpeercert() else 403)
        self.send_header("content-length", "0")
        self.end_headers()
server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=sys.argv[3])
context.load_cert_chain(sys.argv[1], sys.argv[2])
context.verify_mode = ssl.CERT_REQUIRED
server.socket = context.wrap_socket(server.socket, server_side=True)
print(server.server_port, flush=True)
server.serve_forever()
`;
