// The demo service over HTTP, and its page in a headless browser.
import type { JobEvent } from "../../mod.ts";
import { serve, type Service } from "../../demo/service.ts";
import { assert, assertEquals, assertStringIncludes } from "../testing/assert.ts";
import { Browser, missingChromium } from "../testing/browser.ts";
import { LibraryDir } from "../testing/library_dir.ts";
import { testOrSkip } from "../testing/skip.ts";

type Started = { readonly data: LibraryDir; readonly service: Service };

async function withService(use: (started: Started) => Promise<void>): Promise<void> {
  await using data = new LibraryDir();
  data.playbook("hello.yml", "    - name: greet\n      ansible.builtin.debug: msg=hello\n");
  data.playbook("sleep.yml", "    - ansible.builtin.raw: sleep 60\n");
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

Deno.test("the service lists its runs, past ones and those that could not be made too", async () => {
  await withService(async ({ data, service }) => {
    const list = async () => await (await fetch(`${service.url}/runs`)).json();
    assertEquals(await list(), []);
    const first = await start(service, "hello.yml");
    assertEquals((await Array.fromAsync(messages(service, first))).at(-1)?.data.rc, 0);
    data.write("env/settings", "- a list\n");
    const second = await start(service, "sleep.yml");
    const [end] = await Array.fromAsync(messages(service, second));
    const why = 'Cannot read "env/settings": expected a mapping, got a list (line 1)';
    assertEquals([end?.type, end?.data.status, end?.data.why], ["end", "failed", why]);
    const runs: Record<string, unknown>[] = await list();
    assertEquals(runs.map(({ ident, playbook, status }) => [ident, playbook, status]), [
      [second, "sleep.yml", "failed"],
      [first, "hello.yml", "successful"],
    ]);
  });
});

Deno.test("the service cancels a run on request, and all runs when it ends", async () => {
  await using data = new LibraryDir();
  data.playbook("sleep.yml", "    - ansible.builtin.raw: sleep 60\n");
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

testOrSkip("the page of the service in a browser", missingChromium(), async (t) => {
  await withService(async ({ data, service }) => {
    data.playbook("many.yml", `    - debug: {msg: "{{ item }}"}\n      loop: "{{ range(500) }}"\n`);
    data.playbook(
      "breaks.yml",
      "    - name: measure\n      raw: echo no disk >&2; exit 3\n",
    );
    data.playbook("wrong.yml", "    - nosuchmodule:\n");
    await using browser = await Browser.open(data.dir);
    const page = new ServicePage(browser, service.url);
    await browser.look(360, 640);
    await page.open();

    await t.step("follows 500 events to the end and stays there", async () => {
      await page.run("many.yml");
      await browser.until("document.querySelectorAll('#events li').length > 50");
      // Where a line is does not change by those that come after it.
      await browser.evaluate(
        "place = document.querySelector('#events li:nth-child(20)').offsetTop",
      );
      await page.ended("successful (rc 0)");
      assertEquals(
        await browser.evaluate("document.querySelector('#events').childElementCount > 500"),
        true,
      );
      assertEquals(
        await browser.evaluate(
          "document.querySelector('#events li:nth-child(20)').offsetTop === place",
        ),
        true,
      );
      const end = "document.querySelector('#events').getBoundingClientRect().bottom <= innerHeight";
      await browser.until(end);
      assertEquals(await browser.evaluate("document.documentElement.scrollWidth <= 360"), true);
    });

    await t.step("is dark where the system is", async () => {
      const colours = "getComputedStyle(document.body).backgroundColor";
      const light = await browser.evaluate(colours);
      await browser.look(360, 640, { isDark: true });
      const dark = await browser.evaluate(colours);
      const brightness = (colour: unknown) => Number(/\d+/.exec(String(colour))?.[0]);
      assert(brightness(light) > 200 && brightness(dark) < 60, `${light}, ${dark}`);
    });

    await t.step("says why a run failed", async () => {
      await page.run("breaks.yml");
      await page.ended("failed (rc 2)");
      assertStringIncludes(await page.why(), "measure on here");
      assertStringIncludes(await page.why(), "no disk");
      assertEquals(await page.text("#events li:last-child .task"), "here: 1 failed");
      await page.run("wrong.yml");
      await page.ended("failed (rc 4)");
      assertStringIncludes(
        await page.why(),
        "couldn't resolve module/action 'nosuchmodule'",
      );
    });

    await t.step("after a reload shows the run and those before", async () => {
      await browser.evaluate("location.reload()");
      await page.ended("failed (rc 4)");
      await browser.until("document.querySelectorAll('#runs a').length === 3");
      await browser.evaluate("document.querySelectorAll('#runs a')[1].click()");
      await page.ended("failed (rc 2)");
      assertStringIncludes(await page.why(), "no disk");
    });

    await t.step("keeps two runs apart, and cancels the one that is shown", async () => {
      await page.run("sleep.yml");
      await browser.until("document.querySelector('#events .start') !== null");
      await browser.evaluate("sleeping = location.hash");
      await page.run("hello.yml");
      await page.ended("successful (rc 0)");
      assert(!(await page.text("#events")).includes("raw"));
      await browser.evaluate("location.hash = sleeping");
      await browser.until("document.querySelector('#status').value === 'running'");
      await browser.until("document.querySelector('#events .start') !== null");
      await browser.evaluate("document.querySelector('#cancel').click()");
      await page.ended("canceled (rc 254)");
      assertEquals(await page.why(), "canceled");
    });

    await t.step("shows what the service refuses, and what it cannot make", async () => {
      data.write("env/settings", "- a list\n");
      await page.run("hello.yml");
      await browser.until("document.querySelector('#status').value === 'failed'");
      assertStringIncludes(await page.why(), 'Cannot read "env/settings"');
      Deno.removeSync(`${data.dir}/env/settings`);
      await browser.evaluate("document.querySelector('#playbook').value = ''");
      await browser.evaluate("document.querySelector('#start button').click()");
      await browser.until("!document.querySelector('#problem').hidden");
      assertEquals(await page.text("#problem"), "no such playbook");
    });
  });
});

/** The page, as a person uses it. */
class ServicePage {
  readonly #browser: Browser;
  readonly #url: string;

  constructor(browser: Browser, url: string) {
    this.#browser = browser;
    this.#url = url;
  }

  async open(): Promise<void> {
    await this.#browser.goTo(`${this.#url}/`);
    await this.#browser.until("document.querySelectorAll('#playbook option').length === 5");
  }

  async run(playbook: string): Promise<void> {
    await this.#browser.evaluate(`
      document.querySelector('#playbook').value = '${playbook}';
      before = location.hash;
      document.querySelector('#start button').click();
    `);
    await this.#browser.until("location.hash !== before");
    await this.#browser.until(`document.querySelector('#title').textContent === '${playbook}'`);
  }

  async ended(status: string): Promise<void> {
    await this.#browser.until(`document.querySelector('#status')?.value === '${status}'`);
  }

  /** Why the run that is shown failed: that comes behind its events, its status before them. */
  async why(): Promise<string> {
    await this.#browser.until("!document.querySelector('#why').hidden");
    return await this.text("#why");
  }

  async text(selector: string): Promise<string> {
    return String(await this.#browser.evaluate(`document.querySelector('${selector}').innerText`));
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
