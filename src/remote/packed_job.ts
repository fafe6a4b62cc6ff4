/**
 * A job and its private data dir as they can be sent, once or to many workers.
 *
 * @module
 */
import { ensurePrivateDataDir } from "../config/inputs/private_data_dir.ts";
import type { InputOptions, TakenInputs } from "../config/options.ts";
import { RunnerError } from "../errors.ts";
import { describeOsError } from "../internal/file_system.ts";
import { makeAbsolute } from "../internal/paths.ts";
import { takeOptions } from "../run/caller/take_options.ts";
import type { RunOptions } from "../run/run_options.ts";
import { packDirectory, packTexts } from "./archive/pack.ts";
import { Spool } from "./archive/spool.ts";
import { GuardedLog } from "./guarded_log.ts";
import { FrameWriter } from "./wire/frame_writer.ts";
import { toKwargs } from "./kwargs.ts";
import { makePortable } from "./portable.ts";
import { settingsToSend, withoutEmitters } from "./sender_settings.ts";
import { workingDirectory } from "../internal/working_directory.ts";

/** What is packed. */
export interface JobOptions extends InputOptions {
  /** Sends no files: the worker has the same private data dir. @default {false} */
  readonly onlyTransmitKwargs?: boolean | undefined;
  /** Ends it: nothing or a part was written then, never the end of a stream. */
  readonly signal?: AbortSignal | undefined;
  /** Takes a line for each thing that was left out. */
  readonly log?: ((level: "debug" | "warning", message: string) => void) | undefined;
}

/** How a job is sent. */
export interface SendWays {
  /** Whether every name of the command line is sent, given or not. */
  readonly isWhole: boolean;
  /** Name of this run. @default {the job's} */
  readonly ident?: string;
  /** Ends it before its end message. */
  readonly signal?: AbortSignal | undefined;
}

/** How a job is packed. */
export interface PackWays {
  /** Whether settings of emitters stay here: whoever collects the run tells them. @default {false} */
  readonly keepsEmitters?: boolean;
}

/** A job that can be sent. */
export class PackedJob implements Disposable {
  readonly #options: TakenInputs;
  readonly #spool: Spool;

  private constructor(options: TakenInputs, spool: Spool) {
    this.#options = options;
    this.#spool = spool;
  }

  /**
   * Packs a job: all of it before the first byte is sent, so that nothing half is sent of what cannot
   * be read.
   *
   * @throws {ConfigError} when an input cannot be read
   * @throws {RunnerError} when a file cannot be read
   */
  static async pack(
    { onlyTransmitKwargs = false, signal, log, ...input }: JobOptions,
    { keepsEmitters = false }: PackWays = {},
  ): Promise<PackedJob> {
    const taken = takeOptions(input as unknown as RunOptions);
    const privateDataDir = makeAbsolute(taken.privateDataDir, workingDirectory());
    const allowUnsafe = input.allowUnsafePrivateDataDir ?? false;
    ensurePrivateDataDir(privateDataDir, { allowUnsafe });
    const { settings } = taken;
    const { options, extra: added } = await makePortable({
      ...taken,
      ...(keepsEmitters && settings !== undefined && { settings: withoutEmitters(settings) }),
      privateDataDir,
    });
    const changed = keepsEmitters ? await settingsToSend(privateDataDir) : undefined;
    const without = changed?.name;
    const extra = changed === undefined ? added : [...added, changed];
    using half = new DisposableStack();
    const spool = half.use(new Spool());
    const guarded = new GuardedLog(log);
    const { warn } = guarded;
    if (!onlyTransmitKwargs) {
      await packDirectory(privateDataDir, { spool, extra, warn, signal, without });
    } else if (extra.length > 0) packTexts(extra, spool);
    guarded.check();
    half.move();
    return new PackedJob(keptInMemory(options), spool);
  }

  /**
   * Sends it.
   *
   * @param output takes the stream; not closed
   * @throws {RunnerError} when it takes no more
   */
  async send(
    output: WritableStream<Uint8Array>,
    { isWhole, ident, signal }: SendWays,
  ): Promise<void> {
    using writer = new FrameWriter(output);
    const options = ident === undefined ? this.#options : { ...this.#options, ident };
    const stop = (): void => writer.giveUp();
    signal?.addEventListener("abort", stop, { once: true });
    try {
      signal?.throwIfAborted();
      await writer.message({ kwargs: toKwargs(options, { isWhole }) });
      if (this.#spool.length > 0) await writer.zip(this.#spool);
      signal?.throwIfAborted();
      await writer.end();
    } finally {
      signal?.removeEventListener("abort", stop);
    }
    if (!writer.gone.aborted) return;
    const { reason } = writer.gone;
    throw new RunnerError(
      "remote.output",
      `Cannot write the stream: ${describeOsError(reason)}`,
      { cause: reason },
    );
  }

  /** Drops what was packed. */
  [Symbol.dispose](): void {
    this.#spool[Symbol.dispose]();
  }
}

/** An original worker writes secrets into its env/ unless it is told not to. */
function keptInMemory(options: TakenInputs): TakenInputs {
  const { passwords, sshKey, settings, suppressEnvFiles } = options;
  const hasSecrets = passwords !== undefined || sshKey !== undefined;
  // It loses settings when it is.
  const isTold = suppressEnvFiles !== undefined || settings !== undefined;
  return hasSecrets && !isTold ? { ...options, suppressEnvFiles: true } : options;
}
