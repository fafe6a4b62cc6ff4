/**
 * Writes events and changes of status to the stdin of a program, one line of JSON each.
 *
 * @module
 */
import { messageOf } from "../../errors.ts";
import { TimeLimit, unlessAborted } from "../../internal/sleep.ts";
import { type Emitter, type EmitterMessage, NoAnswer } from "../emitter.ts";
import { endingOf, GroupProgram } from "./group_program.ts";

/** What a plugin is run with. */
export interface PluginOptions {
  /** Path of the program and its arguments. */
  readonly argv: readonly string[];
  /** What it is called in messages. */
  readonly name: string;
  /** Its working directory. */
  readonly cwd: string;
  /** Variables besides our own. */
  readonly env: Readonly<Record<string, string>>;
  /** How often it is started again after a crash. */
  readonly restarts: number;
  /** What its failure does, when that differs from `emitter_on_error`. */
  readonly onError?: "warn" | "fail" | undefined;
  /** Takes a line for the log. */
  readonly warn: (message: string) => void;
}

/** How long a program may take nothing, in milliseconds: it counts as crashed then. */
const STUCK_MS = 10_000;
/** What it has to end by itself after its last line, in milliseconds. */
const END_MS = 5000;

/** A program that is told of a run. */
export class PluginEmitter implements Emitter {
  /** What it is called in messages. */
  readonly name: string;
  /** What its failure does, when settings say so. */
  readonly onError: Emitter["onError"];
  readonly #options: PluginOptions;
  #program: GroupProgram | undefined;
  #starts = 0;
  /** It ended well before the run did: it has seen enough. */
  #isSatisfied = false;

  constructor(options: PluginOptions) {
    this.#options = options;
    this.name = `plugin ${options.name}`;
    this.onError = options.onError;
  }

  /**
   * Writes a line; done when the system has taken all of it.
   *
   * @throws {NoAnswer} when the program has crashed: the line is written again to the next one
   */
  async send({ json }: EmitterMessage, signal: AbortSignal): Promise<void> {
    if (this.#isSatisfied) return;
    const program = this.#program ??= this.#start();
    using limit = new TimeLimit(STUCK_MS, signal);
    try {
      if (program.ended !== undefined) throw new Error("it has ended");
      await unlessAborted(program.write(`${json}\n`), limit.signal);
    } catch (cause) {
      if (signal.aborted && program.ended === undefined) throw signal.reason;
      const { status, isForced } = await program.end(limit.isOver ? 0 : 1000);
      this.#program = undefined;
      if (status.success && !isForced) return void (this.#isSatisfied = true);
      const text = limit.isOver ? `took nothing for ${STUCK_MS / 1000} s` : endingOf(status);
      throw this.#crash(text, cause);
    }
  }

  /** Ends its stdin and waits for its end, bounded. */
  async close(hurry?: AbortSignal): Promise<void> {
    const program = this.#program;
    if (program === undefined) return;
    const { status, isForced } = await program.end(END_MS, hurry);
    if (isForced) {
      this.#options.warn(
        `Ended ${this.name}: still running after the last line`,
      );
    } else if (!status.success) this.#options.warn(`Emitter ${this.name}: ${endingOf(status)}`);
  }

  #start(): GroupProgram {
    const { argv, cwd, env, restarts, warn, name } = this.#options;
    if (this.#starts > restarts) throw new Error(`crashed ${this.#starts} times`);
    this.#starts++;
    try {
      const onErrorLine = (line: string): void => warn(`${name}: ${line}`);
      return new GroupProgram({ argv, cwd, env, onErrorLine });
    } catch (cause) {
      throw new Error(`could not start: ${messageOf(cause)}`, { cause });
    }
  }

  #crash(text: string, cause: unknown): Error {
    if (this.#starts > this.#options.restarts) {
      const often = this.#starts === 1 ? "" : `, ${this.#starts} times`;
      return new Error(`crashed (${text})${often}`, { cause });
    }
    this.#options.warn(`Emitter ${this.name}: crashed (${text}), started again`);
    return new NoAnswer(`crashed (${text})`, { cause });
  }
}
