/**
 * Opens what exports a run by OpenTelemetry.
 *
 * @module
 */
import type { RunConfig } from "../../config/run_config.ts";
import { messageOf } from "../../errors.ts";
import type { Emitter } from "../emitter.ts";
import { OtelEmitter, type OtelExport } from "./otel_emitter.ts";
import { otelSettingsOf } from "./otel_settings.ts";
import { attributesOf, type Signal } from "./otlp.ts";
import { RunLogs } from "./run_logs.ts";
import { RunMetrics } from "./run_metrics.ts";
import { RunSpans } from "./run_spans.ts";
import { environmentOf, traceContextOf } from "./trace_context.ts";

/** What is opened with. */
export interface OpenOtelOptions {
  /** The runner's own environment: where things go. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Version of this program. */
  readonly version: string;
  /** Takes a line for the log. */
  readonly warn: (message: string) => void;
}

/** What was opened. */
export interface OpenOtel {
  readonly emitters: readonly Emitter[];
  /** Variables by which what the run starts hangs below it. */
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * Makes the emitters of a run.
 *
 * @param config the run; its environment has the caller's trace
 * @param options where things go; what cannot be used is warned of, and off
 */
export function openOtel(
  config: Pick<RunConfig, "argv" | "env" | "ident">,
  { env, version, warn }: OpenOtelOptions,
): OpenOtel {
  const settings = otelSettingsOf(env, warn);
  if (settings === undefined) return { emitters: [], environment: {} };
  const context = traceContextOf(config.env, settings.isSampled);
  const program = (config.argv[0] ?? "").replace(/^.*\//s, "");
  const facts = { ident: config.ident, program };
  const [spans, metrics, logs] = [
    new RunSpans(context, facts),
    new RunMetrics(settings),
    new RunLogs(context, facts),
  ];
  const folds: Readonly<Record<Signal, OtelExport["fold"]>> = {
    traces: (message) => context.isSampled ? spans.fold(message) : [],
    metrics: (message) => metrics.fold(message),
    logs: (message) => logs.fold(message),
  };
  const resource = attributesOf({
    ...settings.resource,
    "service.version": version,
    "service.instance.id": context.rootSpanId,
    "host.name": Deno.hostname(),
    "process.pid": Deno.pid,
    "process.runtime.name": "deno",
    "process.runtime.version": Deno.version.deno,
  });
  const emitters: Emitter[] = [];
  for (const [signal, target] of Object.entries(settings.targets)) {
    const fold = folds[signal as Signal];
    try {
      emitters.push(
        new OtelEmitter({ signal: signal as Signal, target, resource, version, fold, warn }),
      );
    } catch (error) {
      warn(`Cannot export ${signal} by OpenTelemetry: ${messageOf(error)}`);
    }
  }
  return { emitters, environment: "traces" in settings.targets ? environmentOf(context) : {} };
}
