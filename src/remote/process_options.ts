/**
 * What a caller may ask of `process`, and what comes of it.
 *
 * @module
 */
import type { JobEvent } from "../events/job_event.ts";
import type { InputOptions } from "../config/options.ts";
import type { CallOptions } from "../run/run_options.ts";
import type { RemoteStatus } from "./remote_status.ts";

/** Who else is told of a run elsewhere. */
export type TellingOptions =
  & Pick<CallOptions, "emitters">
  & Pick<
    InputOptions,
    "allowUnsafePrivateDataDir" | "metricsFile" | "plugins" | "syslog" | "syslogServer"
  >;

/** What `process` reads, and who is told. */
export interface ProcessOptions extends TellingOptions {
  /** The worker's stream; read up to its end message, and not closed. */
  readonly input: ReadableStream<Uint8Array>;
  /** Private data directory; made (0700) when missing. */
  readonly privateDataDir: string | URL;
  /** Name of the artifact directory. @default {the worker's} */
  readonly ident?: string | undefined;
  /** The artifact directory itself. @default {"<pdd>/artifacts/<ident>"} */
  readonly artifactDir?: string | URL | undefined;
  /** Takes every event, in order; returning exactly `false` keeps it out of the artifacts. */
  readonly eventHandler?: ((event: JobEvent) => unknown) | undefined;
  /** Takes every change of status, also those that say what is wrong with the stream. */
  readonly statusHandler?: ((status: RemoteStatus) => unknown) | undefined;
  /** Takes the artifact directory each time that files arrived. */
  readonly artifactsHandler?: ((artifactDir: string) => unknown) | undefined;
  /** Takes the result, in every case. */
  readonly finishedCallback?: ((result: ProcessResult) => unknown) | undefined;
  /** Takes the text of events, each with its newline; awaited. */
  readonly onOutput?: ((text: string) => void | Promise<void>) | undefined;
  /** Ends the reading: what came is kept. */
  readonly signal?: AbortSignal | undefined;
  /** Cuts the waiting for emitters short. */
  readonly killSignal?: AbortSignal | undefined;
  /** Takes lines for a log. */
  readonly log?: ((level: "debug" | "warning", message: string) => void) | undefined;
}

/** What came of a stream. */
export interface ProcessResult {
  /** The last status that came. */
  readonly status: RemoteStatus["status"] | "unstarted";
  /** Exit code of the job, when the worker sent one. */
  readonly rc: number | undefined;
  /** Where its artifacts are. */
  readonly artifactDir: string;
  /** What is wrong with the job or the stream, in one line. */
  readonly error: string | undefined;
}
