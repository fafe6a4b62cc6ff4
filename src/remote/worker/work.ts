/**
 * Runs the job that a sender's stream brings, and sends back what happens in it.
 *
 * @module
 */
import type { TakenInputs } from "../../config/options.ts";
import type { Status } from "../../end_reason.ts";
import { ConfigError, messageOf, RunnerError } from "../../errors.ts";
import { type RunOptions, startRun } from "../../run.ts";
import { pathIfGiven } from "../../run/caller/take_options.ts";
import { performOnTerminal } from "../../run/on_terminal.ts";
import { decide } from "../../run/prepare_config.ts";
import { packDirectory } from "../archive/pack.ts";
import { Spool } from "../archive/spool.ts";
import { FrameWriter } from "../wire/frame_writer.ts";
import { fromKwargs } from "../kwargs.ts";
import { objectOf } from "../wire/messages.ts";
import { receiveJob } from "./receive_job.ts";
import { StreamSink } from "./stream_sink.ts";
import { WorkPlace } from "./work_place.ts";
import { placedAt } from "./sent_paths.ts";

/** Where a worker's job comes from, and where it is done. */
export interface WorkOptions {
  /** The sender's stream; read up to its end message, and not closed. */
  readonly input: ReadableStream<Uint8Array>;
  /** Takes status, events and artifacts; not closed. */
  readonly output: WritableStream<Uint8Array>;
  /** Private data directory of the job; kept. @default {a new one, removed at the end} */
  readonly privateDataDir?: string | URL | undefined;
  /** Remove all that is in the private data directory, before and after. @default {false} */
  readonly deletePrivateDataDir?: boolean | undefined;
  /** Write a line when nothing was written for so long, in seconds; 0: never. @default {0} */
  readonly keepaliveSeconds?: number | undefined;
  /** Accept a private data directory that others may write to. @default {false} */
  readonly allowUnsafePrivateDataDir?: boolean | undefined;
  /** Cancels the job, also one that has not come yet. */
  readonly signal?: AbortSignal | undefined;
  /** Cuts the grace period of a canceled job short. */
  readonly killSignal?: AbortSignal | undefined;
  /** Takes lines for a log, which must not go into the stream. */
  readonly log?: ((level: "debug" | "warning", message: string) => void) | undefined;
}

/** How a worker's job ended. */
export interface WorkResult {
  /** The last status that was sent. */
  readonly status: Status | "error";
  /** Exit code of the command line. */
  readonly rc: number;
}

/** How long a reader that takes nothing is waited for when the job was canceled, in milliseconds. */
const CANCELED_READER_MS = 3000;

/** Contract. */
const RC_CANCELED = 254;

/**
 * Runs one job that `transmit` sent. Secrets that came as options are never written to env/.
 *
 * @param options streams and place
 * @returns how it ended; a job that could not be run is told to the sender and is no exception
 *
 * @example
 * ```ts
 * import { work } from "@ansible-runner/ansible-runner";
 *
 * const results = await Deno.create("results.stream");
 * await work({ input: Deno.stdin.readable, output: results.writable });
 * ```
 */
export async function work(options: WorkOptions): Promise<WorkResult> {
  const keepaliveMs = Math.max(0, options.keepaliveSeconds ?? 0) * 1000;
  const frames = new FrameWriter(options.output, { keepaliveMs });
  const signal = AbortSignal.any([frames.gone, ...(options.signal ? [options.signal] : [])]);
  using _patience = giveUpAfter(CANCELED_READER_MS, { signal, frames });
  let result: WorkResult;
  try {
    result = await inPlace({ ...options, signal }, frames);
  } catch (error) {
    result = tellFailure(error, { frames, signal });
  }
  await frames.end();
  return frames.gone.aborted ? { ...result, rc: 1 } : result;
}

/** All that needs the job's directory; what is to be removed is gone before the stream ends. */
async function inPlace(
  options: WorkOptions & { readonly signal: AbortSignal },
  frames: FrameWriter,
): Promise<WorkResult> {
  const { deletePrivateDataDir: isDeleted = false, signal } = options;
  const privateDataDir = pathIfGiven(options.privateDataDir, "privateDataDir");
  using place = new WorkPlace({ privateDataDir, isDeleted });
  const kwargs = await receiveJob(options.input, { place, signal });
  place.keepArtifactsInside();
  const job = objectOf(kwargs);
  if (job === undefined) {
    throw new ConfigError("remote.kwargs", "Cannot run the job: the stream has no kwargs");
  }
  return await runJob(placedAt(fromKwargs(job), place.path), { options, frames, place });
}

async function runJob(
  job: TakenInputs,
  { options, frames, place }: {
    readonly options: WorkOptions & { readonly signal: AbortSignal };
    readonly frames: FrameWriter;
    readonly place: WorkPlace;
  },
): Promise<WorkResult> {
  const { signal, killSignal, log, allowUnsafePrivateDataDir = false } = options;
  const { done } = startRun(
    {
      ...job,
      quiet: true,
      suppressAnsibleOutput: true,
      allowUnsafePrivateDataDir,
      signal,
      ...(killSignal && { killSignal }),
      log: log ?? (() => {}),
    } as unknown as RunOptions,
    { decide, perform: performOnTerminal, terminal: true, sink: new StreamSink(frames) },
  );
  const runner = await done;
  if (!frames.gone.aborted) {
    using spool = new Spool({ dir: place.spoolDir });
    await packDirectory(runner.config.artifactDir, { spool });
    await frames.zip(spool);
  }
  return { status: runner.status, rc: runner.rc ?? 1 };
}

/** Says why there is no job, or no end of one. */
function tellFailure(
  error: unknown,
  { frames, signal }: { readonly frames: FrameWriter; readonly signal: AbortSignal },
): WorkResult {
  const isCanceled = signal.aborted && (error === signal.reason ||
    error instanceof RunnerError && error.exitCode === RC_CANCELED);
  if (isCanceled) {
    frames.message({ status: "canceled" });
    return { status: "canceled", rc: RC_CANCELED };
  }
  const code = error instanceof RunnerError ? error.code : undefined;
  if (code === "remote.message") {
    const explanation = "Failed to JSON parse a line from transmit stream.";
    frames.message({ status: "error", job_explanation: explanation });
    return { status: "error", rc: 0 };
  }
  const isZip = code === "remote.zip" || code === "remote.unpack";
  const text = messageOf(error);
  frames.message({
    status: "error",
    job_explanation: isZip ? "Failed to extract private data directory on worker." : text,
    result_traceback: text,
  });
  // Contract: who sent what cannot be read is told so by the status alone.
  return { status: "error", rc: isZip ? 0 : 1 };
}

/** Whoever cancels does not wait for a reader that takes nothing. */
function giveUpAfter(
  ms: number,
  { signal, frames }: { readonly signal: AbortSignal; readonly frames: FrameWriter },
): Disposable {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let waited = -1;
  const look = (): void => {
    // As long as something is taken there is hope.
    const { waiting } = frames;
    if (waiting > 0 && waiting === waited) return frames.giveUp();
    waited = waiting;
    timer = setTimeout(look, ms);
  };
  const onAbort = (): void => look();
  signal.addEventListener("abort", onAbort, { once: true });
  return {
    [Symbol.dispose]: () => {
      if (timer !== undefined) clearTimeout(timer);
      signal.removeEventListener("abort", onAbort);
    },
  };
}
