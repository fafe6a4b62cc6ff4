import { assert, assertEquals, assertThrows } from "../../../testing/assert.ts";
import { httpEmittersOf } from "../../../../src/emitters/http/http_emitter.ts";
import { receiverOf, withoutSecrets } from "../../../../src/emitters/http/http_target.ts";
import type { RunConfig } from "../../../../src/config/run_config.ts";

const URL_EXPECTED =
  "Cannot use runner_http_url: expected a URL or the absolute path of a unix socket, got ";

Deno.test("httpEmittersOf lets the environment win, and takes empty text as nothing", () => {
  const config = (settings: RunConfig["settings"]) => ({ settings }) as RunConfig;
  assertEquals(httpEmittersOf(config({}), {}), []);
  assertEquals(httpEmittersOf(config({}), { RUNNER_HTTP_URL: "" }), []);
  assert(httpEmittersOf(config({ runnerHttpUrl: "http://localhost:1/" }), {}).length === 1);
  const bad = config({ runnerHttpUrl: "nonsense" });
  assert(httpEmittersOf(bad, { RUNNER_HTTP_URL: "https://localhost:1/x" }).length === 1);
  assertThrows(() => httpEmittersOf(bad, {}), `${URL_EXPECTED}"nonsense"`);
});

Deno.test("receiverOf shows no password of what it refuses", () => {
  for (
    const [url, shown] of [
      ["ftp://localhost/", "ftp://localhost/"],
      ["htps://user:PW@host/x", "htps://********@host/x"],
      ["https://user:PW@", "https://********@"],
      ["https://us:P@W@ho st/?token=PW", "https://********@ho st/?…"],
      ["user:PW@host", "********@host"],
      ["relative/socket", "relative/socket"],
    ] as const
  ) {
    const error = assertThrows(() => receiverOf({ url }), URL_EXPECTED + JSON.stringify(shown));
    assert(!error.message.includes("PW"), error.message);
  }
});

Deno.test("receiverOf takes the absolute path of a socket, and no other file", async () => {
  const dir = Deno.makeTempDirSync();
  using listener = Deno.listen({ transport: "unix", path: `${dir}/s` });
  assertEquals(receiverOf({ url: `${dir}/s`, path: "a?b" }).kind, "socket");
  Deno.writeTextFileSync(`${dir}/file`, "");
  assertThrows(() => receiverOf({ url: `${dir}/file` }), "expected a unix socket at");
  assertThrows(
    () => receiverOf({ url: `${dir}/s`, path: "/x\r\nX-Evil: 1" }),
    "Cannot use runner_http_path: expected no control characters",
  );
  listener.close();
  await Deno.remove(dir, { recursive: true });
});

Deno.test("receiverOf turns what a request line cannot hold into its encoded form", () => {
  const dir = Deno.makeTempDirSync();
  using _listener = Deno.listen({ transport: "unix", path: `${dir}/s` });
  const receiver = receiverOf({ url: `${dir}/s`, path: "ä b?c=%20" });
  assertEquals(receiver.kind === "socket" && receiver.path, "/%C3%A4%20b?c=%20");
  Deno.removeSync(dir, { recursive: true });
});

Deno.test("receiverOf refuses headers that cannot be sent, and shows no value", () => {
  for (
    const [headers, message] of [
      [{ "X-A": "1", "Authorization: Bearer PW": "" }, "the name of header 2 has a character"],
      [{ "X-A": "PW\r\nX-B: c" }, 'the value of "X-A" has a line break'],
      [{ "X-A": "PW→" }, 'the value of "X-A" has a character that is not in ISO 8859-1'],
      [{ "Content-Length": "PW" }, 'the header "Content-Length" is set by ansible-runner'],
    ] as const
  ) {
    const error = assertThrows(() => receiverOf({ url: "http://h/", headers }), message);
    assert(!error.message.includes("PW"), error.message);
    assertEquals(error.message.startsWith("Cannot use runner_http_headers: "), true);
  }
});

Deno.test("receiverOf makes a header of user and password, odd percent signs too", () => {
  const receiver = receiverOf({ url: "http://me:50%@h/x?y" });
  assertEquals(receiver.kind === "url" && receiver.url, "http://h/x?y");
  assertEquals(receiver.headers.get("authorization"), `Basic ${btoa("me:50%")}`);
});

Deno.test("withoutSecrets masks user, password and query", () => {
  assertEquals(withoutSecrets("https://a:b@h/x?t=1#f"), "https://********@h/x?…");
  assertEquals(withoutSecrets("/a/b"), "/a/b");
});
