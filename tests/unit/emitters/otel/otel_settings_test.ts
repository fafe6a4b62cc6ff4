import { otelSettingsOf } from "../../../../src/emitters/otel/otel_settings.ts";
import { assertEquals } from "../../../testing/assert.ts";

const BASE = "OTEL_EXPORTER_OTLP_ENDPOINT";

function read(env: Record<string, string>) {
  const warnings: string[] = [];
  const settings = otelSettingsOf(env, (text) => void warnings.push(text));
  const urls = Object.entries(settings?.targets ?? {}).map(([signal, target]) =>
    `${signal} ${target.receiver.url}`
  );
  return { settings, urls, warnings };
}

Deno.test("otelSettingsOf appends the kind's path to the endpoint of all, and to no other", () => {
  const all = ["traces", "metrics", "logs"];
  for (
    const [env, urls] of [
      [{}, []],
      [{ [BASE]: "http://h:4318" }, all.map((kind) => `${kind} http://h:4318/v1/${kind}`)],
      [{ [BASE]: "https://h/a/?k=1" }, all.map((kind) => `${kind} https://h/a/v1/${kind}?k=1`)],
      [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "http://h/t" }, ["traces http://h/t"]],
      [
        {
          [BASE]: "http://h",
          OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: "http://l/x",
          OTEL_METRICS_EXPORTER: "none",
        },
        ["traces http://h/v1/traces", "logs http://l/x"],
      ],
      [{ [BASE]: "http://h", OTEL_SDK_DISABLED: "TRUE" }, []],
    ] as const
  ) assertEquals(read(env).urls, urls);
});

Deno.test("otelSettingsOf warns of what it cannot use, once, without the value of headers", () => {
  const env = { [BASE]: "http://h", OTEL_EXPORTER_OTLP_PROTOCOL: "grpc" };
  const known = "expected http/protobuf or http/json";
  assertEquals(read(env), {
    settings: undefined,
    urls: [],
    warnings: [
      `Cannot use OTEL_EXPORTER_OTLP_PROTOCOL for OpenTelemetry: ${known}, got "grpc"`,
    ],
  });
  const odd = read({
    [BASE]: "http://h",
    OTEL_EXPORTER_OTLP_HEADERS: "a=1,pa55word, b = x%20y ",
    OTEL_TRACES_SAMPLER: "mine",
  });
  assertEquals(odd.settings?.targets.traces?.receiver.headers, { a: "1", b: "x y" });
  assertEquals(odd.warnings, [
    "Cannot use OTEL_EXPORTER_OTLP_HEADERS for OpenTelemetry: expected KEY=VALUE as number 2 of its list",
    'Cannot use OTEL_TRACES_SAMPLER for OpenTelemetry: "mine" is not known',
  ]);
  assertEquals(read({ [BASE]: "h:4317" }).warnings, [
    `Cannot use ${BASE} for OpenTelemetry: expected a URL that begins with http:// or https://`,
  ]);
});

Deno.test("otelSettingsOf reads the variables of one kind before those of all", () => {
  const { settings } = read({
    [BASE]: "http://h",
    OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
    OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: "http/protobuf",
    OTEL_EXPORTER_OTLP_TIMEOUT: "500",
    OTEL_EXPORTER_OTLP_TRACES_HEADERS: "x=1",
    OTEL_EXPORTER_OTLP_LOGS_COMPRESSION: "gzip",
    OTEL_SERVICE_NAME: "mine",
    OTEL_RESOURCE_ATTRIBUTES: "service.name=other,team=a%2Cb",
    OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: "delta",
  });
  const { traces, logs } = settings?.targets ?? {};
  assertEquals([traces?.protocol, logs?.protocol], ["http/protobuf", "http/json"]);
  assertEquals([traces?.requestMs, traces?.receiver.headers], [500, { x: "1" }]);
  assertEquals([traces?.receiver.gzip, logs?.receiver.gzip], [false, true]);
  assertEquals(settings?.resource, { "service.name": "mine", team: "a,b" });
  assertEquals(settings?.isDelta, true);
});

Deno.test("otelSettingsOf samples as the parent says, unless the sampler does not ask it", () => {
  const low = "0".repeat(32);
  const high = "f".repeat(32);
  for (
    const [sampler, arg, expected] of [
      ["", "", [true, true, false, true]],
      ["always_on", "", [true, true, true, true]],
      ["always_off", "", [false, false, false, false]],
      ["parentbased_always_off", "", [false, false, false, true]],
      ["traceidratio", "0.5", [true, false, true, false]],
      ["parentbased_traceidratio", "0.5", [true, false, false, true]],
    ] as const
  ) {
    const { settings } = read({
      [BASE]: "http://h",
      OTEL_TRACES_SAMPLER: sampler,
      OTEL_TRACES_SAMPLER_ARG: arg,
    });
    const { isSampled = () => undefined } = settings ?? {};
    assertEquals([
      isSampled(low, undefined),
      isSampled(high, undefined),
      isSampled(low, false),
      isSampled(high, true),
    ], [...expected]);
  }
});
