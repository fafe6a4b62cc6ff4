/**
 * OpenTelemetry's own collector behind a front that fails in the ways in which networks and
 * collectors do: each span comes once, in order, and what is thrown away is told.
 */
import { run } from "../../../mod.ts";
import { findProgram } from "../../../src/internal/programs.ts";
import { assert, assertEquals, assertMatch } from "../../testing/assert.ts";
import { TestAuthority } from "../../testing/certificates.ts";
import { type Fault, FaultyReceiver, type WholeRequest } from "../../testing/faulty_receiver.ts";
import { missingAnsible } from "../../testing/isolation.ts";
import { LibraryDir } from "../../testing/library_dir.ts";
import { Collector, missingCollector } from "../../testing/otel_collector.ts";
import { recordEvents, replayIn } from "../../testing/replay.ts";
import { Scene, waitFor } from "../../testing/scene.ts";
import { testOrSkip } from "../../testing/skip.ts";

const TASKS = ["One", "Two", "Three", "Four"];
const PLAYBOOK = `- name: Web
  hosts: localhost
  gather_facts: false
  tasks:
${TASKS.map((name) => `    - {name: ${name}, debug: {msg: hello}}\n`).join("")}`;
const SPANS = [...TASKS.flatMap((name) => ["localhost", name]), "Web", "ansible-playbook p.yml"];

let recording: Promise<string> | undefined;

/** The playbook's events as Ansible made them once, for tests of what comes behind them. */
function recorded(): Promise<string> {
  return recording ??= recordEvents(PLAYBOOK);
}

/** The part of a request's path that says its kind. */
function kindOf(head: string): string {
  return /^POST \S*\/v1\/(\w+) /.exec(head)?.[1] ?? "";
}

/** Hands a request on, as a proxy does. */
async function handOn(collector: Collector, { head, body }: WholeRequest): Promise<string> {
  const type = /^content-type: (.*)$/im.exec(head)?.[1]?.trim() ?? "";
  const url = `${await collector.url}/v1/${kindOf(head)}`;
  const answer = await fetch(url, { method: "POST", body, headers: { "content-type": type } });
  const text = await answer.text();
  assertEquals(answer.status, 200, text);
  return text;
}

// deno-lint-ignore no-explicit-any -- what a collector understood
function spanNames(seen: readonly any[]): string[] {
  return seen.flatMap(({ traces }) => traces?.resourceSpans ?? [])
    .flatMap(({ scopeSpans }) => scopeSpans).flatMap(({ spans }) => spans).map(({ name }) => name);
}

function scene(place: Scene): string[] {
  place.write("project/p.yml", PLAYBOOK);
  return ["run", ".", "-p", "p.yml", "-i", "a"];
}

const first = (fault: Fault, times = 1) => (_kind: string, count: number) =>
  count <= times ? fault : undefined;

const TABLE: readonly (readonly [
  title: string,
  faultOf: (kind: string, count: number) => Fault | undefined,
  env?: Readonly<Record<string, string>>,
])[] = [
  ["resets connections", first("reset")],
  ["closes connections without an answer", first("close", 2)],
  ["dies in the head of its answer", first("half_head")],
  ["dies in the body of its answer", first("half_body")],
  ["hangs in the body of its answer", first("hang_body")],
  ["hangs", first("hang"), { OTEL_EXPORTER_OTLP_TIMEOUT: "1000" }],
  ["answers late", first({ lateMs: 3000 }), { OTEL_EXPORTER_OTLP_TIMEOUT: "1000" }],
  ["is busy", first({ status: 429 }, 3)],
  ["says when it is back", first({ status: 503, headers: "retry-after: 1\r\n" })],
  ["has a bad gateway before it", first({ status: 502 })],
];

for (const [index, [title, faultOf, env]] of TABLE.entries()) {
  // What fails does not look into bodies: each of the two has half of the rows.
  const protocol = index % 2 === 0 ? "http/json" : "http/protobuf";
  testOrSkip(
    `a collector that ${title} gets each span once, in order (${protocol})`,
    missingAnsible() ?? missingCollector(),
    async () => {
      await using place = new Scene();
      await using collector = new Collector();
      await using front = new FaultyReceiver(faultOf, {
        nameOf: kindOf,
        take: (request) => handOn(collector, request),
      });
      place.write("env/settings", '{"emitter_deadline": 60}');
      const { code, stderr } = await place.cli(scene(place), {
        env: {
          OTEL_EXPORTER_OTLP_ENDPOINT: front.url,
          OTEL_EXPORTER_OTLP_PROTOCOL: protocol,
          ...replayIn(place, await recorded()),
          ...env,
        },
      });
      assertEquals([code, stderr], [0, ""]);
      const seen = await collector.finish();
      assertEquals(spanNames(seen), SPANS);
      for (const kind of ["metrics", "logs"]) assert(seen.some((request) => kind in request));
    },
  );
}

testOrSkip(
  "an event of 20 MB is a span as any other, with the beginning of its text",
  missingAnsible() ?? missingCollector(),
  async () => {
    await using place = new Scene();
    await using collector = new Collector();
    const words = scene(place);
    const msg = "{{ 'x' * 20000000 }}";
    place.write(
      "project/p.yml",
      `- {name: Web, hosts: localhost, gather_facts: false, tasks: [{name: Big, fail: {msg: "${msg}"}}]}\n`,
    );
    place.write("env/settings", '{"emitter_deadline": 60}');
    const { code } = await place.cli(words, {
      env: { OTEL_EXPORTER_OTLP_ENDPOINT: await collector.url },
    });
    assertEquals(code, 2);
    const seen = await collector.finish();
    assertEquals(spanNames(seen), ["localhost", "Big", "Web", "ansible-playbook p.yml"]);
    const text = JSON.stringify(seen);
    assert(text.includes("x".repeat(3000)) && text.length < 100_000, `${text.length}`);
  },
);

