/**
 * Turns a decided run into the environment of its Ansible, on top of the caller's and the inputs.
 *
 * @module
 */
import { factCacheDir } from "../config/fact_cache_place.ts";
import type { RunConfig } from "../config/run_config.ts";

/** Where things are, as the program sees them (a container has paths of its own). */
export interface RunPlaces {
  /** Directory of the callback plugin. */
  readonly pluginDir: string;
  /** The artifact directory. */
  readonly artifactDir: string;
}

/** Name of the variable that marks every process of a run; its value is the run's id. */
export const RUN_MARKER = "RUNNER_RUN_ID";

/**
 * Builds what a run on a terminal sets itself: nothing of it is for a program whose answer is data,
 * which would tell of it as the user's own.
 *
 * @param config the run
 * @param base the environment so far: what the user set is kept where the contract says so
 * @param places where things are
 * @returns variables to lay over `base`
 */
export function buildRunEnvironment(
  config: RunConfig,
  base: Readonly<Record<string, string>>,
  places: RunPlaces,
): Record<string, string> {
  const plugins = base["ANSIBLE_CALLBACK_PLUGINS"];
  const set: Record<string, string> = {
    ANSIBLE_CALLBACK_PLUGINS: plugins ? `${plugins}:${places.pluginDir}` : places.pluginDir,
  };
  const userCallback = base["ANSIBLE_STDOUT_CALLBACK"];
  // Our plugin is a subclass of the callback that the user had chosen.
  if (userCallback !== undefined) set["ORIGINAL_STDOUT_CALLBACK"] = userCallback;
  set["ANSIBLE_STDOUT_CALLBACK"] = "awx_display";
  set["ANSIBLE_RETRY_FILES_ENABLED"] = "False";
  set["ANSIBLE_HOST_KEY_CHECKING"] = base["ANSIBLE_HOST_KEY_CHECKING"] ?? "False";
  set["AWX_ISOLATED_DATA_DIR"] = places.artifactDir;
  const { settings } = config;
  if ((settings.factCacheType ?? "jsonfile") === "jsonfile") {
    set["ANSIBLE_CACHE_PLUGIN"] = "jsonfile";
    set["ANSIBLE_CACHE_PLUGIN_CONNECTION"] = factCacheDir(config, places.artifactDir);
  }
  if (config.rolesPath !== undefined) set["ANSIBLE_ROLES_PATH"] = config.rolesPath;
  set["RUNNER_OMIT_EVENTS"] = pythonBoolean(config.omitEventData);
  set["RUNNER_ONLY_FAILED_EVENTS"] = pythonBoolean(config.onlyFailedEventData);
  if (settings.maxEventRes !== undefined) set["MAX_EVENT_RES"] = String(settings.maxEventRes);
  if (config.mode === "module") {
    set["ANSIBLE_LOAD_CALLBACK_PLUGINS"] = "1";
    set["AD_HOC_COMMAND_ID"] = base["AD_HOC_COMMAND_ID"] ?? "1";
  }
  return set;
}

function pythonBoolean(value: boolean): string {
  return value ? "True" : "False";
}
