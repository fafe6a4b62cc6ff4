/**
 * What a worker on another machine is to whoever gives it a job.
 *
 * @module
 */

/** Writes a job; does not close the stream. */
export type SendJob = (output: WritableStream<Uint8Array>) => Promise<void>;

/** A worker elsewhere, for one job. */
export interface RemoteWorker {
  /**
   * Gives it the job.
   *
   * @throws {RunnerError} when it cannot be reached
   */
  start(send: SendJob, signal: AbortSignal): Promise<ReadableStream<Uint8Array>>;
  /** Tells it to end the job; what it sends back goes on until its end message. */
  cancel(): void | Promise<void>;
  /**
   * Ends what is left of it, here and there.
   *
   * @returns what is known of why it sent no end message, in a few lines; undefined: nothing
   */
  close(): Promise<string | undefined>;
}

/** So much of what a worker complains of is kept, in bytes. */
export const MAX_COMPLAINT = 4096;
