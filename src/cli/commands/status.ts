/**
 * The command `status`: the runs of a private data dir as a table: ident, status, rc, since when, how
 * long, what, why.
 *
 * @module
 */
import { printable } from "../../internal/printable.ts";
import { kindOfPath } from "../../config/inputs/private_data_dir.ts";
import { RunnerError } from "../../errors.ts";
import { isWanted, recentRuns, type RunFilter } from "../../history/recent_runs.ts";
import { type HostsSummary, summarize, type SummarizedRun } from "../../history/summary.ts";
import { parseMoment, spanText } from "../../history/time_span.ts";
import { whatText } from "../../history/what_ran.ts";
import { isBelow } from "../../internal/paths.ts";
import { listDirectories } from "../../ownership/owner_record.ts";
import type { DirCommand } from "../parse/command_line.ts";
import { artifactDirOf, type Places } from "../../elsewhere/places.ts";
import { noSuchRun } from "../runs/find_run.ts";
import { placesOfRuns, refuseHiddenRun } from "../runs/run_places.ts";
import { sweep } from "../../elsewhere/clear_dead.ts";
import { jsonLine } from "../terminal/json.ts";
import { print } from "../terminal/print.ts";
import { alignRows, cutLine, openPaint, type Paint } from "../terminal/table.ts";
import { currentRun } from "../../elsewhere/stop_run.ts";

/**
 * Prints the runs of a private data dir, or one of them.
 *
 * @returns the exit code
 * @throws {RunnerError} when the directory or the run is not there
 */
export async function status(parsed: DirCommand): Promise<number> {
  const { flags } = parsed;
  const filter = filterOf(parsed);
  const places = placesOfRuns(parsed);
  if (kindOfPath(places.privateDataDir) !== "dir") {
    const text = `Cannot find private data dir "${places.privateDataDir}"`;
    throw new RunnerError("run.private_data_dir", text);
  }
  const { ident } = flags;
  // Who asks for the last ones does not want to wait for a look into all.
  const isShort = flags.last !== undefined;
  await sweep(places, { ident, all: ident === undefined && !isShort, repair: true });
  const runs = ident === undefined ? listed(places, filter) : [named(places, ident)];
  const wanted = runs.filter((run) => ident !== undefined || isWanted(run, filter));
  if (flags.jsonMode === true) print(renderJson(wanted));
  else print(renderRuns(wanted, openPaint(parsed.flags.color)));
  if (ident === undefined && !isShort) refuseHiddenRuns(places);
  return 0;
}

/** Those that can be seen are in the table: the others are not "no runs". */
function refuseHiddenRuns({ artifactRoot }: Places): void {
  for (const ident of listDirectories(artifactRoot)) refuseHiddenRun(`${artifactRoot}/${ident}`);
}

function filterOf({ flags }: DirCommand): RunFilter {
  const { last, failed, running, since, host, playbook } = flags;
  if (last !== undefined && last < 1) {
    const text = `Cannot list the last ${last} runs: expected a number above 0`;
    throw new RunnerError("usage", text, { exitCode: 2 });
  }
  const moment = since === undefined ? undefined : parseMoment(since, Date.now());
  return { last, failed, running, since: moment, host, playbook };
}

function listed(places: Places, filter: RunFilter): SummarizedRun[] {
  const runs = recentRuns(places.artifactRoot, filter);
  const current = currentRun(places)?.artifactDir;
  const isElsewhere = current !== undefined && places.otherRoot !== undefined &&
    isBelow(current, places.otherRoot);
  const other = isElsewhere ? summarize(current ?? "") : undefined;
  return other === undefined ? runs : [...runs, other];
}

function named(places: Places, ident: string): SummarizedRun {
  const dir = artifactDirOf(places, ident);
  const found = dir === undefined ? undefined : summarize(dir);
  if (found === undefined) throw noSuchRun(ident, places.artifactRoot);
  return found;
}

/** Renders runs as one JSON array, a line each. */
export function renderJson(runs: readonly SummarizedRun[]): string {
  const lines = runs.map(({ dir: _dir, hostNames: _names, ...summary }) => jsonLine(summary));
  return lines.length === 0 ? "[]" : `[\n${lines.join(",\n")}\n]`;
}

/**
 * Renders runs as a table; below each what it ran, and what failed.
 *
 * @param runs the runs, in the order of the rows
 * @returns lines, the heading first
 */
export function renderRuns(runs: readonly SummarizedRun[], paint: Paint): string {
  const [heading = "", ...rows] = alignRows([
    ["IDENT", "STATUS", "RC", "SINCE", "TIME"],
    ...runs.map((run) => [
      run.ident,
      run.status,
      String(run.rc ?? "-"),
      localTime(Date.parse(run.since)),
      run.duration === null ? "-" : spanText(run.duration),
    ]),
  ]);
  const lines = runs.flatMap((run, at) => {
    const colour = run.rc === 0 ? "good" : run.status === "running" ? "changed" : "bad";
    return [
      paint(rows[at] ?? "", colour),
      ...detailsOf(run).map((line) => cutLine(`  ${printable(line)}`)),
    ];
  });
  return [heading, ...lines].join("\n") + "\n";
}

function detailsOf(run: SummarizedRun): string[] {
  const what = [whatText(run), hostsText(run.hosts)].filter((text) => text !== "").join(": ");
  const [first] = run.failed;
  const why = first === undefined ? [] : [failureText(first)];
  const reason = run.reason ?? (run.pid === undefined ? undefined : `pid ${run.pid}`);
  return [...(what === "" ? [] : [what]), ...(reason === undefined ? [] : [reason]), ...why];
}

/** Says what failed where, in one line. */
export function failureText(
  { host, task, message }: { host: string; task: string; message: string },
): string {
  return [host, task, message].filter((text) => text !== "").join(": ");
}

function hostsText(hosts: HostsSummary | null): string {
  if (hosts === null) return "";
  return Object.entries(hosts).filter(([, count]) => count > 0)
    .map(([state, count]) => `${count} ${state}`).join(", ");
}

/** A moment in this time zone, to the second. */
export function localTime(ms: number): string {
  const date = new Date(ms);
  const two = (value: number): string => String(value).padStart(2, "0");
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join("-");
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}
