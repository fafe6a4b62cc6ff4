/**
 * What emitters have not delivered of a past run: read from its artifacts, and never believed more
 * than they are.
 *
 * @module
 */
import { openPastLog, parseEvent } from "../../artifacts/events/event_log.ts";
import { readLastWords } from "../../artifacts/last_words.ts";
import { ARTIFACT } from "../../run_layout.ts";
import type { EmitterMessage } from "../../emitters/emitter.ts";
import { writeAll } from "../../internal/atomic_write.ts";
import { baseName, parentOf } from "../../internal/paths.ts";
import { OddFileError, openRegularFile } from "../../internal/small_file.ts";

/** A record of some millions of events, in bytes. */
const LONGEST_RECORD = 1 << 27;
const LINE_FEED = 10;

/** The record of one emitter, locked until it is disposed. */
export class OpenRecord implements Disposable {
  readonly #file: Deno.FsFile;
  readonly #path: string;
  /** Messages that were taken, by the last part of their ids. */
  readonly #taken: Set<string>;

  private constructor(path: string, { file, taken }: { file: Deno.FsFile; taken: Set<string> }) {
    this.#path = path;
    this.#file = file;
    this.#taken = taken;
  }

  /**
   * Opens a record, and waits for another `deliver` that has it.
   *
   * @returns undefined when all has been delivered meanwhile
   * @throws {OddFileError} when it is no file of ours
   */
  static async open(path: string): Promise<OpenRecord | undefined> {
    const file = openRegularFile(path);
    try {
      // Before the lock too: somebody else may hold that of a file of theirs for ever.
      checkOwner(path, file.statSync());
      await file.lock(true);
      const info = file.statSync();
      const { nlink, size } = info;
      if (nlink === 0) return void file.close();
      checkOwner(path, info);
      if (size > LONGEST_RECORD) throw new OddFileError(`"${path}" is too long`);
      const bytes = new Uint8Array(size);
      for (let at = 0; at < size;) {
        const count = file.readSync(bytes.subarray(at));
        if (count === null) break;
        at += count;
      }
      // What was cut off in the middle of a line was not written down; left there, it would make a
      // wrong key of the next line.
      const end = bytes.lastIndexOf(LINE_FEED) + 1;
      if (end < size) file.truncateSync(end);
      const lines = new TextDecoder().decode(bytes.subarray(0, end)).split("\n");
      lines.pop();
      return new OpenRecord(path, { file, taken: new Set(lines) });
    } catch (error) {
      file.close();
      throw error;
    }
  }

  /** Whether a message was taken. */
  has(key: string): boolean {
    return this.#taken.has(key);
  }

  /** Notes messages that were taken. */
  add(keys: readonly string[]): void {
    this.#file.seekSync(0, Deno.SeekMode.End);
    writeAll(this.#file, new TextEncoder().encode(keys.map((key) => `${key}\n`).join("")));
  }

  /** Removes the record: nothing is left. */
  remove(): void {
    Deno.removeSync(this.#path);
    try {
      Deno.removeSync(parentOf(this.#path));
    } catch {
      // Another emitter has something left.
    }
  }

  /** Unlocks it. */
  [Symbol.dispose](): void {
    this.#file.close();
  }
}

function checkOwner(path: string, { uid, nlink }: Deno.FileInfo): void {
  const isShared = nlink !== null && nlink > 1;
  if (uid !== Deno.uid() || isShared) throw new OddFileError(`"${path}" is not ours alone`);
}

/** Names of the emitters that have something left of a run. */
export function emittersWithRest(artifactDir: string): string[] {
  try {
    const { isDirectory, uid } = Deno.lstatSync(`${artifactDir}/${ARTIFACT.delivery}`);
    if (!isDirectory || uid !== Deno.uid()) return [];
    const entries = Array.from(Deno.readDirSync(`${artifactDir}/${ARTIFACT.delivery}`));
    return entries.filter(({ isFile }) => isFile).map(({ name }) => name).sort();
  } catch {
    return [];
  }
}

/**
 * Reads the messages of an ended run again, in their order.
 *
 * @param artifactDir its artifact directory, named after its ident
 * @param record those that were taken are left out
 */
export async function* undeliveredOf(
  artifactDir: string,
  record: OpenRecord,
): AsyncGenerator<EmitterMessage> {
  const ident = baseName(artifactDir);
  const prefix = `${encodeURIComponent(ident)}/`;
  const { status = "failed", reason } = readLastWords(artifactDir);
  const begin = reason?.reason === "could_not_start" ? ["starting"] : ["starting", "running"];
  const statusOf = (word: string): EmitterMessage => ({
    kind: "status",
    json: JSON.stringify({ status: word, runner_ident: ident }),
    id: prefix + word,
  });
  for (const word of begin) if (!record.has(word)) yield statusOf(word);
  for await (const text of openPastLog(artifactDir).texts()) {
    const event = parseEvent(text);
    const counter = event?.counter;
    if (!Number.isSafeInteger(counter) || record.has(String(counter))) continue;
    // Whoever wrote it with line breaks would break the lines of a batch.
    const json = text.trimEnd().includes("\n") ? JSON.stringify(event) : text.trimEnd();
    yield { kind: "event", json, id: `${prefix}${counter}` };
  }
  if (!record.has(status)) yield statusOf(status);
}
