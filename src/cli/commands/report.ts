/**
 * The command `report`: what came of runs, as files for people and for CI systems.
 *
 * @module
 */
import type { RunEntry } from "../../artifacts/run_list.ts";
import { RunnerError, UsageError } from "../../errors.ts";
import { writeFileWhole } from "../../internal/atomic_write.ts";
import { describeOsError } from "../../internal/file_system.ts";
import { makeAbsolute } from "../../internal/paths.ts";
import { renderAnnotations } from "../../report/annotations.ts";
import { renderPage } from "../../report/html/page.ts";
import { renderJunit } from "../../report/junit.ts";
import { renderMarkdown } from "../../report/markdown.ts";
import { readReportedRun, type ReportedRun } from "../../report/read_run.ts";
import type { DirCommand } from "../parse/command_line.ts";
import { sweep } from "../../elsewhere/clear_dead.ts";
import { runOf } from "../runs/find_run.ts";
import { placesOfRuns } from "../runs/run_places.ts";
import { print } from "../terminal/print.ts";
import { workingDirectory } from "../../internal/working_directory.ts";

/** Output of all runs that goes into a page, in bytes. */
const OUTPUT_BYTES = 4 << 20;

/** Something to be written. */
interface Wanted {
  /** Where; `-` is standard output. */
  readonly file: string;
  readonly render: (runs: readonly ReportedRun[]) => string | Promise<string>;
}

/**
 * Writes the reports that are asked for.
 *
 * @returns the exit code
 * @throws {RunnerError} when there is no such run, or a file cannot be written
 */
export async function report(parsed: DirCommand): Promise<number> {
  const { flags } = parsed;
  const wanted = wantedOf(flags);
  const printed = wanted.filter(({ file }) => file === "-").length;
  if (printed + Number(flags.annotations === true) > 1) {
    throw new UsageError("Cannot print several reports: standard output takes one of them");
  }
  const entries = await findRuns(parsed);
  const runs = await readRuns(entries, parsed);
  for (const { file, render } of wanted) await writeReport(file, await render(runs));
  if (flags.annotations === true) print(renderAnnotations(runs, annotationRoot()));
  if (wanted.length > 0 || flags.annotations === true) return 0;
  const file = defaultFile(entries);
  await writeReport(file, await renderPage(runs));
  print(file);
  return 0;
}

function wantedOf({ reportFile, junitFile, markdownFile }: DirCommand["flags"]): Wanted[] {
  const rows: readonly (readonly [string | undefined, Wanted["render"]])[] = [
    [reportFile, renderPage],
    [junitFile, renderJunit],
    [markdownFile, renderMarkdown],
  ];
  return rows.flatMap(([file, render]) => file === undefined ? [] : [{ file, render }]);
}

async function findRuns(parsed: DirCommand): Promise<RunEntry[]> {
  const places = placesOfRuns(parsed);
  const idents = [...new Set(parsed.idents ?? [])];
  if (idents.length === 0) {
    await sweep(places, { repair: true });
    return [runOf(places, undefined)];
  }
  for (const ident of idents) await sweep(places, { ident, repair: true });
  return idents.map((ident) => runOf(places, ident));
}

async function readRuns(entries: readonly RunEntry[], parsed: DirCommand): Promise<ReportedRun[]> {
  const { privateDataDir } = placesOfRuns(parsed);
  const named = parsed.flags.resourceProfilingResultsDir;
  const profileDir = makeAbsolute(named || `${privateDataDir}/profiling_data`, workingDirectory());
  const outputBytes = Math.floor(OUTPUT_BYTES / entries.length);
  const runs: ReportedRun[] = [];
  for (const { dir } of entries) {
    runs.push(await readReportedRun(dir, { profileDir, outputBytes }));
  }
  return runs;
}

function defaultFile(entries: readonly RunEntry[]): string {
  const [first, ...others] = entries;
  return others.length > 0 ? "ansible-runs.html" : `ansible-run-${first?.ident}.html`;
}

/** GitHub names files as seen from the checkout. */
function annotationRoot(): string {
  return Deno.env.get("GITHUB_WORKSPACE")?.replace(/\/+$/, "") || workingDirectory();
}

/** Writes a report whole; what is no file, or leads to another one, is left as it is. */
async function writeReport(file: string, text: string): Promise<void> {
  if (file === "-") return print(text);
  const path = makeAbsolute(file, workingDirectory());
  const cannot = (why: string, cause?: unknown): RunnerError =>
    new RunnerError("report.file", `Cannot write "${file}": ${why}`, { cause });
  const odd = await kindOfOdd(path);
  if (odd !== undefined) throw cannot(`expected a file, found ${odd}`);
  try {
    writeFileWhole(path, text);
  } catch (cause) {
    throw cannot(describeOsError(cause), cause);
  }
}

/** What stands in a file's place, if it is none. */
async function kindOfOdd(path: string): Promise<string | undefined> {
  try {
    const { isFile, isDirectory, isSymlink } = await Deno.lstat(path);
    if (isFile) return undefined;
    return isDirectory ? "a directory" : isSymlink ? "a link" : "a device or pipe";
  } catch {
    // Nothing there yet, or told when it is written.
    return undefined;
  }
}
