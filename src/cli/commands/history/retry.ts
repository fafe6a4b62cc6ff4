/**
 * The command `retry`: a run again, for the hosts that did not go well.
 *
 * @module
 */
import { RunnerError } from "../../../errors.ts";
import { retry, type RetryHosts, type RetryOptions } from "../../../retry.ts";
import type { RunOptions } from "../../../run.ts";
import type { DirCommand } from "../../parse/command_line.ts";

const HOSTS: readonly RetryHosts[] = ["failed", "unreachable", "both"];

/** Makes what starts the new run, given the options that are typed and those of the screen. */
export function retrying(
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
