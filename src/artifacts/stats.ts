/**
 * The counts per host in the last stats event of a run.
 *
 * @module
 */
import { listEventFiles, LONGEST_EVENT, parseEvent } from "./events/event_log.ts";
import { openRegularFile, readSmallFile } from "../internal/small_file.ts";
import { ARTIFACT, eventFileName } from "../run_layout.ts";
import type { HostCounts } from "../events/event_data.ts";
import type { JobEvent } from "../events/status_event.ts";

/** Counts per host at the end of a run, as `playbook_on_stats` has them. */
export interface RunStats {
  /** Skipped tasks. */
  readonly skipped: HostCounts;
  /** Tasks that went well. */
  readonly ok: HostCounts;
  /** Unreachable. */
  readonly dark: HostCounts;
  /** Failed tasks. */
  readonly failures: HostCounts;
  /** Failed tasks whose failure was ignored. */
  readonly ignored: HostCounts;
  /** Failed tasks that a rescue section mended. */
  readonly rescued: HostCounts;
  /** Hosts that had a part in the run. */
  readonly processed: HostCounts;
  /** Tasks that changed something. */
  readonly changed: HostCounts;
}

/** Name of the event that has the counts. */
export const STATS_EVENT = "playbook_on_stats";

/**
 * Takes the counts out of an event.
 *
 * @param event any event
 * @returns its counts (empty ones when event data was omitted), or undefined if it is no stats event
 */
export function statsOf(event: JobEvent | undefined): RunStats | undefined {
  if (event?.event !== STATS_EVENT) return undefined;
  const data: Partial<Record<keyof RunStats, unknown>> = event.event_data;
  return {
    skipped: countsOf(data.skipped),
    ok: countsOf(data.ok),
    dark: countsOf(data.dark),
    failures: countsOf(data.failures),
    ignored: countsOf(data.ignored),
    rescued: countsOf(data.rescued),
    processed: countsOf(data.processed),
    changed: countsOf(data.changed),
  };
}

/** What a job has made up is no reason to fail. */
function countsOf(value: unknown): HostCounts {
  if (typeof value !== "object" || value === null) return {};
  return Object.fromEntries(Object.entries(value).filter(([, count]) => typeof count === "number"));
}

/**
 * Finds the counts of a run that has ended, looking from its end: they come last.
 *
 * @param artifactDir the run's artifact directory
 * @returns the counts, or undefined when the run has none
 */
export function findPastStats(artifactDir: string): RunStats | undefined {
  for (const text of textsFromTheEnd(artifactDir)) {
    if (!text.includes(STATS_EVENT)) continue;
    const stats = statsOf(parseEvent(text));
    if (stats !== undefined) return stats;
  }
  return undefined;
}

/** The JSON text of all events of a run, the last one first. */
export function* textsFromTheEnd(artifactDir: string): Generator<string> {
  let journal: Deno.FsFile;
  try {
    journal = openRegularFile(`${artifactDir}/${ARTIFACT.journal}`);
  } catch {
    for (const { counter, uuid } of listEventFiles(artifactDir).reverse()) {
      const name = eventFileName(counter, uuid);
      const path = `${artifactDir}/${ARTIFACT.events}/${name}`;
      yield readSmallFile(path, { limit: LONGEST_EVENT }) ?? "";
    }
    return;
  }
  try {
    yield* linesFromTheEnd(journal);
  } finally {
    journal.close();
  }
}

const CHUNK_SIZE = 1 << 16;
const NEWLINE = 10;

function* linesFromTheEnd(file: Deno.FsFile): Generator<string> {
  const decoder = new TextDecoder();
  /** Pieces of the line whose start is not read yet, last one first. */
  let pieces: Uint8Array[] = [];
  const join = (first: Uint8Array): string => {
    const parts = [...pieces, first].reverse();
    pieces = [];
    return parts.map((part) => decoder.decode(part, { stream: true })).join("") + decoder.decode();
  };
  for (let end = file.statSync().size; end > 0;) {
    const start = Math.max(0, end - CHUNK_SIZE);
    file.seekSync(start, Deno.SeekMode.Start);
    const chunk = new Uint8Array(end - start);
    let rest = chunk.subarray(0, file.readSync(chunk) ?? 0);
    for (let at = rest.lastIndexOf(NEWLINE); at >= 0; at = rest.lastIndexOf(NEWLINE)) {
      yield join(rest.subarray(at + 1));
      rest = rest.subarray(0, at);
    }
    pieces.push(rest);
    end = start;
  }
  yield join(new Uint8Array(0));
}
