/**
 * Turns events and text into the files of a run, its console, and what its readers may know of.
 *
 * @module
 */
import type { RunConfig } from "../config/run_config.ts";
import { messageOf, RunnerError } from "../errors.ts";
import { isKept } from "../artifacts/event_level.ts";
import type { EventRecord } from "../events/event_json.ts";
import { STATS_EVENT, statsOf } from "../artifacts/stats.ts";
import type { RunState } from "../artifacts/run_state.ts";
import type { Artifacts } from "../artifacts/writer.ts";

/** What a recorder is made with. */
export interface RecorderOptions {
  /** The run. */
  readonly config: RunConfig;
  /** Its files. */
  readonly artifacts: Artifacts;
  /** What its readers see. */
  readonly state: RunState;
  /** Takes the bytes for the console. */
  readonly show: ((bytes: Uint8Array) => void) | undefined;
  /** Told the first time that a file cannot be written. */
  readonly failed: (error: unknown) => void;
}

/** Writes what a run leaves. */
export class Recorder {
  readonly #options: RecorderOptions;
  #error: RunnerError | undefined;

  /**
   * Makes a recorder.
   *
   * @param options where all goes
   */
  constructor(options: RecorderOptions) {
    this.#options = options;
    const { config, state } = options;
    state.events.open(config.artifactDir, config.settings.eventStore ?? "files");
  }

  /** Why the run's artifacts are not what they should be, if so. */
  get error(): RunnerError | undefined {
    return this.#error;
  }

  /**
   * Keeps an event.
   *
   * @param record the event
   * @param options whether the artifacts have it
   */
  keep(record: EventRecord, options: { readonly inFiles: boolean }): void {
    const { artifacts, config, state } = this.#options;
    if (record.isNamed(STATS_EVENT)) {
      const stats = statsOf(record.parsed());
      state.stats = () => stats;
    }
    if (options.inFiles && isKept(record, config.settings.eventLevel ?? "all")) {
      this.#write(() => state.events.note(record, artifacts.writeEvent(record)));
    }
    if (config.jsonMode) this.output(record.text() + "\n");
  }

  /**
   * Shows text, unless events take its place.
   *
   * @param text as people see it
   */
  display(text: string): void {
    if (!this.#options.config.jsonMode) this.output(text);
  }

  /**
   * Writes a small file whole.
   *
   * @param name its name in the artifact directory
   * @param text its content
   */
  writeFile(name: string, text: string): void {
    this.#write(() => this.#options.artifacts.writeFile(name, text));
  }

  /**
   * Notes that an event came without its data.
   *
   * @param key what its marker says
   */
  missingBody(key: string): void {
    if (!this.#options.config.checkJobEventData) return;
    this.#fail(
      new RunnerError(
        "event_data_missing",
        `Cannot find the data of event ${key}: not in the spool`,
      ),
    );
  }

  /**
   * Notes that not all of the output could be kept.
   *
   * @param cause why
   */
  failed(cause: unknown): void {
    const { artifactDir } = this.#options.config;
    this.#fail(
      new RunnerError("artifacts", `Cannot write to "${artifactDir}": ${messageOf(cause)}`, {
        cause,
      }),
    );
  }

  /**
   * Shows text, also where events take the place of the terminal's.
   *
   * @param text as people see it
   */
  output(text: string): void {
    const { artifacts, state, show } = this.#options;
    const bytes = new TextEncoder().encode(text);
    this.#write(() => {
      artifacts.appendStdout(bytes);
      if (artifacts.stdoutPath !== undefined) state.output.grow(bytes.length);
    });
    show?.(bytes);
  }

  #write(write: () => void): void {
    try {
      write();
    } catch (cause) {
      this.failed(cause);
    }
  }

  #fail(error: RunnerError): void {
    if (this.#error !== undefined) return;
    this.#error = error;
    this.#options.failed(error.cause ?? error);
  }
}
