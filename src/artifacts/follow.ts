/**
 * Follows a run of another process through its artifacts until it has ended.
 *
 * @module
 */
import { exists, fileSize } from "../internal/file_system.ts";
import { baseName } from "../internal/paths.ts";
import { sleep } from "../internal/sleep.ts";
import { isOwnerAlive, type Owner, readOwner } from "../ownership/owner_record.ts";
import { type EventLog, listEventFiles } from "./events/event_log.ts";
import { ARTIFACT, type EventFile, parseEventFileName } from "../run_layout.ts";
import type { RunState } from "./run_state.ts";

/** Time between two looks at a run that is followed, in milliseconds. */
const POLL_MS = 100;

/** The run that is followed. */
export interface FollowedRun {
  /** What its readers see. */
  readonly state: RunState;
  /** Its artifact directory. */
  readonly dir: string;
  /** Who runs it. */
  readonly owner: Owner;
  /** Ends the following, not the run. */
  readonly signal?: AbortSignal | undefined;
}

/** Tells readers of what the run has written, until its owner is gone or the signal aborts. */
export async function followRun({ state, dir, owner, signal }: FollowedRun): Promise<void> {
  using events = new EventFollower(state.events, dir);
  while (true) {
    // Asked before the look, so that the last words of a run are seen after its end.
    const isLive = isStillOwner(dir, owner) && signal?.aborted !== true;
    growTo(state.output, `${dir}/${ARTIFACT.stdout}`);
    events.look({ isLast: !isLive });
    if (!isLive) return;
    await sleep(POLL_MS, signal);
  }
}

function isStillOwner(dir: string, owner: Owner): boolean {
  return readOwner(dir)?.marker === owner.marker && isOwnerAlive(owner);
}

function growTo(size: { readonly size: number; grow(by: number): void }, path: string): void {
  const by = (fileSize(path) ?? 0) - size.size;
  if (by > 0) size.grow(by);
}

/** Finds the events that a run writes: by the system's notices, since a directory may be long. */
class EventFollower implements Disposable {
  readonly #log: EventLog;
  readonly #dir: string;
  #journalSize = 0;
  #last = 0;
  #watcher: Deno.FsWatcher | undefined;
  #isBlind = false;
  #listedAt: number | undefined;

  constructor(log: EventLog, dir: string) {
    this.#log = log;
    this.#dir = dir;
  }

  /** Looks for what is new. */
  look({ isLast }: { readonly isLast: boolean }): void {
    const journal = fileSize(`${this.#dir}/${ARTIFACT.journal}`);
    if (journal !== undefined) return this.#growJournal(journal);
    const files = `${this.#dir}/${ARTIFACT.events}`;
    if (!exists(files)) return;
    if (this.#watcher === undefined && !this.#isBlind && !isLast) {
      // Begun before the list, so that nothing is missed between the two.
      this.#watch(files);
      this.#list();
    } else if (isLast || this.#isBlind && this.#hasChanged(files)) this.#list();
  }

  /** Looks no more. */
  [Symbol.dispose](): void {
    this.#watcher?.close();
  }

  #growJournal(size: number): void {
    if (size <= this.#journalSize) return;
    this.#log.open(this.#dir, "jsonl");
    this.#log.note({ counter: 0, uuid: "" }, size - this.#journalSize);
    this.#journalSize = size;
  }

  #watch(files: string): void {
    try {
      this.#watcher = Deno.watchFs(files, { recursive: false });
    } catch {
      // No more watches for this user: the directory's own time tells of changes.
      this.#isBlind = true;
      return;
    }
    this.#take(this.#watcher).catch(() => this.#isBlind = true);
  }

  async #take(watcher: Deno.FsWatcher): Promise<void> {
    for await (const { flag, paths } of watcher) {
      if (flag === "rescan") this.#list();
      for (const path of paths) {
        const event = parseEventFileName(baseName(path));
        if (event !== undefined) this.#add(event);
      }
    }
  }

  #hasChanged(files: string): boolean {
    const { mtime } = Deno.statSync(files);
    const changedAt = mtime?.getTime();
    const isSame = changedAt === this.#listedAt;
    this.#listedAt = changedAt;
    return !isSame;
  }

  #list(): void {
    for (const event of listEventFiles(this.#dir)) this.#add(event);
  }

  /** Events are written in the order of their counters. */
  #add(event: EventFile): void {
    if (event.counter <= this.#last) return;
    this.#last = event.counter;
    this.#log.open(this.#dir, "files");
    this.#log.note(event, 0);
  }
}
