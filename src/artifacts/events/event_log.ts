/**
 * Reads the events that a run has kept, or keeps right now, back for any number of
 * readers.
 *
 * Nothing of an event stays in memory but the name of its file: readers read the files, or the
 * journal, at their own pace.
 *
 * @module
 */
import { FileIndex } from "./file_index.ts";
import { Growth, readGrowing } from "../growing_file.ts";
import { RunnerError } from "../../errors.ts";
import { describeOsError, exists, fileSize } from "../../internal/file_system.ts";
import { OddFileError, readRegularFile } from "../../internal/small_file.ts";
import { ARTIFACT, type EventFile, parseEventFileName } from "../../run_layout.ts";
import { recordOf } from "../../events/event_values.ts";
import type { JobEvent } from "../../events/status_event.ts";
import { sleep } from "../../internal/sleep.ts";

/** An event holds all that its task printed, in bytes. */
export const LONGEST_EVENT = 1 << 29;

/** How long a reader may keep other work of the program waiting, in milliseconds. */
const TURN_MS = 5;

/** Which events are read. */
export interface EventsOptions {
  /** Counter of the first one, to go on where another reader was. @default {1} */
  readonly from?: number | undefined;
  /** Ends the reading, without an error. */
  readonly signal?: AbortSignal | undefined;
}

/** Which events are read, also by their text. */
export interface ReadOptions extends EventsOptions {
  /** Looks at an event's JSON text before it is parsed. */
  readonly accepts?: (text: string) => boolean;
}

/** The kept events of one run. */
export class EventLog {
  readonly #growth = new Growth();
  readonly #index = new FileIndex();
  #dir = "";
  #isJournal = false;

  /**
   * Says where the events lie; before the first is noted.
   *
   * @param store a file each, or all in `events.jsonl`
   */
  open(artifactDir: string, store: "files" | "jsonl"): void {
    this.#dir = artifactDir;
    this.#isJournal = store === "jsonl";
  }

  /**
   * Notes an event that was written.
   *
   * @param bytes its length in the journal, newline included
   */
  note(event: EventFile, bytes: number): void {
    if (this.#isJournal) {
      this.#growth.grow(bytes);
      return;
    }
    this.#index.add(event.counter, event.uuid);
    this.#growth.grow(1);
  }

  /**
   * No more events come.
   *
   * @param error why the run could not be made, if so
   */
  close(error?: unknown): void {
    this.#growth.close(error);
  }

  /**
   * Reads all events from the first on, and waits for more until the log is closed.
   *
   * @returns the events in counter order
   */
  async *read(options: ReadOptions = {}): AsyncGenerator<JobEvent, void, undefined> {
    const { accepts, from = 0 } = options;
    for await (const text of this.texts(options)) {
      if (accepts !== undefined && !accepts(text)) continue;
      const event = parseEvent(text);
      if (event !== undefined && event.counter >= from) yield event;
    }
  }

  /** Reads the JSON text of all events, as {@linkcode read} does. */
  async *texts({ from = 0, signal }: ReadOptions = {}): AsyncGenerator<string, void, undefined> {
    // Where they lie is known once there is one.
    await this.#growth.hasMoreThan(0, signal);
    if (this.#isJournal) yield* this.#journalLines(signal);
    else yield* this.#files({ from, signal });
  }

  async *#files(
    { from, signal }: { readonly from: number; readonly signal: AbortSignal | undefined },
  ): AsyncGenerator<string, void, undefined> {
    let turnStart = performance.now();
    for (let index = 0; await this.#growth.hasMoreThan(index, signal); index++) {
      if (this.#index.counterAt(index) < from) continue;
      if (performance.now() - turnStart > TURN_MS) {
        await sleep(0);
        turnStart = performance.now();
      }
      const text = readIfThere(`${this.#dir}/${ARTIFACT.events}/${this.#index.nameAt(index)}`);
      if (text !== undefined) yield text;
      else if (!exists(this.#dir)) throw this.#gone();
    }
  }

  /** Silence would look like a run without events. */
  #gone(): RunnerError {
    return new RunnerError(
      "artifacts.none",
      `Cannot read the events of "${this.#dir}": the directory is gone`,
    );
  }

  async *#journalLines(signal?: AbortSignal): AsyncGenerator<string, void, undefined> {
    if (!exists(this.#dir)) throw this.#gone();
    const decoder = new TextDecoder();
    let pieces: string[] = [];
    for await (
      const bytes of readGrowing(() => `${this.#dir}/${ARTIFACT.journal}`, this.#growth, { signal })
    ) {
      const lines = decoder.decode(bytes, { stream: true }).split("\n");
      const last = lines.pop() ?? "";
      for (const line of lines) {
        yield pieces.length === 0 ? line : pieces.join("") + line;
        pieces = [];
      }
      if (last !== "") pieces.push(last);
    }
    // The writer was killed before it came to the newline, or to the end of the event.
    const rest = pieces.join("");
    if (parseEvent(rest) !== undefined) yield rest;
  }
}

/** Opens the events of a run that has ended. */
export function openPastLog(artifactDir: string): EventLog {
  const log = new EventLog();
  const journalSize = fileSize(`${artifactDir}/${ARTIFACT.journal}`);
  if (journalSize !== undefined) {
    log.open(artifactDir, "jsonl");
    log.note({ counter: 0, uuid: "" }, journalSize);
  } else {
    log.open(artifactDir, "files");
    for (const event of listEventFiles(artifactDir)) log.note(event, 0);
  }
  log.close();
  return log;
}

/**
 * Parses an event; one that a killed original left half-written is none, nor is other JSON that a
 * job put in its place.
 */
export function parseEvent(text: string): JobEvent | undefined {
  try {
    const value = JSON.parse(text);
    // Of a job's own making is also one without a name: it was told, and is told again.
    const { event = "" } = recordOf(value);
    return recordOf(value) === value && typeof event === "string" ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Counter and uuid of all event files, in counter order. */
export function listEventFiles(artifactDir: string): EventFile[] {
  const found: EventFile[] = [];
  try {
    for (const { name } of Deno.readDirSync(`${artifactDir}/${ARTIFACT.events}`)) {
      const event = parseEventFileName(name);
      if (event !== undefined) found.push(event);
    }
  } catch (error) {
    if (error instanceof Deno.errors.PermissionDenied) throw unreadable(artifactDir, error);
    if (!(error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory)) {
      throw error;
    }
  }
  return found.sort((a, b) => a.counter - b.counter);
}

function unreadable(dir: string, cause: unknown): RunnerError {
  const text = `Cannot read "${dir}/${ARTIFACT.events}": ${describeOsError(cause)}`;
  return new RunnerError("artifacts.unreadable", text, { cause });
}

/** Synchronous: half the cost of an asynchronous call, and each is short. */
function readIfThere(path: string): string | undefined {
  try {
    return readRegularFile(path, { limit: LONGEST_EVENT });
  } catch (error) {
    // Rotated away, or removed by hand: the others are still worth reading.
    // Or the job put something else there.
    if (error instanceof Deno.errors.NotFound || error instanceof OddFileError) return undefined;
    throw error;
  }
}
