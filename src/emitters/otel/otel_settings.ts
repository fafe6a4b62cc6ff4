/**
 * What is exported, and where to, by OpenTelemetry's environment variables.
 *
 * What cannot be used is warned of and off: a variable for all programs of a machine ends no run.
 *
 * @module
 * @see https://opentelemetry.io/docs/specs/otel/protocol/exporter/
 */
import type { HttpReceiver } from "../http/http_settings.ts";
import { isOtelAsked } from "./otel_asked.ts";
import type { Signal } from "./otlp.ts";

/** Where one kind goes, and how. */
export interface OtelTarget {
  readonly receiver: HttpReceiver;
  readonly protocol: "http/protobuf" | "http/json";
  readonly requestMs: number;
}

/** What the environment asks for. */
export interface OtelSettings {
  /** Kinds that are exported. */
  readonly targets: Readonly<Partial<Record<Signal, OtelTarget>>>;
  /** Attributes of the service. */
  readonly resource: Readonly<Record<string, string>>;
  /** Whether a trace is recorded; its parent's word counts where there is a parent. */
  readonly isSampled: (traceId: string, parent: boolean | undefined) => boolean;
  /** Whether numbers count from one export to the next, in place of from the start. */
  readonly isDelta: boolean;
}

type Variables = Readonly<Record<string, string | undefined>>;

const PREFIX = "OTEL_EXPORTER_OTLP_";
const REQUEST_MS = 10_000;
const SIGNALS: readonly Signal[] = ["traces", "metrics", "logs"];

/**
 * Reads the variables.
 *
 * @param warn takes what cannot be used; no value is shown
 * @returns undefined when nothing is to be exported
 */
export function otelSettingsOf(
  env: Variables,
  warn: (message: string) => void,
): OtelSettings | undefined {
  const isOff = env["OTEL_SDK_DISABLED"]?.toLowerCase() === "true";
  if (isOff || !isOtelAsked((name) => env[name])) return undefined;
  const said = new Set<string>();
  const complain = (name: string, problem: string): void => {
    if (!said.has(name)) warn(`Cannot use ${name} for OpenTelemetry: ${problem}`);
    said.add(name);
  };
  const found = SIGNALS.map((signal) => [signal, targetOf(signal, { env, complain })] as const)
    .filter(([, target]) => target !== undefined);
  if (found.length === 0) return undefined;
  const resource = pairsOf("OTEL_RESOURCE_ATTRIBUTES", { env, complain });
  const service = env["OTEL_SERVICE_NAME"] || resource["service.name"] || "ansible-runner";
  const preference = env[`${PREFIX}METRICS_TEMPORALITY_PREFERENCE`]?.toLowerCase() ?? "";
  return {
    targets: Object.fromEntries(found),
    resource: { ...resource, "service.name": service },
    isSampled: samplerOf(env, complain),
    isDelta: ["delta", "lowmemory"].includes(preference),
  };
}

interface Reading {
  readonly env: Variables;
  readonly complain: (name: string, problem: string) => void;
}

/** The name of the variable that is set: of this kind before that of all. */
function nameOf(signal: Signal, { env, what }: { env: Variables; what: string }): string {
  const own = `${PREFIX}${signal.toUpperCase()}_${what}`;
  return env[own] ? own : `${PREFIX}${what}`;
}

function targetOf(signal: Signal, { env, complain }: Reading): OtelTarget | undefined {
  const exporter = env[`OTEL_${signal.toUpperCase()}_EXPORTER`];
  if (exporter && !exporter.split(",").some((name) => name.trim() === "otlp")) return undefined;
  const named = (what: string): string => nameOf(signal, { env, what });
  const read = (what: string): string | undefined => env[named(what)] || undefined;
  const endpoint = endpointOf(signal, env);
  if (endpoint === undefined) return undefined;
  const protocol = read("PROTOCOL") ?? "http/protobuf";
  if (protocol !== "http/protobuf" && protocol !== "http/json") {
    const known = "expected http/protobuf or http/json";
    complain(named("PROTOCOL"), `${known}, got ${JSON.stringify(protocol)}`);
    return undefined;
  }
  if (!/^https?:\/\/[^/]/i.test(endpoint)) {
    complain(named("ENDPOINT"), "expected a URL that begins with http:// or https://");
    return undefined;
  }
  return {
    receiver: {
      url: endpoint,
      name: `otel-${signal}`,
      headers: pairsOf(named("HEADERS"), { env, complain }),
      gzip: read("COMPRESSION") === "gzip",
      caFile: read("CERTIFICATE"),
      certFile: read("CLIENT_CERTIFICATE"),
      keyFile: read("CLIENT_KEY"),
      fileNames: {
        ca: named("CERTIFICATE"),
        cert: named("CLIENT_CERTIFICATE"),
        key: named("CLIENT_KEY"),
      },
      onError: "warn",
    },
    protocol,
    requestMs: positive(read("TIMEOUT")) ?? REQUEST_MS,
  };
}

/** That of one kind is taken as it is; to that of all the kind's path is appended. */
function endpointOf(signal: Signal, env: Variables): string | undefined {
  const own = env[`${PREFIX}${signal.toUpperCase()}_ENDPOINT`];
  if (own) return own;
  const [, base, query = ""] = /^([^?#]*)([?#].*)?$/s.exec(env[`${PREFIX}ENDPOINT`] ?? "") ?? [];
  return base ? `${base.replace(/\/$/, "")}/v1/${signal}${query}` : undefined;
}

/** Such as `a=1,b=x%20y`; a pair that is none is left out, and never shown. */
function pairsOf(name: string, { env, complain }: Reading): Record<string, string> {
  const pairs: Record<string, string> = {};
  for (const [index, pair] of (env[name] ?? "").split(",").entries()) {
    if (pair.trim() === "") continue;
    const [, key = "", value = ""] = /^\s*([^=\s]+)\s*=\s*(.*?)\s*$/s.exec(pair) ?? [];
    try {
      if (key === "") throw new SyntaxError("no key");
      pairs[key] = decodeURIComponent(value);
    } catch {
      complain(name, `expected KEY=VALUE as number ${index + 1} of its list`);
    }
  }
  return pairs;
}

function samplerOf(env: Variables, complain: Reading["complain"]): OtelSettings["isSampled"] {
  const name = env["OTEL_TRACES_SAMPLER"] || "parentbased_always_on";
  const [, isParentBased, kind] =
    /^(parentbased_)?(always_on|always_off|traceidratio)$/.exec(name) ??
      [];
  if (kind === undefined) {
    complain("OTEL_TRACES_SAMPLER", `${JSON.stringify(name)} is not known`);
    return (_traceId, parent) => parent ?? true;
  }
  const given = Number(env["OTEL_TRACES_SAMPLER_ARG"] || 1);
  const ratio = kind === "always_on" ? 1 : kind === "always_off" ? 0 : given >= 0 ? given : 1;
  const own = (traceId: string): boolean =>
    // The last 56 bits are random in every trace id.
    Number.parseInt(traceId.slice(-13), 16) < ratio * 2 ** 52;
  return (traceId, parent) => isParentBased ? parent ?? own(traceId) : own(traceId);
}

function positive(text: string | undefined): number | undefined {
  const value = Number(text ?? "");
  return value > 0 && value <= 600_000 ? value : undefined;
}
