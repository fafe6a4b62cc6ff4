/**
 * The command `events`: the events of a run as JSON lines, those that are wanted, and on until its
 * end.
 *
 * @module
 */
import { ARTIFACT } from "../../../run_layout.ts";
import { readPastRun } from "../../../artifacts/past_run.ts";
import { RunnerError } from "../../../errors.ts";
import { eventFilter } from "../../../history/event_filter.ts";
import { exists } from "../../../internal/file_system.ts";
import type { DirCommand } from "../../parse/command_line.ts";
import { findRun } from "../../runs/find_run.ts";
import { jsonSeen } from "../../terminal/json.ts";
import { writeToStdout } from "../../terminal/print.ts";

/**
 * Prints events.
 *
 * @returns the exit code
 * @throws {RunnerError} when there is no such run, or it keeps no events
 */
export async function events(parsed: DirCommand): Promise<number> {
  const { event, host, task, failed, sinceCounter, follow = false } = parsed.flags;
  const run = await findRun(parsed);
  const isWanted = eventFilter({ event, host, task, failed, sinceCounter });
  const encoder = new TextEncoder();
  try {
    for await (const text of readPastRun(run.dir, { follow }).events.texts()) {
      if (isWanted(text)) await writeToStdout(encoder.encode(oneLine(text) + "\n"));
    }
  } catch (error) {
    // Whoever read us has seen enough.
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
  }
  if ([ARTIFACT.events, ARTIFACT.journal].some((name) => exists(`${run.dir}/${name}`))) return 0;
  throw new RunnerError("run.no_output", `Run "${run.ident}" keeps no events`);
}

/** In JSON, line ends stand only between values. */
function oneLine(text: string): string {
  return jsonSeen(text.trim().replaceAll(/[\r\n]+/g, " "));
}
