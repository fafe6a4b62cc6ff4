// The demo service over HTTP, and its page in a headless browser.
import type { JobEvent } from "../../mod.ts";
import { serve, type Service } from "../../demo/service.ts";
import { assert, assertEquals, assertStringIncludes } from "../testing/assert.ts";
import { LibraryDir, pause } from "../testing/library_dir.ts";
import { testOrSkip } from "../testing/skip.ts";

interface Started {
  readonly data: LibraryDir;
  readonly service: Service;
}

async function withService(use: (started: Started) => Promise<void>): Promise<void> {
  await using data = new LibraryDir();
  data.playbook("hello.yml", "    - name: greet\n      ansible.builtin.debug: msg=hello\n");
  data.playbook("sleep.yml", "    - ansible.builtin.command: sleep 60\n");
  data.write("env/envvars", JSON.stringify(data.base.envvars));
  await using service = serve({ privateDataDir: data.dir, port: 0 });
  await use({ data, service });
}

async function start(service: Service, playbook: string): Promise<string> {
  const response = await fetch(`${service.url}/runs`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ playbook }),
  });
  assertEquals(response.status, 201);
  return (await response.json()).ident;
}

interface Message {
  readonly type: string | undefined;
  readonly id: string | undefined;
  // deno-lint-ignore no-explicit-any -- whatever the service sends
  readonly data: any;
}

/** The messages of a stream of server-sent events, as they come. */
async function* messages(
  service: Service,
  ident: string,
  lastEventId?: string,
): AsyncGenerator<Message> {
  const response = await fetch(`${service.url}/runs/${ident}/events`, {
    headers: lastEventId === undefined ? {} : { "last-event-id": lastEventId },
  });
  assertEquals(response.headers.get("content-type"), "text/event-stream");
  assert(response.body !== null);
  let text = "";
  for await (const piece of response.body.pipeThrough(new TextDecoderStream())) {
    const blocks = (text + piece).split("\n\n");
    text = blocks.pop() ?? "";
    for (const block of blocks) {
      const field = (name: string) => new RegExp(`^${name}: (.*)$`, "m").exec(block)?.[1];
      yield { type: field("event"), id: field("id"), data: JSON.parse(field("data") ?? "null") };
    }
  }
}

Deno.test("the service lists playbooks, runs one and streams its events", async () => {
  await withService(async ({ service }) => {
    const names = await (await fetch(`${service.url}/playbooks`)).json();
    assertEquals(names, ["hello.yml", "sleep.yml"]);
    const ident = await start(service, "hello.yml");
    const all = await Array.fromAsync(messages(service, ident));
    const events: JobEvent[] = all.slice(0, -1).map(({ data }) => data);
    assertEquals(events.map(({ counter }) => counter), events.map((_, index) => index + 1));
    assert(events.some(({ event }) => event === "runner_on_ok"));
    const end = all.at(-1);
    assertEquals([end?.type, end?.data.status, end?.data.rc], ["end", "successful", 0]);
    // A reader that comes back, also to a run that has ended, goes on where it was.
    const rest = await Array.fromAsync(messages(service, ident, String(events.length - 1)));
    assertEquals(rest.map(({ id, type }) => [id, type]), [[String(events.length), "job"], [
      undefined,
      "end",
    ]]);
  });
});

Deno.test("the service cancels a run on request, and all runs when it ends", async () => {
  await using data = new LibraryDir();
  data.playbook("sleep.yml", "    - ansible.builtin.command: sleep 60\n");
  data.write("env/envvars", JSON.stringify(data.base.envvars));
  const service = serve({ privateDataDir: data.dir, port: 0 });
  const first = await start(service, "sleep.yml");
  for await (const { data: event } of messages(service, first)) {
    if (event.event === "runner_on_start") break;
  }
  const canceled = await (await fetch(`${service.url}/runs/${first}`, { method: "DELETE" })).json();
  assertEquals([canceled.status, canceled.rc], ["canceled", 254]);
  const second = await start(service, "sleep.yml");
  for await (const { data: event } of messages(service, second)) {
    if (event.event === "runner_on_start") break;
  }
  await service[Symbol.asyncDispose]();
  assertEquals(Deno.readTextFileSync(`${data.dir}/artifacts/${second}/status`), "canceled");
  await data.assertNothingRuns();
});

Deno.test("the service refuses what it does not know", async () => {
  await withService(async ({ service }) => {
    const post = async (body: string, type = "application/json"): Promise<number> => {
      const headers = { "content-type": type };
      const response = await fetch(`${service.url}/runs`, { method: "POST", headers, body });
      await response.body?.cancel();
      return response.status;
    };
    assertEquals(await post('{"playbook": "../inventory/hosts"}'), 400);
    assertEquals(await post("not json"), 400);
    assertEquals(await post('{"playbook": "hello.yml"}', "text/plain"), 415);
    for (const path of ["nothing", "runs/..%2f..%2fetc", "runs/nosuch/events"]) {
      const response = await fetch(`${service.url}/${path}`);
      await response.body?.cancel();
      assertEquals([path, response.status], [path, 404]);
    }
  });
});

const CHROMIUM = "/usr/bin/chromium";

