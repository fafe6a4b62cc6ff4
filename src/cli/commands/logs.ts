/**
 * The command `logs`: a run's output or events so far, and on until its end.
 *
 * @module
 */
import { ARTIFACT } from "../../run_layout.ts";
import { readGrowing } from "../../artifacts/growing_file.ts";
import { readLastWords } from "../../artifacts/last_words.ts";
import { readPastRun } from "../../artifacts/past_run.ts";
import type { RunState } from "../../artifacts/run_state.ts";
import { describeEnd, type EndReason } from "../../end_reason.ts";
import { printable } from "../../internal/printable.ts";
import { RunnerError } from "../../errors.ts";
import { exists } from "../../internal/file_system.ts";
import type { DirCommand } from "../parse/command_line.ts";
import { findRun } from "../runs/find_run.ts";
import { openColourFilter } from "../terminal/colour_filter.ts";
import { printDiagnostic, writeToStdout } from "../terminal/print.ts";

/**
 * Prints the output of a run, or its events.
 *
 * @returns the exit code
 * @throws {RunnerError} when there is no such run, or it keeps no output
 */
export async function logs(parsed: DirCommand): Promise<number> {
  const run = await findRun(parsed);
  const state = readPastRun(run.dir, { follow: parsed.flags.follow === true });
  const filter = openColourFilter(parsed.flags.color);
  const isEvents = parsed.flags.jsonMode === true;
  try {
    for await (const bytes of isEvents ? eventLines(state) : outputOf(state, run.dir)) {
      await writeToStdout(filter?.(bytes) ?? bytes);
    }
  } catch (error) {
    // Whoever read us has seen enough.
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
  }
  if (!hasAny(run.dir, isEvents ? [ARTIFACT.events, ARTIFACT.journal] : [ARTIFACT.stdout])) {
    throw new RunnerError("run.no_output", `Run "${run.ident}" keeps no output`);
  }
  if (parsed.flags.follow === true) sayWhyItEnded(run.dir, run.ident);
  return 0;
}

/** The output of a run does not say that it was stopped, or what else ended it. */
function sayWhyItEnded(dir: string, ident: string): void {
  const { reason } = readLastWords(dir);
  const why = reason === undefined ? undefined : endingOf(reason);
  if (why !== undefined) printDiagnostic(`Run "${printable(ident)}" ended: ${printable(why)}`);
}

function endingOf(reason: EndReason): string | undefined {
  const failed = reason.reason === "exit" && reason.code !== 0
    ? `exit code ${reason.code}`
    : undefined;
  return describeEnd(reason) ?? failed;
}

function outputOf(state: RunState, dir: string): AsyncIterable<Uint8Array> {
  return readGrowing(() => `${dir}/${ARTIFACT.stdout}`, state.output);
}

async function* eventLines(state: RunState): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  for await (const text of state.events.texts()) yield encoder.encode(text.trimEnd() + "\n");
}

function hasAny(dir: string, names: readonly string[]): boolean {
  return names.some((name) => exists(`${dir}/${name}`));
}
