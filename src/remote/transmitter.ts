/**
 * Turns a job and its private data dir into a stream for a worker.
 *
 * @module
 */
import { ensurePrivateDataDir } from "../config/inputs/private_data_dir.ts";
import type { InputOptions, TakenInputs } from "../config/options.ts";
import { RunnerError } from "../errors.ts";
import { takeOptions } from "../run/caller/take_options.ts";
import type { RunOptions } from "../run/run_options.ts";
import { describeOsError } from "../internal/file_system.ts";
import { makeAbsolute } from "../internal/paths.ts";
import { packDirectory, packTexts } from "./archive/pack.ts";
import { Spool } from "./archive/spool.ts";
import { FrameWriter } from "./wire/frame_writer.ts";
import { toKwargs } from "./kwargs.ts";
import { makePortable } from "./portable.ts";

/** What {@linkcode transmit} sends, and where to. */
export interface TransmitOptions extends InputOptions {
  /** Takes the stream; not closed at the end. */
  readonly output: WritableStream<Uint8Array>;
  /** Sends no files: the worker has the same private data dir. @default {false} */
  readonly onlyTransmitKwargs?: boolean;
  /** Ends it: nothing or a part was written then, never the end of a stream. */
  readonly signal?: AbortSignal;
  /** Takes a line for each thing that was left out. */
  readonly log?: (level: "debug" | "warning", message: string) => void;
}

/** For the command line: it sends every name, given or not. */
export interface TransmitWays {
  readonly isWhole: boolean;
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
  { output, onlyTransmitKwargs = false, signal, log, ...input }: TransmitOptions,
  ways: TransmitWays,
): Promise<void> {
  const taken = takeOptions(input as unknown as RunOptions);
  const privateDataDir = makeAbsolute(taken.privateDataDir, Deno.cwd());
  ensurePrivateDataDir(privateDataDir, { allowUnsafe: input.allowUnsafePrivateDataDir ?? false });
  const job = await makePortable({ ...taken, privateDataDir });
  using spool = new Spool();
  // All of it before the first byte is written: what cannot be read is said, and nothing half is sent.
  const warn = (message: string): void => log?.("warning", message);
  const { extra } = job;
  if (!onlyTransmitKwargs) await packDirectory(privateDataDir, { spool, extra, warn, signal });
  else if (extra.length > 0) packTexts(extra, spool);
  const writer = new FrameWriter(output);
  await writer.message({ kwargs: toKwargs(keptInMemory(job.options), ways) });
  signal?.throwIfAborted();
  if (spool.length > 0) await writer.zip(spool);
  await writer.end(signal);
  if (!writer.gone.aborted) return;
  const { reason } = writer.gone;
  throw new RunnerError(
    "remote.output",
    `Cannot write the stream: ${describeOsError(reason)}`,
    { cause: reason },
  );
}

/** An original worker writes secrets into its env/ unless it is told not to. */
function keptInMemory(options: TakenInputs): TakenInputs {
  const { passwords, sshKey, settings, suppressEnvFiles } = options;
  const hasSecrets = passwords !== undefined || sshKey !== undefined;
  // It loses settings when it is.
  const isTold = suppressEnvFiles !== undefined || settings !== undefined;
  return hasSecrets && !isTold ? { ...options, suppressEnvFiles: true } : options;
}
