/**
 * All that can be told of a run: head, hosts, what failed, what took long.
 *
 * @module
 */
// deno-lint-ignore-file camelcase -- the names of `show -j`
import { readPastRun } from "../artifacts/past_run.ts";
import { RunnerError } from "../errors.ts";
import { foldEvents, type Outcome, type TaskTime, type Unfinished } from "./outcome.ts";
import {
  commandWords,
  countHosts,
  hostsOf,
  readCommand,
  type RunSummary,
  summarize,
} from "./summary.ts";
import type { ToldResult } from "./task_result.ts";

/** How often what happened on a host. */
export interface HostTally {
  /** Tasks that went well, changes included. */
  readonly ok: number;
  /** Tasks that changed something. */
  readonly changed: number;
  /** Tasks that failed. */
  readonly failed: number;
  /** How often it could not be reached. */
  readonly unreachable: number;
  /** Tasks that were skipped. */
  readonly skipped: number;
  /** Failed tasks that a rescue section mended. */
  readonly rescued: number;
  /** Failed tasks whose failure was ignored. */
  readonly ignored: number;
}

/** One run, as `ansible-runner show -j` prints it. */
export interface RunDetails extends Omit<RunSummary, "failed"> {
  /** Its artifact directory. */
  readonly artifact_dir: string;
  /** Time of its first event, ISO 8601 in UTC; null when it has none. */
  readonly started: string | null;
  /** Time of its last event. */
  readonly ended: string | null;
  /** The words of its command, secrets masked. */
  readonly command: readonly string[];
  /** Working directory of the command. */
  readonly cwd: string | null;
  /** Versions that its output tells; null when it does not (Ansible does with `-vv`). */
  readonly versions: { readonly ansible: string | null };
  /** Host -> counts: Ansible's own, or those of the events when it did not come to them. */
  readonly tally: Readonly<Record<string, HostTally>>;
  /** Failed and unreachable tasks, with what was said. */
  readonly failed: readonly ToldResult[];
  /** Failures that were ignored. */
  readonly ignored: readonly ToldResult[];
  /** Failures that a rescue section mended. */
  readonly rescued: readonly ToldResult[];
  /** The ten tasks that took longest, the slowest first. */
  readonly slowest: readonly TaskTime[];
  /** Warnings of Ansible, each once. */
  readonly warnings: readonly string[];
  /** Deprecations, each once. */
  readonly deprecations: readonly string[];
  /** What was going on when it was ended before its time; null when nothing was. */
  readonly unfinished: Unfinished | null;
}

const SLOWEST = 10;

/**
 * Tells all of a run.
 *
 * @param dir its artifact directory
 * @throws {RunnerError} when no run has ever written there
 */
export async function describeRun(dir: string): Promise<RunDetails> {
  const summary = summarize(dir);
  if (summary === undefined) {
    throw new RunnerError(
      "artifacts.none",
      `Cannot read "${dir}": expected the artifacts of a run`,
    );
  }
  const outcome = await foldEvents(readPastRun(dir).events.read());
  const { dir: artifact_dir, hostNames: _, ...rest } = summary;
  const command = readCommand(dir);
  return {
    ...rest,
    hosts: outcome.stats === undefined ? null : countHosts(outcome.stats),
    artifact_dir,
    started: isoTime(outcome.began),
    ended: isoTime(outcome.ended),
    command: commandWords(command),
    cwd: typeof command["cwd"] === "string" ? command["cwd"] : null,
    versions: { ansible: outcome.ansible ?? null },
    tally: tallyOf(outcome),
    failed: outcome.failed,
    ignored: outcome.ignored,
    rescued: outcome.rescued,
    slowest: outcome.times.slice(0, SLOWEST),
    warnings: outcome.warnings,
    deprecations: outcome.deprecations,
    unfinished: outcome.unfinished ?? null,
  };
}

function isoTime(ms: number | undefined): string | null {
  return ms === undefined ? null : new Date(ms).toISOString();
}

function tallyOf({ stats, results }: Outcome): Record<string, HostTally> {
  if (stats === undefined || hostsOf(stats).length === 0) return countResults(results);
  const count = (counts: Readonly<Record<string, number>>, host: string): number =>
    Object.hasOwn(counts, host) ? counts[host] ?? 0 : 0;
  return Object.fromEntries(
    hostsOf(stats).sort().map((host) => [host, {
      ok: count(stats.ok, host),
      changed: count(stats.changed, host),
      failed: count(stats.failures, host),
      unreachable: count(stats.dark, host),
      skipped: count(stats.skipped, host),
      rescued: count(stats.rescued, host),
      ignored: count(stats.ignored, host),
    }]),
  );
}

const NOTHING: HostTally = {
  ok: 0,
  changed: 0,
  failed: 0,
  unreachable: 0,
  skipped: 0,
  rescued: 0,
  ignored: 0,
};

function countResults(results: Outcome["results"]): Record<string, HostTally> {
  const tally = new Map<string, HostTally>();
  for (const { host, state } of results) {
    const former = tally.get(host) ?? NOTHING;
    const isFine = state === "changed" || state === "ignored";
    tally.set(host, {
      ...former,
      [state]: former[state] + 1,
      ...(isFine ? { ok: former.ok + 1 } : {}),
    });
  }
  return Object.fromEntries([...tally].sort(([a], [b]) => a < b ? -1 : 1));
}
