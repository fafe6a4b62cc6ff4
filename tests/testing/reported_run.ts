/**
 * A run as a report tells it, by a few words.
 *
 * @module
 */
import type { JobEvent } from "../../src/events/status_event.ts";
import { ResultCollector } from "../../src/history/run_results.ts";
import type { ReportedRun } from "../../src/report/read_run.ts";

/** A task on a host. */
export interface ResultRow {
  readonly host?: string;
  readonly task?: string;
  readonly play?: string;
  readonly path?: string;
  /** Name of the event, less `runner_on_`. */
  readonly event?: "ok" | "failed" | "skipped" | "unreachable" | "start";
  readonly ignored?: boolean;
  readonly res?: Readonly<Record<string, unknown>>;
}

/** When the first task starts; each takes a second. */
export const BEGIN = Date.UTC(2026, 10, 25, 10);

/** Makes a run. */
export function reportedRun(
  rows: readonly ResultRow[],
  other: Partial<ReportedRun> = {},
): ReportedRun {
  const collector = new ResultCollector();
  rows.forEach((row, at) => collector.add(eventOf(row, at)));
  return {
    ident: "one",
    status: "successful",
    rc: "0",
    reason: undefined,
    what: "site.yml",
    command: ["ansible-playbook", "site.yml"],
    cwd: "/p/project",
    results: collector.finish(),
    output: { head: "", tail: "", left: 0 },
    profile: [],
    ...other,
  };
}

function eventOf(row: ResultRow, at: number): JobEvent {
  const { host = "web1", task = "Do it", play = "Play", path = "/p/site.yml:3" } = row;
  const { event = "ok", ignored = false, res = {} } = row;
  const time = (ms: number): string => new Date(BEGIN + ms).toISOString().slice(0, -1);
  const end = time(at * 1000 + 1000);
  return {
    uuid: `e${at}`,
    counter: at + 1,
    event: `runner_on_${event}`,
    stdout: "",
    created: end,
    event_data: {
      host,
      task,
      task_uuid: `uuid of ${play} ${task}`,
      task_path: path,
      task_action: "command",
      play,
      start: time(at * 1000),
      end: event === "start" ? null : end,
      ignore_errors: ignored,
      res,
    },
  } as unknown as JobEvent;
}
