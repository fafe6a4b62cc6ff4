/**
 * The version that people see, from deno.json and the build's stamp.
 *
 * @module
 */
import metadata from "../deno.json" with { type: "json" };

/** The commit that was compiled; scripts/compile.ts writes it, from source it is empty. */
const COMMIT = "";

/** The version of this library and program, such as `0.1.0`. */
export const VERSION: string = metadata.version;

/**
 * What this program is made of, for `doctor`. Contract: `--version` prints the number alone.
 *
 * @returns name, version, commit of a compiled program, Deno, target
 */
export function buildText(): string {
  const commit = COMMIT.length === 0 ? "from source" : `commit ${COMMIT}`;
  const { target } = Deno.build;
  return `ansible-runner ${VERSION}, ${commit}, Deno ${Deno.version.deno}, ${target}`;
}
