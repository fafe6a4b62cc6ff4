/**
 * What all the parts of one run share.
 *
 * @module
 */
import type { Prompt } from "../config/prompts.ts";
import type { RunConfig } from "../config/run_config.ts";
import { RUN_MARKER } from "../command/environment.ts";
import type { Launch } from "../command/launch.ts";
import type { EventOrigin } from "../events/event_json.ts";
import { DEFAULT_GRACE_MS, type EndReason } from "../end_reason.ts";
import type { FormerRun } from "../history/retry/recipe.ts";
import type { Redactor } from "../internal/redact.ts";
import { type SupervisedProgram, Supervisor } from "../process/supervise.ts";
import type { Runner } from "../result.ts";
import type { HandlerCalls } from "./caller/handler_calls.ts";
import type { FanOut } from "../sinks/sink.ts";
import type { ArtifactSink } from "./sinks/artifact_sink.ts";
import type { SinkView } from "./sinks/open_sinks.ts";
import type { Stopper } from "./cancellation.ts";

/** A run whose artifact directory is open. */
export interface RunContext {
  /** What was decided. */
  readonly config: RunConfig;
  /** Who is told of what happens in it. */
  readonly sinks: FanOut;
  /** Writes its artifacts. */
  readonly artifacts: ArtifactSink;
  /** Masks its secrets. */
  readonly redactor: Redactor;
  /** Ends it before its time. */
  readonly stopper: Stopper;
  /** Calls its caller's handlers. */
  readonly handlers: HandlerCalls;
  /** Value of the environment marker of its processes. */
  readonly runId: string;
  /** Directory for what decides over the run: no job sees it. */
  readonly privateDir: string;
  /** Questions and answers. */
  readonly prompts: readonly Prompt[];
  /** Shows text to a person before its time, where there is one. */
  readonly showEarly: ((bytes: Uint8Array) => void) | undefined;
  /** Takes a warning for the log. */
  readonly warn: (message: string) => void;
  /** Called when the program has been started. */
  readonly started: () => void;
  /** Tells that it is running. */
  readonly tellRunning: () => Promise<void>;
  /** Called when the program has ended: nobody who is told may hold up the run's end for long. */
  readonly programEnded: () => void;
  /** Asked whether the run is to be canceled. */
  readonly cancelCallback: (() => unknown) | undefined;
}

/** What every event says of its run. */
export function originOf({ ident, eventTimes }: RunConfig): EventOrigin {
  return { ident, zone: eventTimes === "utc" ? "+00:00" : "" };
}

/** Starts a run's program and waits until it and all its output are done. */
export type Perform = (launch: Launch, context: RunContext) => Promise<EndReason>;

/** What a run writes to, what its caller reads, and how its program is performed. */
export interface RunView extends SinkView {
  readonly runner: Runner;
  /** The working directory at the call. */
  readonly cwd: string;
  readonly perform: Perform;
  /** The run that it repeats, and for which hosts. */
  readonly retryOf?: FormerRun | undefined;
}

/** The text that a run without program leaves. Contract. */
export function notFoundText(name: string): string {
  return `The command was not found or was not executable: ${name}.\n`;
}

/**
 * Watches a program that has just been started.
 *
 * @returns its supervisor, to be waited for
 */
export function superviseRun(
  program: SupervisedProgram,
  context: RunContext,
  options: {
    readonly launch: Launch;
    readonly onOutput: (bytes: Uint8Array) => void;
    readonly jobTimeoutMs: number | undefined;
    /** Whether its output goes past us, so that nobody knows when it is idle. @default {false} */
    readonly isUnseen?: boolean;
  },
): Supervisor {
  const { settings } = context.config;
  context.started();
  const supervisor = new Supervisor(program, {
    onOutput: options.onOutput,
    jobTimeoutMs: options.jobTimeoutMs,
    idleTimeoutMs: options.isUnseen ? undefined : settings.idleTimeoutMs,
    graceMs: settings.gracePeriodMs ?? DEFAULT_GRACE_MS,
    marker: `${RUN_MARKER}=${context.runId}`,
    onStop: options.launch.onStop,
    onEnding: (cause) => context.stopper.stop(cause),
  });
  context.stopper.attach(supervisor);
  return supervisor;
}
