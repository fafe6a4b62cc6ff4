/**
 * The files of a run, and what its readers may know of them.
 *
 * @module
 */
import { removeHalfMade, removeOldArtifacts, rotateArtifacts } from "../../artifacts/directory.ts";
import { isKept as isKeptAt } from "../../artifacts/events/event_level.ts";
import type { RunState } from "../../artifacts/run_state.ts";
import { STATS_EVENT, statsOf } from "../../artifacts/stats.ts";
import { Artifacts } from "../../artifacts/writer.ts";
import type { RunConfig } from "../../config/run_config.ts";
import { RunnerError } from "../../errors.ts";
import { describeOsError } from "../../internal/file_system.ts";
import type { EventRecord } from "../../events/event_json.ts";
import type { HeldDirectory } from "../../internal/held_directory.ts";
import { othersReach } from "../../internal/others_reach.ts";
import type { Sink } from "../../sinks/sink.ts";

/** What the sink is made with. */
export interface ArtifactSinkOptions {
  /** The run. */
  readonly config: RunConfig;
  /** Its files. */
  readonly artifacts: Artifacts;
  /** What its readers see. */
  readonly state: RunState;
  /** Whether events wait for {@linkcode ArtifactSink.delivered}. @default {false} */
  readonly isBatched?: boolean;
  /** Told that the artifacts are not what they should be. */
  readonly failed: (error: RunnerError) => void;
}

/**
 * Clears what an earlier run left, and opens the files of this one.
 *
 * @param options its artifact directory, which has nothing of the run in it when this throws; whether
 * events wait for {@linkcode ArtifactSink.delivered}
 */
export function openArtifacts(
  config: RunConfig,
  { dir, isBatched }: { readonly dir: HeldDirectory; readonly isBatched: boolean },
): Artifacts {
  using half = new DisposableStack();
  half.defer(() => removeHalfMade(dir.now));
  removeOldArtifacts(dir.now);
  rotateArtifacts(config.artifactRoot, { keep: config.rotateArtifacts, current: config.ident });
  const files = new Artifacts({
    dir,
    isGuarded: config.isolation !== undefined || othersReach(config.artifactDir).length > 0,
    suppressOutputFile: config.settings.suppressOutputFile ?? false,
    eventStore: config.settings.eventStore ?? "files",
    isBatched,
  });
  half.move();
  return files;
}

/** Writes what a run leaves. */
export class ArtifactSink implements Sink {
  readonly #options: ArtifactSinkOptions;
  /** Whether an event could not be written: smaller ones that could be would leave a gap before them. */
  #isCut = false;
  /** The last event that readers do not know of, and how much the journal grows by all of them. */
  #unread: { readonly record: EventRecord; readonly bytes: number } | undefined;

  constructor(options: ArtifactSinkOptions) {
    this.#options = options;
    const { config, state } = options;
    state.events.open(config.artifactDir, config.settings.eventStore ?? "files");
  }

  /** Keeps an event. */
  event(record: EventRecord, isKept: boolean): void {
    const { artifacts, config, state } = this.#options;
    if (record.isNamed(STATS_EVENT)) {
      const stats = statsOf(record.parsed());
      state.stats = () => stats;
    }
    if (!this.#isCut && isKept && isKeptAt(record, config.settings.eventLevel ?? "all")) {
      this.#isCut = !this.#write(() => {
        const bytes = artifacts.writeEvent(record);
        if (this.#options.isBatched !== true) return state.events.note(record, bytes);
        this.#unread = { record, bytes: bytes + (this.#unread?.bytes ?? 0) };
      });
    }
  }

  /** Lets readers see the events that came together. */
  delivered(): void {
    const { artifacts, state } = this.#options;
    const unread = this.#unread;
    this.#unread = undefined;
    if (unread === undefined || this.#isCut) return;
    this.#isCut = !this.#write(() => {
      artifacts.flushEvents();
      state.events.note(unread.record, unread.bytes);
    });
  }

  /** Appends to the stdout file. */
  output(bytes: Uint8Array<ArrayBuffer>): void {
    const { artifacts, state } = this.#options;
    this.#write(() => {
      artifacts.appendStdout(bytes);
      if (artifacts.stdoutPath !== undefined) state.output.grow(bytes.length);
    });
  }

  /** Writes a small file whole. */
  writeFile(name: string, text: string): void {
    this.delivered();
    this.#write(() => this.#options.artifacts.writeFile(name, text));
  }

  /** Notes that a job put something else in the place of the run's directories. */
  check(): void {
    this.#write(() => this.#options.artifacts.check());
  }

  /** Notes that an event came without its data. */
  missingBody(key: string): void {
    if (!this.#options.config.checkJobEventData) return;
    this.#options.failed(
      new RunnerError(
        "event_data_missing",
        `Cannot find the data of event ${key}: not in the spool`,
      ),
    );
  }

  /** Notes that not all of the output could be kept. */
  failed(cause: unknown): void {
    const { artifactDir } = this.#options.config;
    const why = describeOsError(cause);
    this.#options.failed(
      new RunnerError("artifacts", `Cannot write to "${artifactDir}": ${why}`, { cause }),
    );
  }

  #write(write: () => void): boolean {
    try {
      write();
      return true;
    } catch (cause) {
      this.failed(cause);
      return false;
    }
  }
}
