/**
 * The artifacts of a run elsewhere, and who is told of it.
 *
 * @module
 */
import { makeArtifactDir } from "../artifacts/directory.ts";
import { othersReach } from "../internal/others_reach.ts";
import { writeUntoldEnd } from "../artifacts/last_words.ts";
import { ARTIFACT } from "../run_layout.ts";
import { Artifacts, makePrivateDir } from "../artifacts/writer.ts";
import { isKept } from "../artifacts/events/event_level.ts";
import { readMapping } from "../config/inputs/env_file.ts";
import { pipeWaitMs } from "../config/inputs/private_data_dir.ts";
import type { ToldRun } from "../config/run_config.ts";
import { mergeSettings } from "../config/settings/merge.ts";
import type { Emitters } from "../emitters/run_emitters.ts";
import type { RunnerError } from "../errors.ts";
import { removeQuietly, writeFileWhole } from "../internal/atomic_write.ts";
import { exists } from "../internal/file_system.ts";
import { HeldDirectory } from "../internal/held_directory.ts";
import { baseName, parentOf } from "../internal/paths.ts";
import { readSmallFile } from "../internal/small_file.ts";
import { type EmitterWishes, openEmitters } from "../run/sinks/open_emitters.ts";
import type { Spool } from "./archive/spool.ts";
import { unpack } from "./archive/unpack.ts";
import type { ReceivedEvent } from "./received_event.ts";
import type { RemoteStatus } from "./remote_status.ts";

/** What is told of runs elsewhere, as env/settings of the private data dir here says. */
export type Telling = Pick<ToldRun, "privateDataDir" | "settings" | "unknownSettings">;

/** Reads who is to be told. */
export async function readTelling(privateDataDir: string): Promise<Telling> {
  const limits = { waitMs: pipeWaitMs() };
  const file = await readMapping(`${privateDataDir}/env/settings`, "env/settings", limits);
  const { settings, unknown } = mergeSettings({ privateDataDir }, file);
  return { privateDataDir, settings, unknownSettings: unknown };
}

/** Where a run is collected. */
export interface CollectOptions {
  readonly ident: string;
  /** The words of its command, where they are known. */
  readonly argv: readonly string[];
  readonly artifactDir: string;
  readonly telling: Telling;
  /** Whether events may wait for {@linkcode CollectedRun.delivered}. */
  readonly isBatched: boolean;
  readonly wishes: EmitterWishes;
  /** Takes a warning for the log. */
  readonly warn: (message: string) => void;
}

/** A run that is collected. */
export class CollectedRun implements AsyncDisposable {
  /** Its artifact directory. */
  readonly dir: string;
  readonly #options: CollectOptions;
  readonly #artifacts: Artifacts;
  readonly #open: DisposableStack;
  #emitters: Emitters | undefined;
  #emitterError: RunnerError | undefined;
  #isUnpacked = false;

  private constructor(options: CollectOptions) {
    this.#options = options;
    const dir = this.dir = options.artifactDir;
    using open = new DisposableStack();
    open.use(makeArtifactDir({ artifactRoot: parentOf(dir), ident: baseName(dir) }));
    makePrivateDir(`${dir}/${ARTIFACT.events}`);
    // That of an earlier stream: readers would find it before our events.
    removeQuietly(`${dir}/${ARTIFACT.journal}`);
    this.#artifacts = open.use(
      new Artifacts({
        dir: open.use(HeldDirectory.open(dir)),
        // What a worker sends is unpacked by us, and takes no directory's place.
        isGuarded: othersReach(dir).length > 0,
        suppressOutputFile: true,
        eventStore: options.telling.settings.eventStore ?? "files",
        isBatched: options.isBatched,
        aside: ARTIFACT.events,
      }),
    );
    this.#open = open.move();
  }

  /**
   * Makes the artifact directory, and opens the emitters that are asked for.
   *
   * @throws {ConfigError} when one cannot be had
   */
  static async open(options: CollectOptions): Promise<CollectedRun> {
    const run = new CollectedRun(options);
    try {
      const { telling, ident, argv, artifactDir, wishes, warn } = options;
      const told = { ...telling, ident, argv, artifactDir, env: Deno.env.toObject() };
      run.#emitters = await openEmitters(told, {
        options: wishes,
        canceled: new AbortController().signal,
        recordDir: () => artifactDir,
        warn,
        fail: (error) => run.#emitterError ??= error,
      });
      return run;
    } catch (error) {
      await run[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Exit code of the job, when its worker sent one. */
  get rc(): number | undefined {
    if (!this.#isUnpacked) return undefined;
    const rc = readSmallFile(`${this.dir}/${ARTIFACT.rc}`)?.trim() ?? "";
    return /^\d{1,3}$/.test(rc) ? Number(rc) : undefined;
  }

  /** Tells of an event and keeps it; synchronous as long as nobody has to be waited for. */
  event(event: ReceivedEvent, isWanted: boolean): void | Promise<void> {
    const wait = this.#emitters?.event(event);
    const { eventLevel = "all" } = this.#options.telling.settings;
    if (isWanted && isKept(event, eventLevel)) this.#artifacts.writeEvent(event);
    return wait;
  }

  /** Lets readers see the events that came together. */
  delivered(): void {
    this.#artifacts.flushEvents();
  }

  /** Tells of a change of status. */
  async status({ status, runner_ident: ident = this.#options.ident }: RemoteStatus): Promise<void> {
    await this.#emitters?.status({ status, runner_ident: ident });
  }

  /** Takes the files that a worker sent. */
  async unpack(spool: Spool, signal: AbortSignal | undefined): Promise<void> {
    this.delivered();
    // What we write ourselves is not taken: a worker's own journal is empty, and what its emitters have
    // delivered is not what ours have.
    const hasRecord = this.#emitters !== undefined && exists(`${this.dir}/${ARTIFACT.delivery}`);
    const without = [ARTIFACT.journal, ...(hasRecord ? [ARTIFACT.delivery] : [])];
    await unpack(spool, this.dir, { signal, without });
    makePrivateDir(`${this.dir}/${ARTIFACT.events}`);
    this.#isUnpacked = true;
  }

  /**
   * Waits for the emitters. Where a worker did not say how the run ended, we do.
   *
   * @param error why there was no end
   * @throws {RunnerError} when an emitter failed, and settings say that this matters
   */
  async end(error: string | undefined): Promise<void> {
    this.delivered();
    if (error !== undefined && !this.#isUnpacked) {
      writeUntoldEnd(error, (name, text) => writeFileWhole(`${this.dir}/${name}`, text));
    }
    await this.#emitters?.settle();
    if (this.#emitterError !== undefined) throw this.#emitterError;
  }

  /** Closes the files. */
  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.delivered();
    } catch {
      // It ends with another error, which is the one to tell of.
    }
    await this.#emitters?.settle();
    this.#open.dispose();
  }
}
