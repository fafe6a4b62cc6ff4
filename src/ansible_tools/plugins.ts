/**
 * Asks `ansible-doc` what it knows of plugins and roles.
 *
 * @module
 */
import { type AnswerOf, ask, type HelperResult, pathFlag, textFlag } from "./answer.ts";
import { checkChoice } from "./choice.ts";
import { type CommandOptions, type RunningCommand, startSafely } from "./command.ts";
import type { JsonObject } from "../config/options.ts";
import { TEXT, TEXTS } from "../run/caller/option_kinds.ts";
import { checkedOption } from "../run/caller/take_options.ts";

/** How `ansible-doc` answers: parsed JSON, or text for people. */
export type DocFormat = "json" | "human";

/** Where `ansible-doc` looks, for what, and how it answers. */
export interface PluginOptions<Format extends DocFormat = DocFormat> extends CommandOptions {
  /** `json` is parsed, `human` is text as the command prints it. @default {"human"} */
  readonly responseFormat?: Format | undefined;
  /** Kind of plugin, such as `module`, `callback`, `become`. @default {"module"} */
  readonly pluginType?: string | undefined;
  /** Directory beside which plugins are looked for. */
  readonly playbookDir?: string | URL | undefined;
  /** Directory of modules. */
  readonly modulePath?: string | URL | undefined;
}

/** How documentation is given. */
export interface PluginDocsOptions<Format extends DocFormat = DocFormat>
  extends PluginOptions<Format> {
  /** A snippet for a playbook in place of the documentation. @default {false} */
  readonly snippet?: boolean | undefined;
}

/** How a list is given. */
export interface PluginListOptions<Format extends DocFormat = DocFormat>
  extends PluginOptions<Format> {
  /** File names in place of summaries. @default {false} */
  readonly listFiles?: boolean | undefined;
}

/** Where roles are looked for. */
export interface RoleOptions extends CommandOptions {
  /** Collection of the role. */
  readonly collection?: string | undefined;
  /** Directory with `roles/`. */
  readonly playbookDir?: string | URL | undefined;
}

/**
 * Looks up the documentation of plugins.
 *
 * @param names names of plugins
 * @param options kind of plugin and format
 * @returns name of each plugin that was found -> its documentation, or the text
 * @throws {ConfigError} when the format is unknown
 *
 * @example
 * ```ts
 * import { getPluginDocs } from "@ansible-runner/ansible-runner";
 *
 * const { response } = await getPluginDocs(["debug"], { responseFormat: "json" });
 * console.log(Object.keys(response)); // ["debug"]
 * ```
 */
export async function getPluginDocs<Format extends DocFormat = "human">(
  names: readonly string[],
  options: PluginDocsOptions<Format> = {},
): Promise<HelperResult<AnswerOf<Format>>> {
  return await getPluginDocsAsync(names, options).done;
}

/**
 * Starts {@linkcode getPluginDocs} and goes on.
 *
 * @param names names of plugins
 * @param options kind of plugin and format
 * @returns the run at once, and a promise of its answer
 */
export function getPluginDocsAsync<Format extends DocFormat = "human">(
  names: readonly string[],
  options: PluginDocsOptions<Format> = {},
): RunningCommand<HelperResult<AnswerOf<Format>>> {
  const { snippet, ...rest } = options;
  return startSafely(() =>
    askDoc(rest, { of: "getPluginDocs", flags: snippet ? ["-s"] : [], names })
  );
}

/**
 * Lists the plugins that Ansible finds.
 *
 * @param options kind of plugin and format
 * @returns name of each plugin -> its summary or file name, or the text
 * @throws {ConfigError} when the format is unknown
 *
 * @example
 * ```ts
 * import { getPluginList } from "@ansible-runner/ansible-runner";
 *
 * const { response } = await getPluginList({ pluginType: "become", responseFormat: "json" });
 * console.log(response["ansible.builtin.sudo"]);
 * ```
 */
export async function getPluginList<Format extends DocFormat = "human">(
  options: PluginListOptions<Format> = {},
): Promise<HelperResult<AnswerOf<Format>>> {
  return await getPluginListAsync(options).done;
}

/**
 * Starts {@linkcode getPluginList} and goes on.
 *
 * @param options kind of plugin and format
 * @returns the run at once, and a promise of its answer
 */
