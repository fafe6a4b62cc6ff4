/**
 * Sends a job and its private data dir as a stream to a worker.
 *
 * @module
 */
import { type JobOptions, PackedJob, type SendWays } from "./packed_job.ts";

/** What {@linkcode transmit} sends, and where to. */
export interface TransmitOptions extends JobOptions {
  /** Takes the stream; not closed at the end. */
  readonly output: WritableStream<Uint8Array>;
}

/**
 * Sends a job to a worker: its options and its private data dir, secrets in clear.
 *
 * @param options the job
 * @throws {ConfigError} when an input cannot be read
 * @throws {RunnerError} when a file cannot be read, or the stream takes no more
 *
 * @example
 * ```ts
 * import { transmit } from "@ansible-runner/ansible-runner";
 *
 * const file = await Deno.create("job.stream");
 * await transmit({ privateDataDir: "demo", playbook: "test.yml", output: file.writable });
 * await file.writable.close();
 * ```
 */
export function transmit(options: TransmitOptions): Promise<void> {
  return transmitAs(options, { isWhole: false });
}

/** Sends a job to a worker; for this library's own parts. */
export async function transmitAs(
  { output, ...job }: TransmitOptions,
  ways: SendWays,
): Promise<void> {
  using packed = await PackedJob.pack(job);
  await packed.send(output, { ...ways, signal: job.signal });
}
