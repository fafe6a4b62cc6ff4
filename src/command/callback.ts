/**
 * The embedded callback plugin, and the directory and name by which Ansible finds it.
 *
 * @module
 */
import { SCRATCH } from "../run_layout.ts";
import type { RunConfig } from "../config/run_config.ts";
import { removeTree } from "../internal/remove_tree.ts";
import { REMAINS_PREFIX } from "../remains.ts";
import pluginSource from "./callback/awx_display.py" with { type: "text" };

/** Name of the plugin. Contract. */
export const PLUGIN_NAME = "awx_display";

/** Its name where Ansible would find another plugin by the first. */
export const RARE_PLUGIN_NAME = "runner_awx_display";

/** What Ansible takes for more than a path in a list of paths. */
const ODD_IN_PATHS = /[:$]|\{\{/;

/** Where the plugin is placed, and where that is noted and undone. */
export interface CallbackContext {
  /** The run. */
  readonly config: RunConfig;
  /** Notes a path that must not outlive the run. */
  readonly noteRemains: (path: string) => void;
  /** Takes what is undone at the end, in reverse order. */
  readonly stack: AsyncDisposableStack;
}

/**
 * Writes the plugin into a directory of its own: in the run's, unless the name of that, such as that
 * of an ident `12:30`, is none for a list.
 *
 * @param name what Ansible is to call it
 */
export async function placeCallback(name: string, context: CallbackContext): Promise<string> {
  const { config, noteRemains, stack } = context;
  let parent = config.scratchDir;
  if (ODD_IN_PATHS.test(parent) && config.isolation?.kind !== "container") {
    const { makeTemporaryDir } = await import("./temporary_dir.ts");
    const dir = parent = makeTemporaryDir("/tmp", {
      prefix: REMAINS_PREFIX.callback,
      setting: "for the callback plugin",
    });
    noteRemains(dir);
    stack.defer(() => void removeTree(dir));
  }
  unpackCallback(`${parent}/${SCRATCH.callback}`, name);
  return `${parent}/${SCRATCH.callback}`;
}

/**
 * Writes the plugin into a directory of its own.
 *
 * @param dir the directory to make; its parent exists
 * @param name what Ansible is to call it
 */
export function unpackCallback(dir: string, name: string = PLUGIN_NAME): void {
  Deno.mkdirSync(dir, { mode: 0o700 });
  Deno.writeTextFileSync(`${dir}/${name}.py`, pluginSource, { createNew: true, mode: 0o600 });
}

/**
 * Gives the name under which Ansible finds the plugin: it looks next to the playbook first.
 *
 * @param words the command, of which any may be a playbook
 * @returns the usual name, unless it is taken there
 */
export function pluginNameFor(words: readonly string[], cwd: string): string {
  const dirs = new Set(words.map((word) => directoryOf(word, cwd)));
  for (const dir of dirs) {
    try {
      Deno.statSync(`${dir}/callback_plugins/${PLUGIN_NAME}.py`);
      return RARE_PLUGIN_NAME;
    } catch {
      // Nothing there.
    }
  }
  return PLUGIN_NAME;
}

function directoryOf(word: string, cwd: string): string {
  const slash = word.lastIndexOf("/");
  if (slash < 0) return cwd;
  const dir = word.slice(0, slash);
  return word.startsWith("/") ? dir : `${cwd}/${dir}`;
}
