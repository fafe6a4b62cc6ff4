/**
 * The command `profile`: what the tasks of a run took, by its profiling files.
 *
 * @module
 */
import { readPastRun } from "../../../artifacts/past_run.ts";
import { dataOf, textOf } from "../../../events/event_values.ts";
import { RunnerError } from "../../../errors.ts";
import {
  type MeasuredValues,
  profileTasks,
  sparkline,
  type TaskProfile,
} from "../../../history/profile/task_profile.ts";
import { readSamples, type SampleLimits } from "../../../history/profile/samples.ts";
import { realPath } from "../../../internal/file_system.ts";
import { makeAbsolute } from "../../../internal/paths.ts";
import type { DirCommand } from "../../parse/command_line.ts";
import { findRun } from "../../runs/find_run.ts";
import { placesOf } from "../../runs/directories.ts";
import { jsonLine } from "../../terminal/json.ts";
import { print, printDiagnostic } from "../../terminal/print.ts";
import { alignRows, cutLine } from "../../terminal/table.ts";
import { workingDirectory } from "../../../internal/working_directory.ts";

/** Letters of a sparkline. */
const WIDTH = 12;

/** Letters of a task's name that are shown. */
const NAME = 22;

/** Three counters four times a second are a million samples a day. */
const DAYS: SampleLimits = {
  files: 200_000,
  fileBytes: 1 << 27,
  bytes: 1 << 29,
  samples: 3_000_000,
};

/**
 * Prints what tasks took.
 *
 * @returns the exit code
 * @throws {RunnerError} when there is no such run, or it was not profiled
 */
export async function profile(parsed: DirCommand): Promise<number> {
  const { ident, dir } = await findRun(parsed);
  const given = parsed.flags.resourceProfilingResultsDir;
  const { privateDataDir } = placesOf(parsed);
  // A directory that the caller named may be a link.
  const place = given
    ? realPath(makeAbsolute(given, workingDirectory()))
    : `${privateDataDir}/profiling_data`;
  const onCut = (): void => printDiagnostic("warning: there is more than is read: figures are cut");
  const samples = readSamples(place, await taskUuids(dir), { most: DAYS, onCut });
  const tasks = profileTasks(samples);
  if (tasks.length === 0) {
    const text = `Cannot find profiling data of run "${ident}" in "${place}"`;
    throw new RunnerError("run.no_output", text, { hint: "Profile a run: --resource-profiling" });
  }
  print(parsed.flags.jsonMode === true ? jsonLine(tasks) : renderProfile(tasks));
  return 0;
}

/** Files of several runs lie side by side. */
async function taskUuids(dir: string): Promise<ReadonlySet<string>> {
  const uuids = new Set<string>();
  for await (const event of readPastRun(dir).events.read()) {
    const uuid = textOf(dataOf(event)["task_uuid"]);
    if (uuid !== undefined) uuids.add(uuid);
  }
  return uuids;
}

/** Renders figures as a table. */
export function renderProfile(tasks: readonly TaskProfile[]): string {
  return alignRows([
    ["TASK", "CPU %", "", "MEMORY MiB", "", "PIDS"],
    ...tasks.map(({ task, cpu, memory, pids }) => [
      cutLine(task, NAME),
      figure(cpu),
      line(cpu),
      figure(memory),
      line(memory),
      figure(pids),
    ]),
  ]).join("\n");
}

function figure(measured: MeasuredValues | null): string {
  return measured === null ? "-" : String(Math.round(measured.max * 10) / 10);
}

function line(measured: MeasuredValues | null): string {
  return sparkline(measured?.values.map(([, value]) => value) ?? [], WIDTH);
}
