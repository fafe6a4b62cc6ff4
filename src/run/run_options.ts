/**
 * What a caller may ask of a run: the inputs, and functions that take part in it.
 *
 * @module
 */
import type { InputOptions, TakenInputs } from "../config/options.ts";
import type { RunConfig } from "../config/run_config.ts";
import type { JobEvent, StatusEvent } from "../events/status_event.ts";
import type { Runner } from "../result.ts";
import type { Emitter } from "../emitters/emitter.ts";

/** What handlers are called with besides, as their last argument. */
export interface HandlerExtras {
  /**
   * Aborted when the run is told to end, by whomever: the handler has `handlerTimeout` seconds left.
   * One that throws the signal's reason then, as `fetch` does, has not failed.
   */
  readonly signal: AbortSignal;
}

/**
 * What a caller may ask of a run, handlers included.
 *
 * Handlers may be asynchronous; each is awaited before the next is called. A slow one slows the
 * handling alone: Ansible never waits for it. One that throws ends the run: all its processes are
 * ended, its artifacts are completed, the run is `failed` with rc 254 (unless it was canceled or
 * timed out before), and it rejects with a `CallbackError`.
 */
export type RunOptions = InputOptions & CallOptions & StartForm;

/** A run starts one of these, or what the args file of its private data directory says. */
export type StartForm =
  | {
    readonly playbook?: InputOptions["playbook"];
    readonly module?: undefined;
    readonly role?: undefined;
  }
  | { readonly module: string; readonly playbook?: undefined; readonly role?: undefined }
  | { readonly role: string; readonly playbook?: undefined; readonly module?: undefined };

/** The same, checked and copied. */
export type TakenOptions = TakenInputs & CallOptions;

/** What takes part in a run: functions, signals. */
export interface CallOptions {
  /** Takes every event, in order; returning exactly `false` keeps it out of the artifacts. */
  readonly eventHandler?: ((event: JobEvent, extras: HandlerExtras) => unknown) | undefined;
  /** Takes every change of status. */
  readonly statusHandler?:
    | ((status: StatusEvent, config: RunConfig, extras: HandlerExtras) => unknown)
    | undefined;
  /** Asked every 100 ms while Ansible runs; a truthy answer cancels the run. */
  readonly cancelCallback?: ((extras: HandlerExtras) => unknown) | undefined;
  /** Takes the artifact directory when all files are written. */
  readonly artifactsHandler?: ((artifactDir: string, extras: HandlerExtras) => unknown) | undefined;
  /** Takes the run when it has ended, after all other handlers. */
  readonly finishedCallback?: ((runner: Runner, extras: HandlerExtras) => unknown) | undefined;
  /**
   * How long a handler may go on once the run is told to end (canceled, timed out, failed), in
   * seconds; then the run ends without it and rejects with code `callback.stalled`. @default {3}
   */
  readonly handlerTimeout?: number | undefined;
  /** Cancels the run; its reason stands in {@linkcode Runner.endReason}. */
  readonly signal?: AbortSignal | undefined;
  /** Cuts the grace period of a canceled run short, and the waiting for its handlers. */
  readonly killSignal?: AbortSignal | undefined;
  /** Takes the bytes for the console; nothing is shown without it. */
  readonly output?: ConsoleOutput | undefined;
  /** Told of every event and change of status, besides those that settings ask for. */
  readonly emitters?: readonly Emitter[] | undefined;
  /**
   * How many runs of this process may be starting at the same time when this one starts; one that
   * finds no room waits. @default {4}
   */
  readonly startLimit?: number | undefined;
  /** Takes lines for a log. */
  readonly log?: ((level: LogLevel, message: string) => void) | undefined;
}

/** How much a log line matters. */
export type LogLevel = "debug" | "warning";

/**
 * Where a run's output goes besides its artifacts.
 *
 * @example
 * ```ts
 * import { run } from "@ansible-runner/ansible-runner";
 *
 * // As the command line does: all that Ansible shows, as it comes.
 * await run({
 *   privateDataDir: "demo",
 *   playbook: "test.yml",
 *   output: { open: () => (bytes) => void Deno.stdout.writeSync(bytes) },
 * });
 * ```
 */
export interface ConsoleOutput {
  /**
   * Called once, when the artifact directory is ready.
   *
   * @param backlogPath file with the same bytes, or undefined when output files are suppressed
   * @returns takes the bytes, in order; each buffer is its own
   */
  open(backlogPath: string | undefined): (bytes: Uint8Array) => void;
  /**
   * For a terminal with a person before it: takes, after 50 ms, the first letters (3 at most) of text
   * that is held back because it may begin a secret. What it turns out to be is given as ever, and
   * must not be shown twice. @default {that text is shown when more of its line is known}
   */
  readonly showEarly?: ((bytes: Uint8Array) => void) | undefined;
}

/** A run that goes on. */
export interface RunningRun extends AsyncDisposable {
  /** The run, to look at while it goes on. */
  readonly runner: Runner;
  /**
   * The same run when it has ended; rejects as `run` does. Whoever only reads
   * {@linkcode Runner.events} need not await it.
   */
  readonly done: Promise<Runner>;
  /** Leaving the block of an `await using` run cancels it, unless it has ended. */
  readonly [Symbol.asyncDispose]: () => Promise<void>;
}
