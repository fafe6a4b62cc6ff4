/**
 * Opens the plugins that a run names.
 *
 * @module
 */
import { UNSAFE_HINT, whyFileUnsafe } from "../../config/inputs/trusted_directories.ts";
import type { ToldRun } from "../../config/run_config.ts";
import { ConfigError } from "../../errors.ts";
import type { Emitter } from "../emitter.ts";
import { isModulePath, loadModulePlugin } from "./module_plugin.ts";
import { commandOf, type CommandOrigin, variablesOf, wordsOf } from "./plugin_command.ts";
import { PluginEmitter } from "./plugin_emitter.ts";
import { workingDirectory } from "../../internal/working_directory.ts";

const RESTARTS = 3;

/** What plugins are opened with. */
export interface OpenPluginsOptions {
  /** Those that the caller names, relative to the working directory. */
  readonly plugins: readonly string[];
  /** Accept files that others may write to. */
  readonly allowUnsafe: boolean;
  /** Takes a line for the log. */
  readonly warn: (message: string) => void;
}

/**
 * Makes the emitters; programs are started with the first message.
 *
 * @throws {ConfigError} when there is no such program or module
 */
export function openPlugins(config: ToldRun, options: OpenPluginsOptions): Promise<Emitter[]> {
  const fromSettings = { where: "runner_plugins", cwd: config.privateDataDir };
  const fromCaller = { where: "--plugin", cwd: workingDirectory() };
  const { runnerPlugins = [] } = config.settings;
  return Promise.all([
    ...runnerPlugins.map((text) => openPlugin(text, { config, ...fromSettings, ...options })),
    ...options.plugins.map((text) => openPlugin(text, { config, ...fromCaller, ...options })),
  ]);
}

async function openPlugin(
  text: string,
  { config, warn, allowUnsafe, ...origin }: CommandOrigin & Omit<OpenPluginsOptions, "plugins"> & {
    readonly config: ToldRun;
  },
): Promise<Emitter> {
  const words = wordsOf(text, origin.where);
  const [first = ""] = words;
  const path = first.startsWith("/") ? first : `${origin.cwd}/${first}`;
  const settings = config.unknownSettings;
  if (words.length === 1 && isModulePath(path)) {
    if (!allowUnsafe) refuseUnsafe(path);
    const { runnerPluginOnError } = config.settings;
    const module = await loadModulePlugin(path, { settings });
    return { ...module, onError: module.onError ?? runnerPluginOnError };
  }
  const env = { ...variablesOf(config), RUNNER_PLUGIN_SETTINGS: JSON.stringify(settings) };
  const restarts = config.settings.runnerPluginRestarts ?? RESTARTS;
  const command = commandOf(text, origin);
  if (!allowUnsafe) refuseUnsafe(command.argv[0] ?? "");
  const { runnerPluginOnError: onError } = config.settings;
  return new PluginEmitter({
    ...command,
    cwd: config.privateDataDir,
    env,
    restarts,
    onError,
    warn,
  });
}

/** What a plugin's file says is done in our name, as what env/ says is. */
function refuseUnsafe(path: string): void {
  const why = existsAt(path) ? whyFileUnsafe(path) : undefined;
  if (why === undefined) return;
  const text = `Cannot use the plugin ${JSON.stringify(path)}: ${why}`;
  throw new ConfigError("config.unsafe_dir", text, { hint: UNSAFE_HINT });
}

function existsAt(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}
