/**
 * Turns deno.json and the build's stamp into the version that people see.
 *
 * @module
 */
import metadata from "../../deno.json" with { type: "json" };

/** The version of this tool. */
export const VERSION: string = metadata.version;

/**
 * The line that `--version` prints.
 *
 * @returns name and version
 */
export function versionText(): string {
  return `ansible-runner ${VERSION}`;
}
