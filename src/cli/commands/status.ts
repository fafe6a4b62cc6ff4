/**
 * Turns the runs of a private data dir into a table: ident, status, rc, since when, why.
 *
 * @module
 */
import { printable } from "../../internal/printable.ts";
import { kindOfPath } from "../../config/inputs/private_data_dir.ts";
import { RunnerError } from "../../errors.ts";
import { currentRun } from "./stop.ts";
import type { DirCommand } from "../parse/command_line.ts";
import { artifactDirOf } from "../runs/directories.ts";
import { print } from "../terminal/print.ts";
import { listRuns, readRun, type RunEntry } from "../../artifacts/run_list.ts";
import { placesOfRuns } from "../runs/run_places.ts";
import { sweep } from "../runs/clear_dead.ts";

/**
 * Prints the runs of a private data dir, or one of them.
 *
 * @param parsed the parsed command line
 * @returns the exit code
 * @throws {RunnerError} when the directory or the run is not there
 */
export async function status(parsed: DirCommand): Promise<number> {
  const places = placesOfRuns(parsed);
  if (kindOfPath(places.privateDataDir) !== "dir") {
    const text = `Cannot find private data dir "${places.privateDataDir}"`;
    throw new RunnerError("run.private_data_dir", text);
  }
  const { ident } = parsed.flags;
  await sweep(places, { ident, all: ident === undefined, repair: true });
  if (ident === undefined) {
    const current = currentRun(places)?.artifactDir;
    const isElsewhere = current?.startsWith(`${places.otherRoot}/`) ?? false;
    const other = isElsewhere ? readRun(current ?? "") : undefined;
    print(renderRuns([...listRuns(places.artifactRoot), ...(other === undefined ? [] : [other])]));
    return 0;
  }
  const dir = artifactDirOf(places, ident);
  const found = dir === undefined ? undefined : readRun(dir);
  if (found === undefined) throw noSuchRun(ident, places.artifactRoot);
  print(renderRuns([found]));
  return 0;
}

/**
 * Says that there is no such run.
 *
 * @param ident as typed
 * @param artifactRoot where it was looked for
 * @returns the error
 */
export function noSuchRun(ident: string, artifactRoot: string): RunnerError {
  return new RunnerError("run.unknown", `Cannot find run "${ident}" in "${artifactRoot}"`);
}

/**
 * Renders runs as a table.
 *
 * @param runs the runs, in the order of the rows
 * @returns lines, the heading first
 */
export function renderRuns(runs: readonly RunEntry[]): string {
  const rows = [
    ["IDENT", "STATUS", "RC", "SINCE", "REASON"],
    ...runs.map((run) => [
      printable(run.ident),
      printable(run.status),
      printable(run.rc ?? "-"),
      localTime(run.since),
      printable(run.reason ?? (run.owner === undefined ? "" : `pid ${run.owner.pid}`)),
    ]),
  ];
  const widths = [0, 1, 2, 3].map((at) => Math.max(...rows.map((row) => (row[at] ?? "").length)));
  return rows.map((row) =>
    row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join("  ").trimEnd() + "\n"
  ).join("");
}

function localTime(ms: number): string {
  const date = new Date(ms);
  const two = (value: number): string => String(value).padStart(2, "0");
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join("-");
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}
