/**
 * What a list of runs says about one, by its artifact directory, ours or the original's.
 *
 * Opened are the small files, the first event, and events from the last one back to the first that
 * failed.
 *
 * @module
 */
// deno-lint-ignore-file camelcase -- the names of `status -j`
import { listEventFiles, LONGEST_EVENT, parseEvent } from "../artifacts/events/event_log.ts";
import { ARTIFACT, eventFileName } from "../run_layout.ts";
import { readRun, type RunEntry } from "../artifacts/run_list.ts";
import { type RunStats, STATS_EVENT, statsOf, textsFromTheEnd } from "../artifacts/stats.ts";
import { recordOf, textOf } from "../events/event_values.ts";
import type { JobEvent } from "../events/status_event.ts";
import { readSmallFile } from "../internal/small_file.ts";
import { type FailedTask, failureOf, mayBeFailure, unrescued } from "./failed_task.ts";
import { momentOf } from "./event_text.ts";
import { type WhatRan, whatRan } from "./what_ran.ts";

/** How many hosts ended how; each host counts once, with the worst of it. */
export interface HostsSummary {
  /** All went well and nothing changed. */
  readonly ok: number;
  /** Something changed. */
  readonly changed: number;
  /** A task failed. */
  readonly failed: number;
  /** Could not be reached. */
  readonly unreachable: number;
}

/** One run, as `ansible-runner status -j` prints it. */
export interface RunSummary extends WhatRan {
  /** Name of the run and of its artifact directory. */
  readonly ident: string;
  /** `running`, the word of its status file, or `unknown`. */
  readonly status: string;
  /** Exit code; null while it runs, and when none is written. */
  readonly rc: number | null;
  /** Since when it has this status, ISO 8601 in UTC. */
  readonly since: string;
  /** From the first event to the last one, in seconds; null when it has none. */
  readonly duration: number | null;
  /** How many hosts ended how; null when the run did not come to its statistics. */
  readonly hosts: HostsSummary | null;
  /** What failed and was neither ignored nor rescued, the first one first; at most 100. */
  readonly failed: readonly FailedTask[];
  /** Why it ended, when it did not end by itself. */
  readonly reason: string | null;
  /** Pid of its runner while it runs. */
  readonly pid?: number;
  /** Ident of the run that this one repeats. */
  readonly retry_of?: string;
}

/** A summary and what it was made of. */
export interface SummarizedRun extends RunSummary {
  /** Its artifact directory; not printed. */
  readonly dir: string;
  /** Names of its hosts; not printed. */
  readonly hostNames: readonly string[];
}

/** An argv and an environment are as long as the system takes them, in bytes. */
const LONGEST_COMMAND = 1 << 25;

/** Events that are looked at for a row of a list. */
const MOST_EVENTS = 20_000;

const MOST_FAILURES = 100;

/** Summarizes a run; undefined when no run has written there. */
export function summarize(dir: string): SummarizedRun | undefined {
  const run = readRun(dir);
  return run === undefined ? undefined : summarizeEntry(run);
}

/** The `command` file of a run, as far as it can be read. */
export function readCommand(dir: string): Readonly<Record<string, unknown>> {
  try {
    const path = `${dir}/${ARTIFACT.command}`;
    return recordOf(JSON.parse(readSmallFile(path, { limit: LONGEST_COMMAND }) ?? ""));
  } catch {
    return {};
  }
}

/** The words of a command as `readCommand` gives it; what a job put among them is none. */
export function commandWords({ command }: Readonly<Record<string, unknown>>): string[] {
  return Array.isArray(command) ? command.filter((word) => typeof word === "string") : [];
}

