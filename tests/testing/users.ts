/**
 * Runs code of ours as an ordinary user when the tests run as root.
 *
 * @module
 */

/** The user and group `nobody`. */
const NOBODY = 65534;

/**
 * Says why nothing can be run as another user.
 *
 * @returns a reason, or undefined when it can
 */
export function missingOtherUser(): string | undefined {
  if (Deno.uid() !== 0) return "not root, so no other user can be tried";
  const denoInfo = Deno.statSync(Deno.execPath());
  if (((denoInfo.mode ?? 0) & 0o001) === 0) return "deno is not executable by others";
  const probe = asOtherUser(["test", "-r", new URL("../../deno.json", import.meta.url).pathname]);
  return probe.code === 0 ? undefined : "this checkout is not readable by others";
}

/**
 * Runs a program as the user `nobody`.
 *
 * @param argv program and arguments
 * @param env more environment variables
 * @returns exit code and output
 */
export function asOtherUser(
  argv: string[],
  env: Record<string, string> = {},
): { code: number; stdout: string; stderr: string } {
  const id = String(NOBODY);
  const output = new Deno.Command("setpriv", {
    args: ["--reuid", id, "--regid", id, "--clear-groups", "--", ...argv],
    env,
    cwd: "/",
  }).outputSync();
  const decoder = new TextDecoder();
  return {
    code: output.code,
    stdout: decoder.decode(output.stdout),
    stderr: decoder.decode(output.stderr),
  };
}

/**
 * Gives a directory with all in it to the user `nobody`.
 *
 * @param path the directory
 */
export function giveToOtherUser(path: string): void {
  new Deno.Command("chown", { args: ["-R", `${NOBODY}:${NOBODY}`, path] }).outputSync();
}
