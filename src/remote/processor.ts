/**
 * Writes the artifacts of a run from a worker's stream, as if it had run here.
 *
 * @module
 */
import { ARTIFACT_ROOT } from "../run_layout.ts";
import { ensurePrivateDataDir } from "../config/inputs/private_data_dir.ts";
import { checkIdent } from "../config/resolve.ts";
import { CallbackError, RunnerError } from "../errors.ts";
import type { JobEvent } from "../events/job_event.ts";
import { makeAbsolute } from "../internal/paths.ts";
import { pathIfGiven, pathOf } from "../run/caller/take_options.ts";
import { Spool } from "./archive/spool.ts";
import { describeBrokenLine } from "./broken_line.ts";
import { CollectedRun, readTelling, type Telling } from "./collected_run.ts";
import type { ProcessOptions, ProcessResult } from "./process_options.ts";
import { ReceivedEvent } from "./received_event.ts";
import { receivedStatus } from "./received_status.ts";
import { GuardedLog } from "./guarded_log.ts";
import type { RemoteStatus } from "./remote_status.ts";
import { FrameReader, StreamError } from "./wire/frame_reader.ts";
import { type Message, readLine, zipLengthOf } from "./wire/messages.ts";
import { workingDirectory } from "../internal/working_directory.ts";

/** How long what follows the end of the stream is taken, in milliseconds. */
const DRAIN_MS = 1000;

/** So much of what follows a broken line is kept: the traceback of a worker that died. */
const MAX_REST = 64 << 10;

/** Contract. */
export const EOF_EXPLANATION: string = "Unexpected empty line encountered during worker stream. " +
  "Worker did not produce events or streaming was aborted, check execution node health.";

/**
 * Reads what a worker sends, and leaves the artifacts that a run leaves.
 *
 * @param options stream, place and handlers
 * @returns what came of it; a job that failed and a stream that broke are results as well
 * @throws {ConfigError} when the artifact directory cannot be had, or env/settings there is wrong
 * @throws {CallbackError} when a handler threw
 *
 * @example
 * ```ts
 * import { process, transmit, work } from "@ansible-runner/ansible-runner";
 *
 * // A socket or a pipe to another machine in their place.
 * const job = new TransformStream<Uint8Array, Uint8Array>();
 * const results = new TransformStream<Uint8Array, Uint8Array>();
 * const [, , result] = await Promise.all([
 *   transmit({ privateDataDir: "demo", playbook: "test.yml", output: job.writable }),
 *   work({ input: job.readable, output: results.writable }),
 *   process({ input: results.readable, privateDataDir: "collected" }),
 * ]);
 * console.log(result.status, result.artifactDir);
 * ```
 */
export async function process(options: ProcessOptions): Promise<ProcessResult> {
  const privateDataDir = makeAbsolute(
    pathOf(options.privateDataDir, "privateDataDir"),
    workingDirectory(),
  );
  const allowUnsafe = options.allowUnsafePrivateDataDir ?? false;
  ensurePrivateDataDir(privateDataDir, { allowUnsafe });
  if (options.ident !== undefined) checkIdent(options.ident);
  const telling = await readTelling(privateDataDir);
  await using processor = new Processor(options, telling);
  await processor.read();
  return await processor.end();
}

class Processor implements AsyncDisposable {
  readonly #options: ProcessOptions;
  readonly #telling: Telling;
  readonly #frames: FrameReader;
  readonly #log: GuardedLog;
  #run: CollectedRun | undefined;
  #status: ProcessResult["status"] = "unstarted";
  #error: string | undefined;
  #hasFinished = false;

  constructor(options: ProcessOptions, telling: Telling) {
    this.#options = options;
    this.#telling = telling;
    this.#frames = new FrameReader(options.input, options.signal);
    this.#log = new GuardedLog(options.log);
  }

  async read(): Promise<void> {
    try {
      await this.#readAll();
      await this.#frames.drain(DRAIN_MS);
    } catch (error) {
      const { signal } = this.#options;
      if (signal?.aborted === true && error === signal.reason) this.#error = "canceled";
      else if (error instanceof StreamError && error.isCut) await this.#broken(EOF_EXPLANATION);
      else if (isOfStream(error)) await this.#broken(error.message);
      else throw error;
    }
  }

  /** Says how it ended where the worker did not, and tells the last handler. */
  async end(): Promise<ProcessResult> {
    const run = await this.#collected();
    await run.end(this.#status === "error" ? this.#error : undefined);
    const result = await this.#finish(run);
    this.#log.check();
    return result;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#frames[Symbol.dispose]();
    if (!this.#hasFinished) {
      // It ends with another error, which is the one to tell of.
      await this.#collected().then((run) => this.#finish(run)).catch(() => {});
    }
    // At the end: it may have been opened just now.
    await this.#run?.[Symbol.asyncDispose]();
  }

  /** Contract: the last handler is called in every case. */
  async #finish(run: CollectedRun): Promise<ProcessResult> {
    this.#hasFinished = true;
    const result = { status: this.#status, rc: run.rc, artifactDir: run.dir, error: this.#error };
    await this.#call("Finished", () => this.#options.finishedCallback?.(result));
    return result;
  }

  async #readAll(): Promise<void> {
    for (;;) {
      let bytes = this.#frames.take();
      if (bytes === undefined) {
        // Nothing more is there: readers are to see what came until now.
        this.#run?.delivered();
        bytes = await this.#frames.message();
      }
      if (bytes === undefined) return await this.#broken(EOF_EXPLANATION);
      const message = readLine(bytes);
      if (message === undefined) continue;
      if (message === "broken") return await this.#brokenLine(bytes);
      if ("status" in message) await this.#takeStatus(message);
      else if ("zipfile" in message) await this.#takeZip(message);
      else if ("eof" in message) return;
      else if (message["event"] !== "keepalive") {
        // Not to be waited for once more: thousands of events come at a time.
        const run = this.#run ?? await this.#collected();
        const wait = this.#takeEvent(message, { bytes, run });
        if (wait !== undefined) await wait;
      }
    }
  }