function missingChromium(): string | undefined {
  try {
    Deno.statSync(CHROMIUM);
    return undefined;
  } catch {
    return "chromium is not installed (apt-get install chromium)";
  }
}

testOrSkip("the page of the service runs a playbook in a browser", missingChromium(), async () => {
  await withService(async ({ data, service }) => {
    await using browser = await Browser.open(data.dir);
    await browser.goTo(`${service.url}/`);
    await browser.until("document.querySelectorAll('#playbook option').length === 2");
    await browser.evaluate("document.querySelector('#start button').click()");
    await browser.until("document.querySelector('#status').value === 'successful: 0'");
    const rows = await browser.evaluate(
      "Array.from(document.querySelectorAll('#events tr'), (row) => row.innerText).join('\\n')",
    );
    assertStringIncludes(String(rows), "runner_on_ok\tgreet\there");
    await browser.evaluate(`
      document.querySelector('#playbook').value = 'sleep.yml';
      document.querySelector('#start button').click();
    `);
    await browser.until("document.querySelector('#events .runner_on_start') !== null");
    await browser.evaluate("document.querySelector('#cancel').click()");
    await browser.until("document.querySelector('#status').value === 'canceled: 254'");
  });
});

/** A headless Chromium, driven through its debugging protocol. */
class Browser implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #socket: WebSocket;
  readonly #answers = new Map<number, (answer: unknown) => void>();
  #lastId = 0;

  private constructor(child: Deno.ChildProcess, socket: WebSocket) {
    this.#child = child;
    this.#socket = socket;
    socket.onmessage = ({ data }) => {
      const message = JSON.parse(data);
      this.#answers.get(message.id)?.(message.result);
      this.#answers.delete(message.id);
    };
  }

  static async open(dir: string): Promise<Browser> {
    const profile = `${dir}/chromium`;
    const child = new Deno.Command(CHROMIUM, {
      args: [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--disable-dev-shm-usage",
        `--user-data-dir=${profile}`,
        "--remote-debugging-port=0",
        "about:blank",
      ],
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
    const port = await retry(() => Deno.readTextFileSync(`${profile}/DevToolsActivePort`));
    const pages = await (await fetch(`http://127.0.0.1:${port.split("\n")[0]}/json/list`)).json();
    const socket = new WebSocket(pages[0].webSocketDebuggerUrl);
    await new Promise((resolve) => socket.onopen = resolve);
    return new Browser(child, socket);
  }

  async goTo(url: string): Promise<void> {
    await this.#send("Page.navigate", { url });
  }

  async evaluate(expression: string): Promise<unknown> {
    const answer = await this.#send("Runtime.evaluate", { expression });
    return (answer as { result?: { value?: unknown } }).result?.value;
  }

  async until(expression: string): Promise<void> {
    const deadline = performance.now() + 30_000;
    while (await this.evaluate(expression) !== true) {
      assert(performance.now() < deadline, `not within 30 s: ${expression}`);
      await pause(50);
    }
  }

  #send(method: string, params: Record<string, unknown>): Promise<unknown> {
    const id = ++this.#lastId;
    const { promise, resolve } = Promise.withResolvers<unknown>();
    this.#answers.set(id, resolve);
    this.#socket.send(JSON.stringify({ id, method, params }));
    return promise;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise((resolve) => this.#socket.onclose = resolve);
    await this.#send("Browser.close", {}).catch(() => {});
    await closed;
    await this.#child.status;
  }
}

/** Asks again until there is an answer. */
async function retry(ask: () => string): Promise<string> {
  const deadline = performance.now() + 30_000;
  while (true) {
    try {
      const answer = ask();
      if (answer.includes("\n")) return answer;
    } catch (error) {
      if (performance.now() > deadline) throw error;
    }
    await pause(50);
  }
}

Deno.test("the service answers requests to names of this host alone", async () => {
  await withService(async ({ service }) => {
    const { port } = new URL(service.url);
    const routes = [
      "GET /",
      "GET /playbooks",
      "POST /runs",
      "DELETE /runs/x",
      "OPTIONS /",
      "HEAD /",
    ];
    for (
      const [host, isAnswered] of [
        [`localhost:${port}`, true],
        ["[::1]", true],
        [`127.0.0.1:${port}`, true],
        ["attacker.example", false],
        [`localhost.attacker.example:${port}`, false],
        [`127.0.0.1.attacker.example`, false],
        ["localhost@attacker.example", false],
        ["", false],
      ] as const
    ) {
      for (const route of routes) {
        const status = await statusOf(Number(port), `${route} HTTP/1.1\r\nHost: ${host}\r\n`);
        const refused = status === 421 || status === 400 && !isAnswered;
        assertEquals(refused, !isAnswered && status !== 0, `${host} ${route} ${status}`);
        assert(isAnswered || status !== 200 && status !== 201);
      }
    }
  });
});

/** The status of the answer to a request without body, byte by byte as given. */
async function statusOf(port: number, head: string): Promise<number> {
  using conn = await Deno.connect({ hostname: "127.0.0.1", port });
  await conn.write(
    new TextEncoder().encode(`${head}Content-Length: 0\r\nConnection: close\r\n\r\n`),
  );
  const text = await new Response(conn.readable).text();
  return Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1] ?? 0);
}