function summarizeEntry(run: RunEntry): SummarizedRun {
  const command = readCommand(run.dir);
  const retryOf = textOf(recordOf(command["retry_of"])["ident"]);
  const tail = readTail(run.dir, { all: run.rc !== "0" });
  const first = firstEvent(run.dir);
  return {
    ident: run.ident,
    status: run.status,
    rc: run.rc !== undefined && /^\d+$/.test(run.rc) ? Number(run.rc) : null,
    since: new Date(run.since).toISOString(),
    duration: run.owner === undefined ? secondsBetween(first, tail.last) : secondsSince(run.since),
    ...whatRan(commandWords(command)),
    hosts: tail.stats === undefined ? null : countHosts(tail.stats),
    failed: tail.failed.slice(0, MOST_FAILURES),
    reason: run.reason ?? null,
    ...(run.owner === undefined ? {} : { pid: run.owner.pid }),
    ...(retryOf === undefined ? {} : { retry_of: retryOf }),
    dir: run.dir,
    hostNames: tail.stats === undefined ? [] : hostsOf(tail.stats),
  };
}

/** What the last events tell. */
interface Tail {
  readonly last: JobEvent | undefined;
  readonly stats: RunStats | undefined;
  readonly failed: readonly FailedTask[];
}

function readTail(dir: string, { all }: { readonly all: boolean }): Tail {
  let last: JobEvent | undefined;
  let stats: RunStats | undefined;
  const failed: FailedTask[] = [];
  let looked = 0;
  try {
    for (const text of textsFromTheEnd(dir)) {
      if (looked++ === MOST_EVENTS) break;
      last ??= parseEvent(text);
      if (stats === undefined && text.includes(STATS_EVENT)) stats = statsOf(parseEvent(text));
      if (stats !== undefined && (!all || failed.length >= countFailures(stats))) break;
      if (!mayBeFailure(text)) continue;
      const failure = failureOf(parseEvent(text));
      if (failure !== undefined) failed.unshift(failure);
    }
  } catch {
    // Events that cannot be listed, such as another user's: the small files still tell.
  }
  return { last, stats, failed: unrescued(failed, stats) };
}

/** How many of the last failures have to be read; the rescued ones may stand between them. */
function countFailures({ failures, dark, rescued, processed }: RunStats): number {
  if (Object.keys(processed).length === 0) return Infinity;
  return [failures, dark, rescued].flatMap((counts) => Object.values(counts))
    .reduce((sum, count) => sum + count, 0);
}

function firstEvent(dir: string): JobEvent | undefined {
  try {
    const [first] = listEventFiles(dir);
    if (first === undefined) return firstOfJournal(dir);
    const path = `${dir}/${ARTIFACT.events}/${eventFileName(first.counter, first.uuid)}`;
    return parseEvent(readSmallFile(path, { limit: LONGEST_EVENT }) ?? "");
  } catch {
    return undefined;
  }
}

function firstOfJournal(dir: string): JobEvent | undefined {
  let first: JobEvent | undefined;
  for (const text of textsFromTheEnd(dir)) first = parseEvent(text) ?? first;
  return first;
}

function secondsBetween(first: JobEvent | undefined, last: JobEvent | undefined): number | null {
  const seconds = (momentOf(last?.created) - momentOf(first?.created)) / 1000;
  return seconds >= 0 ? Math.round(seconds * 1000) / 1000 : null;
}

function secondsSince(ms: number): number {
  return Math.max(0, Math.round((Date.now() - ms) / 100) / 10);
}

/** Every host that the statistics name. */
export function hostsOf(stats: RunStats): string[] {
  return [...new Set([stats.processed, stats.ok, stats.failures, stats.dark].flatMap(Object.keys))];
}

/** How many hosts ended how. */
export function countHosts(stats: RunStats): HostsSummary {
  const hosts = { ok: 0, changed: 0, failed: 0, unreachable: 0 };
  for (const host of hostsOf(stats)) hosts[stateOfHost(stats, host)]++;
  return hosts;
}

/** How a host ended: the worst that the statistics say of it. */
export function stateOfHost(stats: RunStats, host: string): keyof HostsSummary {
  const has = (counts: Readonly<Record<string, number>>): boolean =>
    Object.hasOwn(counts, host) && (counts[host] ?? 0) > 0;
  if (has(stats.failures)) return "failed";
  if (has(stats.dark)) return "unreachable";
  return has(stats.changed) ? "changed" : "ok";
}
