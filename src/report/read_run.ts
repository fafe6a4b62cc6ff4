/**
 * What a report tells of a run, read from its artifact directory, ours or the original's.
 *
 * @module
 */
import { ARTIFACT } from "../run_layout.ts";
import { readPastRun } from "../artifacts/past_run.ts";
import { readRun } from "../artifacts/run_list.ts";
import { RunnerError } from "../errors.ts";
import { openRegularFile } from "../internal/small_file.ts";
import { readResults, type RunResults } from "../history/run_results.ts";
import { readSamples, type Sample } from "../history/profile/samples.ts";
import { whatRan, whatText } from "../history/what_ran.ts";

/** A run, as a report tells it. */
export interface ReportedRun {
  /** Name of the run and of its artifact directory. */
  readonly ident: string;
  /** `running`, the word of its status file, or `unknown`. */
  readonly status: string;
  /** Text of its rc file. */
  readonly rc: string | undefined;
  /** Why it ended, when it did not end by itself. */
  readonly reason: string | undefined;
  /** What ran, for people: a playbook, a module, a program. */
  readonly what: string;
  /** The command. */
  readonly command: readonly string[];
  /** Its working directory. */
  readonly cwd: string;
  /** What it did. */
  readonly results: RunResults;
  /** What it printed. */
  readonly output: RunOutput;
  /** What it used, by counter; empty where nothing was measured. */
  readonly profile: readonly Sample[];
}

/** What a run printed: all of it, or its two ends. */
export interface RunOutput {
  /** Its beginning, or all of it. */
  readonly head: string;
  /** Its end, when the middle is left out; else empty. */
  readonly tail: string;
  /** Bytes that are left out between both. */
  readonly left: number;
}

/** Where what is not in the artifacts lies. */
export interface ReadOptions {
  /** Directory of profiling files. */
  readonly profileDir: string;
  /** Most bytes of output that are told. */
  readonly outputBytes: number;
}

/**
 * Reads a run.
 *
 * @throws {RunnerError} when no run has ever written there
 */
export async function readReportedRun(dir: string, options: ReadOptions): Promise<ReportedRun> {
  const entry = readRun(dir);
  const state = readPastRun(dir);
  const { config } = state;
  if (entry === undefined || config === undefined) {
    throw new RunnerError("run.unknown", `Cannot find a run in "${dir}"`);
  }
  const results = await readResults(state.events.read());
  const known = whatText(whatRan(config.argv));
  return {
    ident: entry.ident,
    status: entry.status,
    rc: entry.rc,
    reason: entry.reason,
    what: known === "" ? results.playbook ?? "" : known,
    command: config.argv,
    cwd: config.cwd,
    results,
    output: readOutput(`${dir}/${ARTIFACT.stdout}`, options.outputBytes),
    profile: readSamples(options.profileDir, new Set(results.tasks.map(({ uuid }) => uuid))),
  };
}

/** Reads a file, or its two ends: how a run began and how it ended tell most. */
function readOutput(path: string, limit: number): RunOutput {
  try {
    using file = openRegularFile(path);
    const { size } = file.statSync();
    if (size <= limit) return { head: readAt(file, { at: 0, length: size }), tail: "", left: 0 };
    const headLength = Math.floor(limit / 4);
    const tailLength = limit - headLength;
    const head = readAt(file, { at: 0, length: headLength });
    const tail = readAt(file, { at: size - tailLength, length: tailLength });
    return {
      head: head.slice(0, head.lastIndexOf("\n") + 1),
      tail: tail.slice(tail.indexOf("\n") + 1),
      left: size - limit,
    };
  } catch {
    // Not there, or something else that a job put in its place.
    return { head: "", tail: "", left: 0 };
  }
}

function readAt(file: Deno.FsFile, { at, length }: { at: number; length: number }): string {
  file.seekSync(at, Deno.SeekMode.Start);
  const bytes = new Uint8Array(length);
  let done = 0;
  while (done < length) {
    const count = file.readSync(bytes.subarray(done));
    if (count === null) break;
    done += count;
  }
  return new TextDecoder().decode(bytes.subarray(0, done));
}
