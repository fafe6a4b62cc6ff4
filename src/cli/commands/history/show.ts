/**
 * The command `show`: what came of a run, for people and as JSON.
 *
 * @module
 */
import { describeRun, type HostTally, type RunDetails } from "../../../history/details.ts";
import type { TaskTime } from "../../../history/outcome.ts";
import type { ToldResult } from "../../../history/task_result.ts";
import { spanText } from "../../../history/time_span.ts";
import { whatText } from "../../../history/what_ran.ts";
import { baseName } from "../../../internal/paths.ts";
import { printable } from "../../../internal/printable.ts";
import { quote } from "../../../python/shlex.ts";
import type { DirCommand } from "../../parse/command_line.ts";
import { findRun } from "../../runs/find_run.ts";
import { jsonLine } from "../../terminal/json.ts";
import { print } from "../../terminal/print.ts";
import { alignRows, type Colour, cutLine, openPaint, type Paint } from "../../terminal/table.ts";
import { localTime } from "../status.ts";

/** Lines of a module's output that are shown. */
const MOST_LINES = 10;

/** Failures that are shown. */
const MOST_FAILURES = 20;

/**
 * Prints what came of a run.
 *
 * @returns the exit code
 * @throws {RunnerError} when there is no such run
 */
export async function show(parsed: DirCommand): Promise<number> {
  const { dir } = await findRun(parsed);
  const details = await describeRun(dir);
  print(
    parsed.flags.jsonMode === true
      ? jsonLine(details)
      : renderDetails(details, openPaint(parsed.flags.color)),
  );
  return 0;
}

/** Renders a run as text. */
export function renderDetails(run: RunDetails, paint: Paint): string {
  return [
    ...headOf(run, paint),
    ...section("Hosts", tallyRows(run.tally, paint)),
    ...failures("Failed", run.failed, { paint, colour: "bad" }),
    ...failures("Ignored", run.ignored, { paint, colour: "changed" }),
    ...failures("Rescued", run.rescued, { paint, colour: "changed" }),
    ...section("Going on at the end", unfinishedRows(run)),
    ...section("Slowest tasks", timeRows(run.slowest)),
    ...section("Warnings", run.warnings.map((text) => cutLine(`  ${printable(text)}`))),
    ...section("Deprecations", run.deprecations.map((text) => cutLine(`  ${printable(text)}`))),
  ].join("\n") + "\n";
}

function headOf(run: RunDetails, paint: Paint): string[] {
  const colour = run.rc === 0 ? "good" : run.status === "running" ? "changed" : "bad";
  const rc = run.rc === null ? "" : `, exit code ${run.rc}`;
  const took = run.duration === null ? "" : ` in ${spanText(run.duration)}`;
  const rows: [string, string | null | undefined][] = [
    ["ran", whatText(run)],
    ["retry of", run.retry_of],
    ["started", run.started === null ? null : localTime(Date.parse(run.started))],
    ["ended", run.status === "running" ? null : localTime(Date.parse(run.since))],
    ["why", run.reason],
    ["ansible", run.versions.ansible],
    ["in", run.cwd],
    ["command", run.command.map((word) => quote(word)).join(" ")],
  ];
  const told = rows.flatMap(([name, text]) => text ? [[`  ${name}`, text]] : []);
  return [
    `${printable(run.ident)}: ${paint(printable(run.status), colour)}${rc}${took}`,
    ...alignRows(told),
  ];
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ["", title, ...lines];
}

function tallyRows(tally: Readonly<Record<string, HostTally>>, paint: Paint): string[] {
  const hosts = Object.entries(tally);
  if (hosts.length === 0) return [];
  const names = [
    "ok",
    "changed",
    "unreachable",
    "failed",
    "skipped",
    "rescued",
    "ignored",
  ] as const;
  const [heading = "", ...rows] = alignRows([
    ["  HOST", ...names.map((name) => name.toUpperCase().slice(0, 7))],
    ...hosts.map(([host, counts]) => [`  ${host}`, ...names.map((name) => String(counts[name]))]),
  ]);
  return [
    heading,
    ...rows.map((row, at) => {
      const counts = hosts[at]?.[1];
      const isBad = counts !== undefined && counts.failed + counts.unreachable > 0;
      return paint(row, isBad ? "bad" : (counts?.changed ?? 0) > 0 ? "changed" : "good");
    }),
  ];
}

function failures(
  title: string,
  results: readonly ToldResult[],
  { paint, colour }: { readonly paint: Paint; readonly colour: Colour },
): string[] {
  const shown = results.slice(0, MOST_FAILURES);
  const more = results.length - shown.length;
  return section(title, [
    ...shown.flatMap((result) => resultLines(result, (text) => paint(text, colour))),
    ...(more > 0 ? [`  and ${more} more: show -j has all`] : []),
  ]);
}

function resultLines(result: ToldResult, paint: (text: string) => string): string[] {
  const { host, task, path, state, message, rc, stdout, stderr } = result;
  const where = path === undefined ? "" : ` (${path})`;
  const what = state === "unreachable" ? "unreachable: " : "";
  const code = rc === undefined ? "" : ` (rc ${rc})`;
  return [
    `  ${paint(printable(`${host}: ${task}`))}${printable(where)}`,
    ...wrapped(`${what}${message}${code}`),
    ...outputLines("stdout", stdout),
    ...outputLines("stderr", stderr),
  ];
}

/** A message is what people came for: all of it, in lines that fit. */
function wrapped(text: string): string[] {
  const lines: string[] = [];
  for (const word of printable(text).slice(0, 2000).split(" ")) {
    const last = lines.at(-1);
    if (last === undefined || last.length + 1 + word.length > 76) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines.map((line) => `    ${line}`);
}

function outputLines(name: string, text: string | undefined): string[] {
  if (text === undefined) return [];
  const lines = text.trimEnd().split(/\r?\n/);
  const cut = lines.length - MOST_LINES;
  return [
    ...(cut > 0 ? [`    ${name}: (${cut} lines before)`] : []),
    ...lines.slice(-MOST_LINES).map((line) => cutLine(`    ${name}: ${printable(line)}`, 200)),
  ];
}

function unfinishedRows({ unfinished }: RunDetails): string[] {
  if (unfinished === null) return [];
  const { task, path, hosts } = unfinished;
  const where = path === undefined ? "" : ` (${path})`;
  return [printable(`  ${task}${where}: ${hosts.join(", ")}`)];
}

function timeRows(times: readonly TaskTime[]): string[] {
  const rows = times.map(({ task, path, seconds, hosts }) => [
    `  ${spanText(seconds).padStart(5)}`,
    task,
    `${hosts} ${hosts === 1 ? "host" : "hosts"}`,
    path === undefined ? "" : baseName(path),
  ]);
  return alignRows(rows).map((row) => cutLine(row));
}
