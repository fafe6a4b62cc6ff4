/**
 * Turns a worker's stream into the artifacts of a run, as if it had run here.
 *
 * @module
 */
import { makeArtifactDir } from "../artifacts/directory.ts";
import { ARTIFACT, ARTIFACT_ROOT, eventFileName } from "../artifacts/layout.ts";
import { makePrivateDir } from "../artifacts/writer.ts";
import { ensurePrivateDataDir } from "../config/inputs/private_data_dir.ts";
import { checkIdent } from "../config/resolve.ts";
import { CallbackError, RunnerError } from "../errors.ts";
import type { JobEvent } from "../events/job_event.ts";
import { removeQuietly, writeFileWhole } from "../internal/atomic_write.ts";
import { exists } from "../internal/file_system.ts";
import { baseName, makeAbsolute, parentOf } from "../internal/paths.ts";
import { readSmallFile } from "../internal/small_file.ts";
import { pythonJson } from "../python/json_write.ts";
import { pathOf } from "../run/caller/take_options.ts";
import { Spool } from "./archive/spool.ts";
import { unpack } from "./archive/unpack.ts";
import { describeBrokenLine } from "./broken_line.ts";
import type { RemoteStatus } from "./remote_status.ts";
import { FrameReader, StreamError } from "./wire/frame_reader.ts";
import { type Message, objectOf, readMessage, zipLengthOf } from "./wire/messages.ts";

/** What {@linkcode process} reads, and who is told. */
export interface ProcessOptions {
  /** The worker's stream; read up to its end message, and not closed. */
  readonly input: ReadableStream<Uint8Array>;
  /** Private data directory; made (0700) when missing. */
  readonly privateDataDir: string | URL;
  /** Name of the artifact directory. @default {the worker's} */
  readonly ident?: string | undefined;
  /** The artifact directory itself. @default {"<pdd>/artifacts/<ident>"} */
  readonly artifactDir?: string | URL | undefined;
  /** Accept a private data directory that others may write to. @default {false} */
  readonly allowUnsafePrivateDataDir?: boolean | undefined;
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

/** How long what follows the end of the stream is taken, in milliseconds. */
const DRAIN_MS = 1000;

/** So much of what follows a broken line is kept: the traceback of a worker that died. */
const MAX_REST = 64 << 10;

const EOF_EXPLANATION = "Unexpected empty line encountered during worker stream. " +
  "Worker did not produce events or streaming was aborted, check execution node health.";

/**
 * Reads what a worker sends, and leaves the artifacts that a run leaves.
 *
 * @param options stream, place and handlers
 * @returns what came of it; a job that failed and a stream that broke are results as well
 * @throws {ConfigError} when the artifact directory cannot be had
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
  using processor = new Processor(options);
  try {
    await processor.read();
  } finally {
    await processor.finish();
  }
  return processor.result;
}

class Processor implements Disposable {
  readonly #options: ProcessOptions;
  readonly #privateDataDir: string;
  readonly #frames: FrameReader;
  readonly #made = new DisposableStack();
  #artifactDir: string | undefined;
  #status: ProcessResult["status"] = "unstarted";
  #error: string | undefined;
  #asideCount = 0;
  readonly #aside = `.event-${crypto.randomUUID()}-`;

  constructor(options: ProcessOptions) {
    this.#options = options;
    this.#privateDataDir = makeAbsolute(
      pathOf(options.privateDataDir, "privateDataDir"),
      Deno.cwd(),
    );
    ensurePrivateDataDir(this.#privateDataDir, {
      allowUnsafe: options.allowUnsafePrivateDataDir ?? false,
    });
    if (options.ident !== undefined) checkIdent(options.ident);
    this.#frames = new FrameReader(options.input, options.signal);
  }

  /** What came so far. */
  get result(): ProcessResult {
    const artifactDir = this.#dir();
    const rc = readSmallFile(`${artifactDir}/${ARTIFACT.rc}`)?.trim();
    return {
      status: this.#status,
      rc: rc === undefined || !/^\d{1,3}$/.test(rc) ? undefined : Number(rc),
      artifactDir,
      error: this.#error,
    };
  }

