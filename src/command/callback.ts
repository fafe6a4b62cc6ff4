/**
 * Turns the embedded callback plugin into a file that Ansible can load.
 *
 * @module
 */
import pluginSource from "./callback/awx_display.py" with { type: "text" };

/**
 * Writes the plugin into a directory of its own.
 *
 * @param dir the directory to make; its parent exists
 */
export function unpackCallback(dir: string): void {
  Deno.mkdirSync(dir, { mode: 0o700 });
  Deno.writeTextFileSync(`${dir}/awx_display.py`, pluginSource, { createNew: true, mode: 0o600 });
}
