/**
 * What failed in runs as workflow commands, which GitHub shows beside the lines of a
 * playbook.
 *
 * @module
 */
import { pathBelow } from "../internal/paths.ts";
import { printable } from "../internal/printable.ts";
import type { ReportedRun } from "./read_run.ts";
import { type Failure, failuresOf, placeOf, STATE_WORDS, whyOf } from "./words.ts";

/** A log with more of them helps nobody. */
const MOST = 500;

/**
 * Renders a line for each failed host and task.
 *
 * @param root files below it are named as seen from there
 */
export function renderAnnotations(runs: readonly ReportedRun[], root: string): string {
  return runs.flatMap((run) => {
    const failures = failuresOf(run.results).slice(0, MOST);
    if (failures.length > 0) return failures.map((failure) => failureLine(failure, root));
    if (run.status === "successful" || run.status === "running") return [];
    const title = `Run ${run.ident}: ${run.status}`;
    return [command({ title, message: run.reason ?? `Exit code ${run.rc ?? "unknown"}` })];
  }).join("");
}

function failureLine({ task, result }: Failure, root: string): string {
  const place = placeOf(task.path);
  const title = `${task.name} ${STATE_WORDS[result.state]} on ${result.host}`;
  const message = whyOf(result) || title;
  if (place === undefined) return command({ title, message });
  const file = pathBelow(place.file, root) ?? place.file;
  return command({ file, line: place.line, title, message });
}

interface Annotation {
  readonly file?: string;
  readonly line?: string;
  readonly title: string;
  readonly message: string;
}

function command({ file, line, title, message }: Annotation): string {
  const properties = [
    ...(file === undefined ? [] : [`file=${property(file)}`]),
    ...(line === undefined ? [] : [`line=${line}`]),
    `title=${property(title)}`,
  ];
  return `::error ${properties.join(",")}::${data(message)}\n`;
}

/** A line end would begin another command. */
function data(text: string): string {
  return printable(text).replaceAll("%", "%25");
}

function property(text: string): string {
  return data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
