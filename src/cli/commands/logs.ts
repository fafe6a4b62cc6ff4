/**
 * Turns a run's artifacts into its output so far, and on until its end.
 *
 * @module
 */
import { RunnerError } from "../../errors.ts";
import { isOwnerAlive, type Owner, readOwner } from "../../ownership/owner_record.ts";
import { currentRun } from "./stop.ts";
import type { DirCommand } from "../parse/command_line.ts";
import { artifactDirOf, type Places } from "../runs/directories.ts";
import { listRuns, readRun, type RunEntry } from "../runs/run_list.ts";
import { placesOfRuns } from "../runs/run_places.ts";
import { noSuchRun } from "./status.ts";
import { sweep } from "../runs/clear_dead.ts";
import { exists } from "../../internal/file_system.ts";
import { openRegularFile, readSmallFile } from "../../internal/small_file.ts";
import { LONGEST_EVENT } from "../../artifacts/event_log.ts";

/** Time between two looks at a run that is followed, in milliseconds. */
const POLL_MS = 100;

/** Takes bytes to print. */
type Write = (bytes: Uint8Array) => Promise<void>;

/** Something that grows while a run is alive. */
interface Source extends Disposable {
  /** Prints what is new; whether there is anything to read at all. */
  copy(write: Write): Promise<boolean>;
}

/**
 * Prints the output of a run, or its events.
 *
 * @param parsed the parsed command line
 * @returns the exit code
 * @throws {RunnerError} when there is no such run, or it keeps no output
 */
export async function logs(parsed: DirCommand): Promise<number> {
  const places = placesOfRuns(parsed);
  await sweep(places, { deep: true });
  const run = findRun(places, parsed.flags.ident);
  using source = parsed.flags.jsonMode === true
    ? openEvents(run.dir)
    : new GrowingFile(run.dir, "stdout");
  try {
    const found = await copyAll(source, { run, follow: parsed.flags.follow === true });
    if (!found) throw new RunnerError("run.no_output", `Run "${run.ident}" keeps no output`);
  } catch (error) {
    // Whoever read us has seen enough.
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
  }
  return 0;
}

function findRun(places: Places, ident: string | undefined): RunEntry {
  const dir = ident === undefined ? currentRun(places)?.artifactDir : artifactDirOf(places, ident);
  const run = dir === undefined && ident === undefined
    ? listRuns(places.artifactRoot).at(-1)
    : readRun(dir ?? "");
  if (run !== undefined) return run;
  if (ident !== undefined) throw noSuchRun(ident, places.artifactRoot);
  throw new RunnerError("run.unknown", `Cannot find a run in "${places.artifactRoot}"`);
}

async function copyAll(
  source: Source,
  { run, follow }: { run: RunEntry; follow: boolean },
): Promise<boolean> {
  const owner = run.owner;
  while (true) {
    // Asked before the copy, so that the last words of a run are copied after its end.
    const isLive = follow && owner !== undefined && isStillOwner(run.dir, owner);
    const found = await source.copy(writeToStdout);
    if (!isLive) return found;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

function isStillOwner(dir: string, owner: Owner): boolean {
  return readOwner(dir)?.marker === owner.marker && isOwnerAlive(owner);
}

async function writeToStdout(bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await Deno.stdout.write(bytes.subarray(at));
}

function openEvents(dir: string): Source {
  return exists(`${dir}/events.jsonl`) ? new GrowingFile(dir, "events.jsonl") : new EventFiles(dir);
}

/** A file that is appended to. */
class GrowingFile implements Source {
  readonly #path: string;
  #file: Deno.FsFile | undefined;
  readonly #buffer = new Uint8Array(1 << 16);

  constructor(dir: string, name: string) {
    this.#path = `${dir}/${name}`;
  }

  async copy(write: Write): Promise<boolean> {
    this.#file ??= open(this.#path);
    if (this.#file === undefined) return false;
    while (true) {
      const count = this.#file.readSync(this.#buffer);
      if (count === null || count === 0) return true;
      await write(this.#buffer.subarray(0, count));
    }
  }

  [Symbol.dispose](): void {
    this.#file?.close();
  }
}

/** One file per event; each appears whole, in the order of their counters. */
class EventFiles implements Source {
  readonly #dir: string;
  #last = 0;

  constructor(dir: string) {
    this.#dir = `${dir}/job_events`;
  }

  async copy(write: Write): Promise<boolean> {
    const files = this.#newFiles();
    if (files === undefined) return false;
    for (const { counter, name } of files) {
      const text = readSmallFile(`${this.#dir}/${name}`, { limit: LONGEST_EVENT });
      if (text !== undefined) await write(new TextEncoder().encode(text.trimEnd() + "\n"));
      this.#last = counter;
    }
    return true;
  }

  #newFiles(): { counter: number; name: string }[] | undefined {
    try {
      return Array.from(Deno.readDirSync(this.#dir), ({ name }) => ({
        counter: Number(/^(\d+)-.*\.json$/.exec(name)?.[1] ?? 0),
        name,
      })).filter(({ counter }) => counter > this.#last).sort((a, b) => a.counter - b.counter);
    } catch {
      return undefined;
    }
  }

  [Symbol.dispose](): void {}
}

function open(path: string): Deno.FsFile | undefined {
  try {
    return openRegularFile(path);
  } catch {
    return undefined;
  }
}
