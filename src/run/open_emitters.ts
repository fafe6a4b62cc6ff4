/**
 * The emitters of a run: the caller's own, and the one that settings ask for.
 *
 * @module
 */
import type { RunConfig } from "../config/run_config.ts";
import type { RunnerError } from "../errors.ts";
import type { Emitter } from "../emitters/emitter.ts";
import type { Emitters } from "../emitters/run_emitters.ts";

/** What emitters are opened with. */
export interface EmitterContext {
  /** The caller's own. */
  readonly emitters: readonly Emitter[];
  /** Programs and modules that the caller names. */
  readonly plugins: readonly string[];
  /** Accept plugins' files that others may write to. */
  readonly allowUnsafe: boolean;
  /** Takes a warning for the log. */
  readonly warn: (message: string) => void;
  /** Told that one failed, when settings say that this matters. */
  readonly fail: (error: RunnerError) => void;
  /** Aborted when the run is canceled. */
  readonly cancel: AbortSignal;
  /** Aborted when whoever canceled it wants its end at once. */
  readonly hurry: AbortSignal | undefined;
}

/**
 * Opens the emitters that a run asks for; what they need is loaded only then.
 *
 * @throws {ConfigError} when one is configured wrongly
 */
export async function openEmitters(
  config: RunConfig,
  { emitters, plugins, allowUnsafe, ...context }: EmitterContext,
): Promise<Emitters | undefined> {
  const { warn } = context;
  const asked = [
    ...emitters,
    ...await configuredEmitters(config),
    ...await pluginEmitters(config, { plugins, allowUnsafe, warn }),
  ];
  if (asked.length === 0) return undefined;
  const { Emitters } = await import("../emitters/run_emitters.ts");
  return new Emitters(asked, {
    ...context,
    ident: config.ident,
    onError: config.settings.emitterOnError,
    deadlineMs: config.settings.emitterDeadlineMs,
  });
}

async function pluginEmitters(
  config: RunConfig,
  options: Pick<EmitterContext, "plugins" | "allowUnsafe" | "warn">,
): Promise<Emitter[]> {
  const { runnerPlugins = [] } = config.settings;
  if (runnerPlugins.length + options.plugins.length === 0) return [];
  return await (await import("../emitters/plugins/open_plugins.ts")).openPlugins(config, options);
}

/** Those that are built in; a library's caller brings others along. */
async function configuredEmitters(config: RunConfig): Promise<Emitter[]> {
  const env = {
    RUNNER_HTTP_URL: Deno.env.get("RUNNER_HTTP_URL"),
    RUNNER_HTTP_PATH: Deno.env.get("RUNNER_HTTP_PATH"),
  };
  const { runnerHttpUrl, runnerHttpReceivers } = config.settings;
  if (!env.RUNNER_HTTP_URL && !runnerHttpUrl && runnerHttpReceivers === undefined) return [];
  return (await import("../emitters/http_emitter.ts")).httpEmittersOf(config, env);
}
