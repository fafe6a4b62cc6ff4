/**
 * Runs that are exported by OpenTelemetry: against the collector's own receiver, and against one of
 * ours that looks at the requests.
 */
import { assert, assertEquals, assertMatch } from "../testing/assert.ts";
import { TestServer } from "../testing/http_server.ts";
import { missingAnsible } from "../testing/isolation.ts";
import { Collector, missingCollector } from "../testing/otel_collector.ts";
import { Scene } from "../testing/scene.ts";
import { testOrSkip } from "../testing/skip.ts";

const TRACE = "0af7651916cd43dd8448eb211c80319c";
const CALLER = "b7ad6b7169203331";
const TRACEPARENT = `00-${TRACE}-${CALLER}-01`;

interface SeenSpan {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string;
  readonly status?: { readonly code?: number };
  readonly events?: readonly { readonly name: string }[];
}

// deno-lint-ignore no-explicit-any -- what a collector understood
function spansOf(seen: readonly any[]): SeenSpan[] {
  return seen.flatMap((request) => request.resourceSpans ?? request.traces?.resourceSpans ?? [])
    .flatMap(({ scopeSpans }) => scopeSpans).flatMap(({ spans }) => spans);
}

function pathOf(span: SeenSpan, spans: readonly SeenSpan[]): string {
  const parent = spans.find(({ spanId }) => spanId === span.parentSpanId);
  return parent === undefined ? span.name : `${pathOf(parent, spans)} > ${span.name}`;
}

const PLAYBOOK = `
- name: Web
  hosts: localhost
  gather_facts: false
  tasks:
    - {name: Say, debug: {msg: hello}}
    - {name: Break, fail: {msg: no good}}
`;

for (const protocol of ["http/json", "http/protobuf"]) {
  testOrSkip(
    `a collector understands the trace, the metrics and the log of a run (${protocol})`,
    missingAnsible() ?? missingCollector(),
    async () => {
      await using scene = new Scene();
      await using collector = new Collector();
      scene.write("project/p.yml", PLAYBOOK);
      const { stderr } = await scene.cli(["run", ".", "-p", "p.yml", "-i", "a", "-q"], {
        env: {
          OTEL_EXPORTER_OTLP_ENDPOINT: await collector.url,
          OTEL_EXPORTER_OTLP_PROTOCOL: protocol,
          OTEL_EXPORTER_OTLP_COMPRESSION: "gzip",
          TRACEPARENT,
        },
      });
      assertEquals(stderr, "");
      const seen = await collector.finish();
      const spans = spansOf(seen);
      const run = "ansible-playbook p.yml";
      assertEquals(spans.map((span) => pathOf(span, spans)), [
        `${run} > Web > Say > localhost`,
        `${run} > Web > Say`,
        `${run} > Web > Break > localhost`,
        `${run} > Web > Break`,
        `${run} > Web`,
        run,
      ]);
      assert(spans.every(({ traceId }) => traceId === TRACE));
      assertEquals(spans.at(-1)?.parentSpanId, CALLER);
      assertEquals(spans.map(({ status }) => status?.code ?? 0), [0, 0, 2, 2, 2, 2]);
      assertEquals(spans[2]?.events?.map(({ name }) => name), ["exception"]);
      const all = JSON.stringify(seen);
      for (const metric of ["ansible.runs", "ansible.run.hosts", "ansible.task.duration"]) {
        assert(all.includes(`"${metric}"`), metric);
      }
      for (const line of ["run a: starting", "localhost failed: Break: no good", "run a: failed"]) {
        assert(all.includes(line), line);
      }
    },
  );
}

Deno.test("what a run starts hangs below its span, and no header is seen anywhere", async () => {
  await using scene = new Scene();
  await using server = new TestServer();
  const secret = "horse-battery-staple";
  scene.write("env/cmdline", "-c 'echo parent=$TRACEPARENT'");
  const { code, stdout } = await scene.cli(["run", ".", "-b", "/bin/sh", "-i", "a"], {
    env: {
      OTEL_EXPORTER_OTLP_ENDPOINT: `${server.url}/base/`,
      OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
      OTEL_EXPORTER_OTLP_HEADERS: `x-key=${secret}`,
      TRACEPARENT,
    },
  });
  assertEquals(code, 0);
  const paths = new Set(server.requests.map(({ path }) => path));
  assertEquals([...paths].sort(), ["/base/v1/logs", "/base/v1/metrics", "/base/v1/traces"]);
  assert(server.requests.every(({ headers }) => headers["x-key"] === secret));
  const traces = server.requests.filter(({ path }) => path === "/base/v1/traces");
  const spans = spansOf(traces.map(({ body }) => JSON.parse(body)));
  assertEquals(spans.length, 1);
  assertEquals([spans[0]?.traceId, spans[0]?.parentSpanId], [TRACE, CALLER]);
  assertMatch(stdout, new RegExp(`parent=00-${TRACE}-${spans[0]?.spanId}-01`));
  const files = [...Deno.readDirSync(`${scene.dir}/artifacts/a`)].filter(({ isFile }) => isFile);
  for (const { name } of files) {
    const text = Deno.readTextFileSync(`${scene.dir}/artifacts/a/${name}`);
    assert(!text.includes(secret), name);
  }
  assert(!server.requests.some(({ body }) => body.includes(secret)));
  await scene.assertNothingLeft();
});

Deno.test("a collector that is away or a variable that is wrong is a warning, and the run goes well", async () => {
  await using scene = new Scene();
  scene.write("env/settings", '{"emitter_deadline": 0.2, "emitter_on_error": "fail"}');
  const run = ["run", ".", "-b", "/bin/true", "-i", "a", "--logfile", `${scene.root}/log`];
  const away = await scene.cli(run, {
    env: { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "http://127.0.0.1:1/t" },
  });
  assertEquals(away.code, 0);
  assertMatch(away.stderr, /Cannot deliver to emitter otel-traces: /);
  const wrong = await scene.cli(run, {
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:1", OTEL_EXPORTER_OTLP_PROTOCOL: "grpc" },
  });
  assertEquals(wrong.code, 0);
  assertMatch(wrong.stderr, /Cannot use OTEL_EXPORTER_OTLP_PROTOCOL for OpenTelemetry: /);
  for (
    const [name, said] of [
      ["OTEL_EXPORTER_OTLP_CERTIFICATE", /OTEL_EXPORTER_OTLP_CERTIFICATE: No such file/],
      ["OTEL_EXPORTER_OTLP_CLIENT_KEY", /CLIENT_KEY: expected OTEL_EXPORTER_OTLP_CLIENT_CERT/],
    ] as const
  ) {
    const env = { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "https://127.0.0.1:1/", [name]: "/no/file" };
    const { code, stderr } = await scene.cli(run, { env });
    assertEquals(code, 0);
    assertMatch(stderr, /Cannot export traces by OpenTelemetry: Cannot use /);
    assertMatch(stderr, said);
  }
  await scene.assertNothingLeft();
});