  async read(): Promise<void> {
    try {
      for (;;) {
        const bytes = await this.#frames.message();
        if (bytes === undefined) return await this.#broken(EOF_EXPLANATION);
        const message = this.#parse(bytes);
        if (message === undefined) continue;
        if (message === "broken") return await this.#brokenLine(bytes);
        if ("status" in message) await this.#takeStatus(message as unknown as RemoteStatus);
        else if ("zipfile" in message) await this.#takeZip(message);
        else if ("eof" in message) break;
        else if (message["event"] !== "keepalive") {
          const wait = this.#takeEvent(message, bytes);
          if (wait !== undefined) await wait;
        }
      }
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
  async finish(): Promise<void> {
    const dir = this.#dir();
    if (this.#status === "error" && !exists(`${dir}/${ARTIFACT.status}`)) {
      const reason = { reason: "runner_died", error: this.#error, status: "error" };
      writeFileWhole(`${dir}/${ARTIFACT.reason}`, pythonJson(reason) + "\n");
      writeFileWhole(`${dir}/${ARTIFACT.status}`, "error");
    }
    await this.#call("Finished", () => this.#options.finishedCallback?.(this.result));
  }

  [Symbol.dispose](): void {
    this.#frames[Symbol.dispose]();
    this.#made.dispose();
  }

  #parse(bytes: Uint8Array): Message | "broken" | undefined {
    try {
      return objectOf(JSON.parse(decoder.decode(bytes)));
    } catch {
      // Numbers that only Python's JSON has, or no JSON at all.
    }
    try {
      return readMessage(bytes);
    } catch {
      return "broken";
    }
  }

  async #takeStatus(status: RemoteStatus): Promise<void> {
    this.#dir(status.runner_ident);
    this.#status = status.status;
    if (status.status === "error") {
      this.#error = String(status.job_explanation ?? "the worker said no more than that");
    }
    await this.#call("Status", () => this.#options.statusHandler?.(status));
  }

  /** Synchronous as long as nobody has to be waited for: thousands of events come at a time. */
  #takeEvent(event: Message, bytes: Uint8Array): void | Promise<void> {
    const { eventHandler, onOutput } = this.#options;
    const { stdout } = event;
    const shown = typeof stdout === "string" ? onOutput?.(`${stdout}\n`) : undefined;
    if (eventHandler === undefined) {
      this.#keep(event, bytes);
      return shown;
    }
    return this.#handleEvent(event, { bytes: bytes.slice(), shown });
  }

  async #handleEvent(
    event: Message,
    { bytes, shown }: { readonly bytes: Uint8Array; readonly shown: void | Promise<void> },
  ): Promise<void> {
    await shown;
    const isKept = await this.#call(
      "Event",
      () => this.#options.eventHandler?.(event as unknown as JobEvent),
    );
    if (isKept !== false) this.#keep(event, bytes);
  }

  /** Writes an event as it came. */
  #keep({ counter, uuid }: Message, bytes: Uint8Array): void {
    const dir = `${this.#dir()}/${ARTIFACT.events}`;
    if (
      !Number.isSafeInteger(counter) || typeof uuid !== "string" || !/^[\w.-]{1,200}$/.test(uuid)
    ) {
      if (counter !== undefined && uuid !== undefined) {
        this.#options.log?.("warning", "An event is not kept: its counter or uuid is none");
      }
      return;
    }
    const aside = `${dir}/${this.#aside}${++this.#asideCount}`;
    try {
      Deno.writeFileSync(aside, bytes, NEW_FILE);
      Deno.renameSync(aside, `${dir}/${eventFileName(Number(counter), uuid)}`);
    } catch (error) {
      removeQuietly(aside);
      throw error;
    }
  }

  async #takeZip(message: Message): Promise<void> {
    const length = zipLengthOf(message);
    if (length === undefined) throw new StreamError("zip", "a zip file has no length");
    const dir = this.#dir();
    using spool = new Spool();
    await this.#frames.zip(length, spool);
    await unpack(spool, dir, { signal: this.#options.signal });
    makePrivateDir(`${dir}/${ARTIFACT.events}`);
    await this.#call("Artifact", () => this.#options.artifactsHandler?.(dir));
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

  /** The artifact directory, made when it is known whose it is. */
  #dir(runnerIdent?: unknown): string {
    return this.#artifactDir ??= this.#makeDir(runnerIdent);
  }

  #makeDir(runnerIdent: unknown): string {
    const { artifactDir, ident = validIdent(runnerIdent) } = this.#options;
    const root = `${this.#privateDataDir}/${ARTIFACT_ROOT}`;
    const path = artifactDir === undefined
      ? ident === undefined ? root : `${root}/${ident}`
      : makeAbsolute(pathOf(artifactDir, "artifactDir"), Deno.cwd());
    const place = { artifactRoot: parentOf(path), ident: baseName(path) };
    this.#made.use(makeArtifactDir(place));
    makePrivateDir(`${path}/${ARTIFACT.events}`);
    return path;
  }

  async #call(name: string, handler: () => unknown): Promise<unknown> {
    try {
      return await handler();
    } catch (error) {
      throw error instanceof RunnerError ? error : new CallbackError(name, error);
    }
  }
}

const NEW_FILE = { createNew: true, mode: 0o600 };

const decoder = new TextDecoder();

/** Whether something is wrong with what the worker sent. */
function isOfStream(error: unknown): error is RunnerError {
  return error instanceof StreamError ||
    error instanceof RunnerError && error.code === "remote.unpack";
}

/** What the worker calls the run, if that can be the name of a directory. */
function validIdent(ident: unknown): string | undefined {
  if (typeof ident !== "string") return undefined;
  try {
    return checkIdent(ident);
  } catch {
    return undefined;
  }
}
