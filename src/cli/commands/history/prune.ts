/**
 * The command `prune`: removes the artifacts of ended runs.
 *
 * @module
 */
import { RunnerError } from "../../../errors.ts";
import { type PrunedRun, pruneRuns } from "../../../history/prune/prune.ts";
import { needSize, needSpan, sizeText } from "../../../history/time_span.ts";
import { describeOsError } from "../../../internal/file_system.ts";
import type { DirCommand } from "../../parse/command_line.ts";
import { placesOf } from "../../runs/directories.ts";
import { sweep } from "../../../elsewhere/clear_dead.ts";
import { jsonLine } from "../../terminal/json.ts";
import { print } from "../../terminal/print.ts";
import { alignRows } from "../../terminal/table.ts";
import { localTime } from "../status.ts";

/**
 * Removes runs and says what that frees.
 *
 * @returns the exit code: 1 when one could not be removed
 * @throws {RunnerError} when nothing says which
 */
export async function prune(parsed: DirCommand): Promise<number> {
  const { keep, olderThan, largerThan, dryRun = false, jsonMode } = parsed.flags;
  if (keep === undefined && olderThan === undefined && largerThan === undefined) {
    const text = "Cannot prune: expected --keep, --older-than or --larger-than";
    throw new RunnerError("usage", text, { exitCode: 2 });
  }
  if (keep !== undefined && keep < 0) {
    const text = `Cannot keep ${keep} runs: expected a number from 0 on`;
    throw new RunnerError("usage", text, { exitCode: 2 });
  }
  const rules = {
    keep,
    olderThanMs: olderThan === undefined ? undefined : needSpan(olderThan),
    largerThan: largerThan === undefined ? undefined : needSize(largerThan),
  };
  const places = placesOf(parsed);
  await sweep(places);
  const runs = pruneRuns(places.artifactRoot, { ...rules, dryRun });
  print(jsonMode === true ? jsonLine(runs) : renderPruned(runs, dryRun));
  return runs.some(({ error }) => error !== null) ? 1 : 0;
}

function renderPruned(runs: readonly PrunedRun[], dryRun: boolean): string {
  const removed = runs.filter(({ error }) => error === null);
  const freed = removed.reduce((all, { bytes }) => all + bytes, 0);
  const rows = alignRows(runs.map(({ ident, ended, bytes, error }) => [
    ident,
    localTime(Date.parse(ended)),
    error === null ? sizeText(bytes) : `cannot be removed: ${describeOsError(new Error(error))}`,
  ]));
  const word = dryRun ? "would be removed" : "removed";
  const count = `${removed.length} ${removed.length === 1 ? "run" : "runs"}`;
  return [...rows, `${count} ${word}, ${sizeText(freed)}`].join("\n");
}