testOrSkip(
  "a collector that is slow, or refuses for good, holds nothing up and is told of",
  missingAnsible() ?? missingCollector(),
  async () => {
    await using place = new Scene();
    await using collector = new Collector();
    await using front = new FaultyReceiver(
      (kind) => kind === "traces" ? undefined : { status: kind === "logs" ? 500 : 400 },
      {
        nameOf: kindOf,
        take: async (request) => {
          await new Promise((resolve) => setTimeout(resolve, 200));
          return await handOn(collector, request);
        },
      },
    );
    const { code, stderr } = await place.cli(scene(place), {
      env: {
        OTEL_EXPORTER_OTLP_ENDPOINT: front.url,
        OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
        ...replayIn(place, await recorded()),
      },
    });
    assertEquals(code, 0);
    assertEquals(spanNames(await collector.finish()), SPANS);
    assertMatch(stderr, /Cannot deliver to emitter otel-metrics: HTTP 400/);
    assertMatch(stderr, /Cannot deliver to emitter otel-logs: HTTP 500/);
    // By the protocol, neither is tried again.
    assertEquals(front.requests.filter(({ name }) => name === "metrics").length, 1);
  },
);

testOrSkip(
  "a killed run leaves a collector with what had ended, each once",
  missingAnsible() ?? missingCollector(),
  async () => {
    await using place = new Scene();
    await using collector = new Collector();
    const words = scene(place);
    place.write("project/p.yml", `${PLAYBOOK}    - {name: Wait, command: sleep 60}\n`);
    const seen: string[] = [];
    await using front = new FaultyReceiver(() => undefined, {
      nameOf: kindOf,
      take: (request) => {
        if (kindOf(request.head) === "traces") seen.push(new TextDecoder().decode(request.body));
        return handOn(collector, request);
      },
    });
    const child = place.spawn(words, {
      env: { OTEL_EXPORTER_OTLP_ENDPOINT: front.url, OTEL_EXPORTER_OTLP_PROTOCOL: "http/json" },
    });
    await waitFor(() => seen.join().includes('"name":"Four"'), "the last task's span", 60_000);
    child.kill("SIGKILL");
    await child.output();
    assertEquals(spanNames(await collector.finish()), SPANS.slice(0, 8));
  },
);

const PARTIAL = '{"partialSuccess": {"rejectedSpans": "1", "rejectedLogRecords": "1", ' +
  '"rejectedDataPoints": "1", "errorMessage": "too old\\u001b[31m"}}';

for (
  const { what, text, warnings } of [
    {
      what: "says what it threw away: it is counted, and not sent again",
      text: PARTIAL,
      warnings: [
        /Cannot deliver to emitter otel-traces: the collector rejected 1 of 1: too old\\u001b\[31m/,
        /Emitter otel-traces: 1 message was not delivered/,
      ],
    },
    {
      what: "has something to say says it once",
      text: '{"partialSuccess": {"errorMessage": "use gzip"}}',
      warnings: [/Emitter otel-traces: the collector says: use gzip/],
    },
  ]
) {
  Deno.test(`a collector that ${what}`, async () => {
    await using place = new Scene();
    await using front = new FaultyReceiver(() => undefined, {
      nameOf: kindOf,
      take: () => Promise.resolve(text),
    });
    const { code, stderr } = await place.cli(["run", ".", "-b", "/bin/true", "-i", "a"], {
      env: {
        OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${front.url}v1/traces`,
        OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
      },
    });
    assertEquals([code, front.requests.length], [0, 1]);
    const lines = stderr.trimEnd().split("\n");
    assertEquals(lines.length, warnings.length, stderr);
    for (const [at, pattern] of warnings.entries()) assertMatch(lines[at] ?? "", pattern);
  });
}

testOrSkip(
  "a collector by TLS: a wrong certificate is told, the right one and a partial success are read",
  findProgram("openssl", Deno.env.get("PATH") ?? "") === undefined ? "no openssl" : undefined,
  async () => {
    await using place = new LibraryDir();
    const dir = Deno.makeTempDirSync();
    const authority = await TestAuthority.in(dir);
    for (
      const { san, said } of [
        {
          san: "DNS:other.example",
          said: /otel-traces: the certificate is not accepted: it is for/,
        },
        { san: "IP:127.0.0.1", said: /otel-traces: the collector rejected 1 of 1: too old/ },
      ]
    ) {
      const { cert, key } = await authority.sign(san.replace(/\W/g, "_"), { san });
      await using server = Deno.serve({
        hostname: "127.0.0.1",
        port: 0,
        onListen: () => {},
        cert: Deno.readTextFileSync(cert),
        key: Deno.readTextFileSync(key),
      }, () => new Response(PARTIAL));
      Deno.env.set("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", `https://127.0.0.1:${server.addr.port}/t`);
      Deno.env.set("OTEL_EXPORTER_OTLP_PROTOCOL", "http/json");
      Deno.env.set("OTEL_EXPORTER_OTLP_CERTIFICATE", authority.caFile);
      const warnings: string[] = [];
      try {
        await run({
          ...place.base,
          binary: "/bin/true",
          settings: { emitter_deadline: 1 },
          log: (level, message) => void (level === "warning" && warnings.push(message)),
        });
      } finally {
        for (const name of ["TRACES_ENDPOINT", "PROTOCOL", "CERTIFICATE"]) {
          Deno.env.delete(`OTEL_EXPORTER_OTLP_${name}`);
        }
      }
      assertMatch(warnings[0] ?? "none", said);
    }
    Deno.removeSync(dir, { recursive: true });
  },
);
