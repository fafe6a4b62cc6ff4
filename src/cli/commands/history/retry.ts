/**
 * The command `retry`: a run again, for the hosts that did not go well.
 *
 * @module
 */
import { RunnerError } from "../../../errors.ts";
import { retry, type RetryHosts, type RetryOptions } from "../../../retry.ts";
import type { RunOptions } from "../../../run.ts";
import type { DirCommand } from "../../parse/command_line.ts";
import { logged } from "../../runs/job_request.ts";
import { runInForeground } from "../run.ts";

const HOSTS: readonly RetryHosts[] = ["failed", "unreachable", "both"];

/**
 * Runs it again.
 *
 * @returns the exit code
 */
export async function retryRun(parsed: DirCommand): Promise<number> {
  return await logged(
    parsed,
    (log) => runInForeground(parsed, { log, start: retrying(parsed) }),
  );
}

/** Makes what starts the new run, given the options that are typed and those of the screen. */
function retrying(
  { flags }: DirCommand,
): (options: RunOptions) => ReturnType<typeof retry> {
  const { retryIdent, newIdent, trustArtifacts, hosts = "both" } = flags;
  const retryHosts = HOSTS.find((each) => each === hosts);
  if (retryHosts === undefined) {
    const text = `Cannot retry for hosts ${
      JSON.stringify(hosts)
    }: expected failed, unreachable or both`;
    throw new RunnerError("usage", text, { exitCode: 2 });
  }
  return ({ limit: _, ...options }) =>
    retry(
      {
        ...options,
        retryHosts,
        ...(retryIdent ? { retryIdent } : {}),
        ...(newIdent ? { ident: newIdent } : {}),
        ...(trustArtifacts === true ? { trustArtifacts } : {}),
      } satisfies RetryOptions,
    );
}
