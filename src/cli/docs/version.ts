/**
 * Turns deno.json and the build's stamp into the version that people see.
 *
 * @module
 */
import metadata from "../../../deno.json" with { type: "json" };

/** The commit that was compiled; scripts/compile.ts writes it, from source it is empty. */
const COMMIT = "";

/** The version of this tool. */
export const VERSION: string = metadata.version;

/**
 * The line that `--version` prints.
 *
 * @returns name, version and, of a compiled program, the commit
 */
export function versionText(): string {
  return COMMIT.length === 0
    ? `ansible-runner ${VERSION}`
    : `ansible-runner ${VERSION} (${COMMIT})`;
}
