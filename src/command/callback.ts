/**
 * Turns the embedded callback plugin into a file that Ansible can load.
 *
 * @module
 */
import pluginSource from "./callback/awx_display.py" with { type: "text" };

/** Name of the plugin. Contract. */
export const PLUGIN_NAME = "awx_display";

/** Its name where Ansible would find another plugin by the first. */
export const RARE_PLUGIN_NAME = "runner_awx_display";

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
 * @param cwd where it is run
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
