/**
 * Asks `ansible-inventory` what it makes of inventories.
 *
 * @module
 */
import { ConfigError } from "../errors.ts";
import { type AnswerOf, ask, type HelperResult, pathFlag, textFlag } from "./answer.ts";
import { checkChoice } from "./choice.ts";
import { pathsOf } from "../run/caller/take_options.ts";
import { type CommandOptions, type RunningCommand, startSafely } from "./command.ts";

/** What is asked of an inventory: its tree, the variables of one host, or all of it. */
export type InventoryAction = "graph" | "host" | "list";

/** How `ansible-inventory` answers: parsed JSON, or text. */
export type InventoryFormat = "json" | "yaml" | "toml";

/** What is asked of an inventory, and how. */
export interface InventoryOptions<Format extends InventoryFormat = InventoryFormat>
  extends CommandOptions {
  /** `json` is parsed, `yaml` and `toml` are text. @default {JSON as text, not parsed} */
  readonly responseFormat?: Format | undefined;
  /** The host of action `host`. */
  readonly host?: string | undefined;
  /** Directory beside which plugins and group_vars are looked for. */
  readonly playbookDir?: string | URL | undefined;
  /** Vault id to use. */
  readonly vaultIds?: string | undefined;
  /** File with the vault password. */
  readonly vaultPasswordFile?: string | URL | undefined;
  /** File that takes the answer. */
  readonly outputFile?: string | URL | undefined;
  /** The answer as an inventory of its own rather than as Ansible sees it. @default {false} */
  readonly export?: boolean | undefined;
}

/**
 * Asks for an inventory as Ansible reads it.
 *
 * @param action what is asked
 * @param inventories paths or host lists
 * @param options format, host and the like
 * @returns the answer, parsed if the format is `json`
 * @throws {ConfigError} when action or format are unknown, or there is no host to ask for
 *
 * @example
 * ```ts
 * import { getInventory } from "@ansible-runner/ansible-runner";
 *
 * const { response } = await getInventory("list", ["demo/inventory"], { responseFormat: "json" });
 * console.log(response["_meta"]);
 * ```
 */
export async function getInventory<Format extends InventoryFormat = "yaml">(
  action: InventoryAction,
  inventories: readonly (string | URL)[],
  options: InventoryOptions<Format> = {},
): Promise<HelperResult<AnswerOf<Format>>> {
  return await getInventoryAsync(action, inventories, options).done;
}

/**
 * Starts {@linkcode getInventory} and goes on.
 *
 * @param action what is asked
 * @param inventories paths or host lists
 * @param options format, host and the like
 * @returns the run at once, and a promise of its answer
 */
export function getInventoryAsync<Format extends InventoryFormat = "yaml">(
  action: InventoryAction,
  inventories: readonly (string | URL)[],
  options: InventoryOptions<Format> = {},
): RunningCommand<HelperResult<AnswerOf<Format>>> {
  const { responseFormat, host, playbookDir, vaultIds, vaultPasswordFile, outputFile, ...others } =
    options;
  const { export: isExport, ...rest } = others;
  return startSafely(() => {
    checkRequest(action, { responseFormat, host });
    const argv = [
      "ansible-inventory",
      `--${action}`,
      ...(action === "host" && host !== undefined ? [host] : []),
      ...pathsOf(inventories, "inventories").flatMap((inventory) => ["-i", inventory]),
      ...(responseFormat === "yaml" || responseFormat === "toml" ? [`--${responseFormat}`] : []),
      ...pathFlag("--playbook-dir", { playbookDir }),
      ...textFlag("--vault-id", { vaultIds }),
      ...pathFlag("--vault-password-file", { vaultPasswordFile }),
      ...pathFlag("--output", { outputFile }),
      ...(isExport ? ["--export"] : []),
    ];
    return ask<Format>(argv, { ...rest, format: responseFormat });
  });
}

function checkRequest(
  action: string,
  given: { readonly responseFormat: string | undefined; readonly host: string | undefined },
): void {
  const of = "getInventory";
  checkChoice({ option: "action", of, allowed: ["graph", "host", "list"] }, action);
  checkChoice(
    { option: "responseFormat", of, allowed: ["json", "yaml", "toml"] },
    given.responseFormat,
  );
  if (action === "graph" && given.responseFormat !== undefined) {
    const text = `Cannot use responseFormat "${given.responseFormat}" with action "graph"`;
    throw new ConfigError("config.choice", `${text}: its answer is text`);
  }
  if (action === "host" && given.host === undefined) {
    throw new ConfigError("config.choice", 'Cannot use action "host" without a host');
  }
}
