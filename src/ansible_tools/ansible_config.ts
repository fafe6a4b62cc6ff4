/**
 * Asks `ansible-config` what Ansible's configuration is.
 *
 * @module
 */
import { ConfigError } from "../errors.ts";
import { ask, type HelperResult, pathFlag } from "./answer.ts";
import { checkChoice } from "./choice.ts";
import { type CommandOptions, type RunningCommand, startSafely } from "./command.ts";

/** What is asked: all options, all values, or the file. */
export type ConfigAction = "list" | "dump" | "view";

/** What is asked of the configuration. */
export interface AnsibleConfigOptions extends CommandOptions {
  /** Configuration file. @default {the one that Ansible finds} */
  readonly configFile?: string | URL | undefined;
  /** Only values that are not the default; with action `dump` only. @default {false} */
  readonly onlyChanged?: boolean | undefined;
}

/**
 * Asks for Ansible's configuration.
 *
 * @param action what is asked
 * @param options file, only what was changed
 * @returns the answer as text
 * @throws {ConfigError} when the action is unknown, or `onlyChanged` does not fit it
 *
 * @example
 * ```ts
 * import { getAnsibleConfig } from "@ansible-runner/ansible-runner";
 *
 * const { response } = await getAnsibleConfig("dump", { onlyChanged: true });
 * console.log(response);
 * ```
 */
export async function getAnsibleConfig(
  action: ConfigAction,
  options: AnsibleConfigOptions = {},
): Promise<HelperResult<string>> {
  return await getAnsibleConfigAsync(action, options).done;
}

/**
 * Starts {@linkcode getAnsibleConfig} and goes on.
 *
 * @param action what is asked
 * @param options file, only what was changed
 * @returns the run at once, and a promise of its answer
 */
export function getAnsibleConfigAsync(
  action: ConfigAction,
  options: AnsibleConfigOptions = {},
): RunningCommand<HelperResult<string>> {
  const { configFile, onlyChanged, ...rest } = options;
  return startSafely(() => {
    checkChoice(
      { option: "action", of: "getAnsibleConfig", allowed: ["list", "dump", "view"] },
      action,
    );
    if (onlyChanged && action !== "dump") {
      throw new ConfigError(
        "config.choice",
        `Cannot use onlyChanged with action "${action}": expected dump`,
      );
    }
    const argv = [
      "ansible-config",
      action,
      ...pathFlag("-c", { configFile }),
      ...(onlyChanged ? ["--only-changed"] : []),
    ];
    return ask<"text">(argv, { ...rest, format: undefined });
  });
}
