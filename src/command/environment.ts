/**
 * The environment of a run's Ansible, on top of the caller's and the inputs.
 *
 * @module
 */
import { SCRATCH, SCRATCH_NAME } from "../run_layout.ts";
import { EVENT_TIMES_VARIABLE } from "../config/event_times.ts";
import { factCacheDir } from "../config/fact_cache_place.ts";
import type { RunConfig } from "../config/run_config.ts";
import { PLUGIN_NAME, RARE_PLUGIN_NAME } from "./callback.ts";

/** Where things are, as the program sees them (a container has paths of its own). */
export interface RunPlaces {
  /** Directory of the callback plugin. */
  readonly pluginDir: string;
  /** Name of the callback plugin. @default {"awx_display"} */
  readonly pluginName?: string;
  /** The artifact directory. */
  readonly artifactDir: string;
}

/** The process whose events are recorded; set by the plugin. */
const EVENTS_OWNER = "RUNNER_EVENTS_OWNER";

/** Name of the variable that marks every process of a run; its value is the run's id. */
export const RUN_MARKER = "RUNNER_RUN_ID";

/**
 * Builds what a run on a terminal sets itself: nothing of it is for a program whose answer is data,
 * which would tell of it as the user's own.
 * What the user set is kept where the contract says so.
 *
 * @returns variables to lay over the environment of the run
 */
export function buildRunEnvironment(
  config: RunConfig,
  places: RunPlaces,
): Record<string, string> {
  const { env: base, settings } = config;
  const set: Record<string, string> = {
    // First: a plugin of the same name, such as the original's, must not be found in place of ours.
    ANSIBLE_CALLBACK_PLUGINS: [places.pluginDir, ...usersPlugins(base)].join(":"),
  };
  const userCallback = base["ANSIBLE_STDOUT_CALLBACK"];
  // Our plugin is a subclass of the callback that the user had chosen; what a run around this one
  // made of the choice is none.
  if (userCallback !== undefined && !(isOurs(userCallback) && base["ORIGINAL_STDOUT_CALLBACK"])) {
    set["ORIGINAL_STDOUT_CALLBACK"] = userCallback;
  }
  set["ANSIBLE_STDOUT_CALLBACK"] = places.pluginName ?? PLUGIN_NAME;
  set["ANSIBLE_RETRY_FILES_ENABLED"] = "False";
  set["ANSIBLE_HOST_KEY_CHECKING"] = base["ANSIBLE_HOST_KEY_CHECKING"] ?? "False";
  set["AWX_ISOLATED_DATA_DIR"] = places.artifactDir;
  if ((settings.factCacheType ?? "jsonfile") === "jsonfile") {
    set["ANSIBLE_CACHE_PLUGIN"] = "jsonfile";
    set["ANSIBLE_CACHE_PLUGIN_CONNECTION"] = factCacheDir(config, places.artifactDir);
  }
  if (config.rolesPath !== undefined) set["ANSIBLE_ROLES_PATH"] = config.rolesPath;
  set["RUNNER_OMIT_EVENTS"] = pythonBoolean(config.omitEventData);
  set["RUNNER_ONLY_FAILED_EVENTS"] = pythonBoolean(config.onlyFailedEventData);
  if (config.eventTimes !== "utc") set[EVENT_TIMES_VARIABLE] = config.eventTimes;
  if (settings.maxEventRes !== undefined) set["MAX_EVENT_RES"] = String(settings.maxEventRes);
  if (config.mode === "module") {
    set["ANSIBLE_LOAD_CALLBACK_PLUGINS"] = "1";
    set["AD_HOC_COMMAND_ID"] = base["AD_HOC_COMMAND_ID"] ?? "1";
  }
  return { ...set, ...ofNoOuterRun(config, base) };
}

/** The user's directories of callbacks, without the one of a run of ours around this one. */
function usersPlugins(base: Readonly<Record<string, string>>): string[] {
  const dirs = base["ANSIBLE_CALLBACK_PLUGINS"] || undefined;
  const outer = `${base["AWX_ISOLATED_DATA_DIR"]}/${SCRATCH_NAME}/${SCRATCH.callback}`;
  return dirs?.split(":").filter((dir, at) => at > 0 || dir !== outer) ?? [];
}

/** A run that a task of another run starts makes events of its own, and plays are plays in it. */
function ofNoOuterRun(
  config: RunConfig,
  base: Readonly<Record<string, string>>,
): Record<string, string> {
  const isInside = base["AWX_ISOLATED_DATA_DIR"] !== undefined;
  const isPlaybook = config.mode === "playbook" && base["AD_HOC_COMMAND_ID"] === "1";
  return {
    ...(base[EVENTS_OWNER] ? { [EVENTS_OWNER]: "" } : {}),
    ...(isInside && isPlaybook ? { AD_HOC_COMMAND_ID: "" } : {}),
  };
}

function isOurs(callback: string): boolean {
  return callback === PLUGIN_NAME || callback === RARE_PLUGIN_NAME;
}

function pythonBoolean(value: boolean): string {
  return value ? "True" : "False";
}
