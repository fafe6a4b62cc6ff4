/**
 * The hosts that a run is made again for, by what came of it.
 *
 * @module
 */
import type { RunStats } from "../../artifacts/stats.ts";
import { RunnerError } from "../../errors.ts";
import type { FailedTask } from "../failed_task.ts";

/** Which hosts a run is run again for. */
export type RetryHosts = "failed" | "unreachable" | "both";

/** Hosts of a run that did not go well. */
export interface FailedHosts {
  /** Hosts on which a task failed. */
  readonly failed: readonly string[];
  /** Hosts that could not be reached. */
  readonly unreachable: readonly string[];
}

/** Finds the hosts that did not go well: by the statistics, or by the failures of a run without. */
export function failedHosts(
  stats: RunStats | undefined,
  failures: readonly FailedTask[],
): FailedHosts {
  if (stats !== undefined && Object.keys(stats.processed).length > 0) {
    return { failed: above0(stats.failures), unreachable: above0(stats.dark) };
  }
  const hosts = (isDark: boolean): string[] => [
    ...new Set(
      failures.filter(({ unreachable, host }) => unreachable === isDark && host !== "")
        .map(({ host }) => host),
    ),
  ];
  return { failed: hosts(false), unreachable: hosts(true) };
}

function above0(counts: Readonly<Record<string, number>>): string[] {
  return Object.entries(counts).filter(([, count]) => count > 0).map(([host]) => host);
}

/** Chooses among them. */
export function chooseHosts({ failed, unreachable }: FailedHosts, which: RetryHosts): string[] {
  if (which === "failed") return [...failed];
  return which === "unreachable" ? [...unreachable] : [...new Set([...failed, ...unreachable])];
}

/** A name that means itself alone; an address of IPv6 does too. */
const PLAIN = /^(?!all$)[\w][\w.@%-]*$|^[0-9a-f]{0,4}(:[0-9a-f]{0,4}){2,7}$/i;

/**
 * Makes the limit of the new run. Names come from events, which a job can write: none may mean more
 * than one host, and the limit of the former run holds as well, where Ansible can say so.
 *
 * @param hosts their names
 * @param former the limit of the former run
 * @throws {RunnerError} when a name is a pattern
 */
export function limitTo(hosts: readonly string[], former: string | undefined): string {
  const odd = hosts.find((host) => !PLAIN.test(host));
  if (odd !== undefined) {
    const text = `Cannot limit the run to host ${JSON.stringify(odd)}: its name is a pattern`;
    throw new RunnerError("retry.hosts", text);
  }
  const terms = termsOf(former ?? "");
  const unions = terms.filter((term) => !/^[&!]/.test(term));
  const others = terms.filter((term) => /^[&!]/.test(term));
  const isNamed = hosts.every((host) => unions.includes(host));
  // Ansible has no word for "and one of these two".
  const bound = unions.length === 1 && !isNamed ? unions.map((term) => `&${term}`) : [];
  return [...hosts, ...bound, ...others].join(",");
}

/** Splits a limit as Ansible does: at commas, or without any at colons. */
function termsOf(limit: string): string[] {
  const isWhole = limit.includes(",") || limit.includes("[") || PLAIN.test(limit);
  return limit.split(isWhole ? "," : ":").map((term) => term.trim()).filter((term) => term !== "");
}
