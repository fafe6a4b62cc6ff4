/**
 * The name and date of the commit of a checkout.
 *
 * @module
 */

/** What the program is made of. */
export const SOURCES: readonly string[] = ["cli.ts", "mod.ts", "src", "deno.json", "deno.lock"];

/**
 * Names the commit that is checked out.
 *
 * @param root directory of the sources
 * @returns its first 12 digits, `+changes` when the sources differ from it, `unknown` without git
 */
export function describeCommit(root: string): string {
  const head = git(root, ["rev-parse", "--short=12", "HEAD"]);
  if (head === undefined) return "unknown";
  return git(root, ["status", "--porcelain", "--", ...SOURCES]) === "" ? head : `${head}+changes`;
}

/**
 * Dates the commit that is checked out.
 *
 * @param root directory of the sources
 * @returns `YYYY-MM-DD`, empty without git
 */
export function commitDate(root: string): string {
  return git(root, ["log", "-1", "--format=%cs"]) ?? "";
}

function git(root: string, args: readonly string[]): string | undefined {
  try {
    const { success, stdout } = new Deno.Command("git", {
      args: ["-C", root, ...args],
      stderr: "null",
    }).outputSync();
    return success ? new TextDecoder().decode(stdout).trim() : undefined;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