  async #takeStatus(message: Message): Promise<void> {
    const status = receivedStatus(message);
    const run = await this.#collected(status);
    run.delivered();
    this.#status = status.status;
    if (status.status === "error") {
      this.#error = status.job_explanation ?? "the worker said no more than that";
    }
    await this.#call("Status", () => this.#options.statusHandler?.(status));
    await run.status(status);
  }

  #takeEvent(event: Message, { bytes, run }: TakenEvent): void | Promise<void> {
    const { eventHandler, onOutput } = this.#options;
    const { stdout } = event;
    const shown = typeof stdout === "string" && onOutput !== undefined
      ? this.#show(`${stdout}\n`, onOutput)
      : undefined;
    if (eventHandler === undefined) {
      const told = this.#tell(event, { bytes, run });
      return shown === undefined ? told : shown.then(() => told);
    }
    return this.#handleEvent(event, { bytes: bytes.slice(), run, shown });
  }

  #show(text: string, onOutput: NonNullable<ProcessOptions["onOutput"]>): void | Promise<void> {
    const fail = (error: unknown): never => {
      throw new CallbackError("Output", error);
    };
    try {
      return onOutput(text)?.catch(fail);
    } catch (error) {
      return fail(error);
    }
  }

  async #handleEvent(
    event: Message,
    { bytes, run, shown }: TakenEvent & { readonly shown: void | Promise<void> },
  ): Promise<void> {
    await shown;
    const isKept = await this.#call(
      "Event",
      () => this.#options.eventHandler?.(event as unknown as JobEvent),
    );
    await this.#tell(event, { bytes, run, isKept: isKept !== false });
  }

  #tell(
    message: Message,
    { bytes, run, isKept = true }: TakenEvent & { readonly isKept?: boolean },
  ): void | Promise<void> {
    const event = ReceivedEvent.from(message, bytes);
    if (event !== undefined) return run.event(event, isKept);
    if (message["counter"] !== undefined && message["uuid"] !== undefined) {
      this.#log.warn("An event is not kept: its counter or uuid is none");
    }
  }

  async #takeZip(message: Message): Promise<void> {
    const length = zipLengthOf(message);
    if (length === undefined) throw new StreamError("zip", "a zip file has no length");
    const run = await this.#collected();
    using spool = new Spool();
    await this.#frames.zip(length, spool);
    await run.unpack(spool, this.#options.signal);
    await this.#call("Artifact", () => this.#options.artifactsHandler?.(run.dir));
  }

  async #brokenLine(bytes: Uint8Array): Promise<void> {
    const explanation = describeBrokenLine(bytes);
    const head = decoder.decode(bytes.subarray(0, MAX_REST));
    const rest = decoder.decode(await this.#frames.drain(DRAIN_MS, MAX_REST));
    await this.#broken(explanation, rest === "" ? undefined : `${head}\n${rest}`);
  }

  async #broken(explanation: string, traceback?: string): Promise<void> {
    await this.#takeStatus({
      status: "error",
      job_explanation: explanation,
      ...(traceback === undefined ? {} : { result_traceback: traceback }),
    });
  }

  /** The run, opened when it is known whose it is. */
  async #collected(first?: RemoteStatus): Promise<CollectedRun> {
    return this.#run ??= await this.#collect(first);
  }

  #collect(first: RemoteStatus | undefined): Promise<CollectedRun> {
    const { runner_ident: named, command } = first ?? {};
    const { artifactDir, ident = validIdent(named), log: _, metricsFile, ...wishes } =
      this.#options;
    const { privateDataDir } = this.#telling;
    const root = `${privateDataDir}/${ARTIFACT_ROOT}`;
    return CollectedRun.open({
      ident: ident ?? "",
      argv: Array.isArray(command) ? command : [],
      artifactDir: artifactDir === undefined
        ? ident === undefined ? root : `${root}/${ident}`
        : makeAbsolute(pathOf(artifactDir, "artifactDir"), workingDirectory()),
      telling: this.#telling,
      // A handler finds the event before its own in the artifacts.
      isBatched: this.#options.eventHandler === undefined,
      wishes: {
        ...wishes,
        metricsFile: pathIfGiven(metricsFile, "metricsFile"),
      },
      warn: this.#log.warn,
    });
  }

  async #call(name: string, handler: () => unknown): Promise<unknown> {
    try {
      return await handler();
    } catch (error) {
      throw error instanceof RunnerError ? error : new CallbackError(name, error);
    }
  }
}

interface TakenEvent {
  readonly bytes: Uint8Array;
  readonly run: CollectedRun;
}

const decoder = new TextDecoder();

/** Whether something is wrong with what the worker sent. */
function isOfStream(error: unknown): error is RunnerError {
  return error instanceof StreamError ||
    error instanceof RunnerError && error.code === "remote.unpack";
}

/** What the worker calls the run, if that can be the name of a directory. */
function validIdent(ident: unknown): string | undefined {
  if (typeof ident !== "string" || !ident.isWellFormed()) return undefined;
  try {
    return checkIdent(ident);
  } catch {
    return undefined;
  }
}