export function getPluginListAsync<Format extends DocFormat = "human">(
  options: PluginListOptions<Format> = {},
): RunningCommand<HelperResult<AnswerOf<Format>>> {
  const { listFiles, ...rest } = options;
  return startSafely(() => askDoc(rest, { of: "getPluginList", list: listFiles ? "-F" : "-l" }));
}

/**
 * Lists the roles that have an argument specification.
 *
 * @param options collection, directory
 * @returns name of each role -> its collection and entry points
 *
 * @example
 * ```ts
 * import { getRoleList } from "@ansible-runner/ansible-runner";
 *
 * const { response } = await getRoleList({ playbookDir: "demo/project" });
 * console.log(Object.keys(response));
 * ```
 */
export async function getRoleList(options: RoleOptions = {}): Promise<HelperResult<JsonObject>> {
  return await getRoleListAsync(options).done;
}

/**
 * Starts {@linkcode getRoleList} and goes on.
 *
 * @param options collection, directory
 * @returns the run at once, and a promise of its answer
 */
export function getRoleListAsync(
  options: RoleOptions = {},
): RunningCommand<HelperResult<JsonObject>> {
  const { collection, playbookDir, ...rest } = options;
  return startSafely(() => {
    const where = pathFlag("--playbook-dir", { playbookDir });
    const argv = ["ansible-doc", "-t", "role", "-l", "-j", ...where];
    if (collection !== undefined) argv.push(checkedOption(collection, COLLECTION));
    return ask(argv, { ...rest, format: "json" });
  });
}

/**
 * Looks up the argument specification of a role.
 *
 * @param role name of the role
 * @param options collection, directory
 * @returns name of the role -> its path and entry points; `{}` when it has none
 *
 * @example
 * ```ts
 * import { getRoleArgspec } from "@ansible-runner/ansible-runner";
 *
 * const { response } = await getRoleArgspec("greeter", { playbookDir: "demo/project" });
 * console.log(response);
 * ```
 */
export async function getRoleArgspec(
  role: string,
  options: RoleOptions = {},
): Promise<HelperResult<JsonObject>> {
  return await getRoleArgspecAsync(role, options).done;
}

/**
 * Starts {@linkcode getRoleArgspec} and goes on.
 *
 * @param role name of the role
 * @param options collection, directory
 * @returns the run at once, and a promise of its answer
 */
export function getRoleArgspecAsync(
  role: string,
  options: RoleOptions = {},
): RunningCommand<HelperResult<JsonObject>> {
  const { collection, playbookDir, ...rest } = options;
  return startSafely(() => {
    const name = checkedOption(role, { name: "role", kind: TEXT });
    const where = pathFlag("--playbook-dir", { playbookDir });
    const prefix = collection === undefined ? "" : `${checkedOption(collection, COLLECTION)}.`;
    return ask(["ansible-doc", "-t", "role", "-j", ...where, `${prefix}${name}`], {
      ...rest,
      format: "json",
    });
  });
}

/** How a collection is checked. */
const COLLECTION = { name: "collection", kind: TEXT } as const;

/** `ansible-doc [-F|-l] [-j] [-s] [-t T] [--playbook-dir D] [-M P] names…` */
function askDoc<Format extends DocFormat>(
  options: PluginOptions<Format>,
  words: {
    readonly of: string;
    readonly list?: string;
    readonly flags?: readonly string[];
    readonly names?: readonly string[];
  },
): RunningCommand<HelperResult<AnswerOf<Format>>> {
  const { responseFormat, pluginType, playbookDir, modulePath, ...rest } = options;
  checkChoice(
    { option: "responseFormat", of: words.of, allowed: ["json", "human"] },
    responseFormat,
  );
  const argv = [
    "ansible-doc",
    ...(words.list === undefined ? [] : [words.list]),
    ...(responseFormat === "json" ? ["-j"] : []),
    ...(words.flags ?? []),
    ...textFlag("-t", { pluginType }),
    ...pathFlag("--playbook-dir", { playbookDir }),
    ...pathFlag("-M", { modulePath }),
    ...checkedOption(words.names ?? [], { name: "names", kind: TEXTS }),
  ];
  return ask<Format>(argv, { ...rest, format: responseFormat });
}
