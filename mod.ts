/**
 * Runs Ansible under a pseudo-terminal, pairs every event with its output and leaves artifacts.
 *
 * @example
 * ```ts no-run
 * import { run } from "./mod.ts";
 *
 * const runner = await run({ privateDataDir: "demo", playbook: "test.yml" });
 * console.log(runner.status, runner.rc);
 * ```
 *
 * @module
 */
export { type ConsoleOutput, run, type RunOptions } from "./src/run.ts";
export { Runner } from "./src/result.ts";
export type { ContainerAuthData, InputOptions, Json, JsonObject } from "./src/config/options.ts";
export type { ExtraVars, Material, RunConfig, RunMode } from "./src/config/run_config.ts";
export type { Settings } from "./src/config/settings.ts";
export type { EndReason, SurvivingProcess } from "./src/events/end_reason.ts";
export type { JobEvent, Status, StatusEvent } from "./src/events/types.ts";
export {
  CallbackError,
  ConfigError,
  IsolationError,
  KillError,
  LaunchError,
  RunnerError,
  type RunnerErrorOptions,
  UsageError,
} from "./src/errors.ts";
