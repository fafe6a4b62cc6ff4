/**
 * The emitters of a run: the caller's own, and the one that settings ask for.
 *
 * @module
 */
import { isUnsafeAllowed } from "../../config/inputs/trusted_directories.ts";
import type { ToldRun } from "../../config/run_config.ts";
import type { RunnerError } from "../../errors.ts";
import type { Emitter } from "../../emitters/emitter.ts";
import type { OpenOtel } from "../../emitters/otel/open_otel.ts";
import { isOtelAsked } from "../../emitters/otel/otel_asked.ts";
import type { Emitters } from "../../emitters/run_emitters.ts";
import { makeAbsolute } from "../../internal/paths.ts";
import type { TakenOptions } from "../run_options.ts";
import { workingDirectory } from "../../internal/working_directory.ts";

/** Which emitters a caller wants, and what cancels them. */
export type EmitterWishes = Pick<
  TakenOptions,
  | "allowUnsafePrivateDataDir"
  | "emitters"
  | "killSignal"
  | "metricsFile"
  | "plugins"
  | "signal"
  | "syslog"
  | "syslogServer"
>;

/** What emitters are opened with. */
export interface EmitterContext {
  /** The caller's options: emitters, plugins, what cancels the run. */
  readonly options: EmitterWishes;
  /** Aborted when the run is canceled by itself. */
  readonly canceled: AbortSignal;
  /** Path of the artifact directory, good for the next call. */
  readonly recordDir: () => string;
  /** Takes a warning for the log. */
  readonly warn: (message: string) => void;
  /** Told that one failed, when settings say that this matters. */
  readonly fail: (error: RunnerError) => void;
}

/**
 * Opens the emitters that a run asks for; what they need is loaded only then.
 *
 * @throws {ConfigError} when one is configured wrongly
 */
export async function openEmitters(
  config: ToldRun,
  { options, canceled, ...context }: EmitterContext,
): Promise<Emitters | undefined> {
  const { signal = canceled, killSignal: hurry, emitters = [] } = options;
  const asked = [
    ...emitters,
    ...await configuredEmitters(config, context.warn),
    ...await zmqEmitters(config, context.warn),
    ...await pluginEmitters(config, { options, warn: context.warn }),
  ];
  const { warn } = context;
  const otel = await otelEmitters(config, warn);
  asked.push(...otel.emitters);
  let opened: Emitters | undefined;
  const waiting = (): ReturnType<Emitters["waiting"]> => opened?.waiting() ?? [];
  asked.push(...await monitors(config, { options, waiting, warn }));
  if (asked.length === 0) return undefined;
  const { Emitters } = await import("../../emitters/run_emitters.ts");
  return opened = new Emitters(asked, {
    ...context,
    cancel: AbortSignal.any([signal, canceled]),
    hurry,
    environment: otel.environment,
    ident: config.ident,
    onError: config.settings.emitterOnError,
    deadlineMs: config.settings.emitterDeadlineMs,
  });
}

async function zmqEmitters(
  { settings }: ToldRun,
  warn: (message: string) => void,
): Promise<Emitter[]> {
  if (!settings.runnerZmqUrl) return [];
  const { zmqEmitterOf } = await import("../../emitters/zmq/zmq_emitter.ts");
  return [zmqEmitterOf(settings, { warn })].filter((emitter) => emitter !== undefined);
}

/** What OpenTelemetry's variables ask for. */
async function otelEmitters(config: ToldRun, warn: (message: string) => void): Promise<OpenOtel> {
  if (!isOtelAsked((name) => Deno.env.get(name))) return { emitters: [], environment: {} };
  const { openOtel } = await import("../../emitters/otel/open_otel.ts");
  const { VERSION: version } = await import("../../version.ts");
  return openOtel(config, { env: Deno.env.toObject(), version, warn });
}

/** Those that count or tell, and need no receiver that answers. */
async function monitors(
  { ident }: ToldRun,
  { options, waiting, warn }: Pick<EmitterContext, "options" | "warn"> & {
    readonly waiting: () => ReturnType<Emitters["waiting"]>;
  },
): Promise<Emitter[]> {
  const { metricsFile, syslog = false, syslogServer } = options;
  const found: Emitter[] = [];
  if (syslog || syslogServer !== undefined) {
    const { SyslogEmitter } = await import("../../emitters/monitoring/syslog_emitter.ts");
    if (syslog) found.push(new SyslogEmitter({ warn }));
    if (syslogServer !== undefined) found.push(new SyslogEmitter({ server: syslogServer, warn }));
  }
  if (metricsFile !== undefined) {
    const { MetricsFile } = await import("../../emitters/monitoring/metrics_file.ts");
    const path = makeAbsolute(metricsFile, workingDirectory());
    found.push(new MetricsFile({ path, ident, waiting, warn }));
  }
  return found;
}

async function pluginEmitters(
  config: ToldRun,
  { options, warn }: Pick<EmitterContext, "options" | "warn">,
): Promise<Emitter[]> {
  const { runnerPlugins = [] } = config.settings;
  const { plugins = [], allowUnsafePrivateDataDir } = options;
  if (runnerPlugins.length + plugins.length === 0) return [];
  const { openPlugins } = await import("../../emitters/plugins/open_plugins.ts");
  const allowUnsafe = isUnsafeAllowed(allowUnsafePrivateDataDir);
  return await openPlugins(config, { plugins, allowUnsafe, warn });
}

/** Those that are built in; a library's caller brings others along. */
async function configuredEmitters(
  config: ToldRun,
  warn: (message: string) => void,
): Promise<Emitter[]> {
  const env = {
    RUNNER_HTTP_URL: Deno.env.get("RUNNER_HTTP_URL"),
    RUNNER_HTTP_PATH: Deno.env.get("RUNNER_HTTP_PATH"),
  };
  const { runnerHttpUrl, runnerHttpReceivers } = config.settings;
  if (!env.RUNNER_HTTP_URL && !runnerHttpUrl && runnerHttpReceivers === undefined) return [];
  const { httpEmittersOf } = await import("../../emitters/http/http_emitter.ts");
  const emitters = httpEmittersOf(config, env);
  if (config.settings.emitterLeftovers !== "first") return emitters;
  const { deliverRestBefore } = await import("../leftovers/deliver_rest.ts");
  for (const emitter of emitters) {
    emitter.first = (signal) => deliverRestBefore(config, { emitter, signal, warn });
  }
  return emitters;
}
