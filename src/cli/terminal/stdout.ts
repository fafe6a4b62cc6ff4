/**
 * Standard output as a console that a run never waits for, and that is waited for at its end.
 *
 * @module
 */
import { Console } from "../../sinks/console.ts";
import type { RunnerError } from "../../errors.ts";
import type { ColourFilter } from "./colour_filter.ts";
import { outputError, printDiagnostic } from "./print.ts";

/** How long a canceled run waits for a reader that takes nothing, in milliseconds. */
const CANCELED_DRAIN_MS = 1000;

const NEWLINE = 10;

/** Bytes that are filtered at once. */
const AT_ONCE = 64 << 10;

/** Standard output, opened when the artifacts are there. */
export class Screen {
  readonly #filter: ColourFilter | undefined;
  #console: Console | undefined;
  #lastByte = NEWLINE;

  /**
   * Makes it.
   *
   * @param filter takes colours away, if they are not wanted
   */
  constructor(filter?: ColourFilter) {
    this.#filter = filter;
  }

  /** Whether what shows output and errors alike stands in the middle of a line, such as a prompt. */
  get isMidLine(): boolean {
    return this.#lastByte !== NEWLINE && isOneOutput();
  }

  /**
   * Opens it.
   *
   * @param backlogPath file with the same bytes
   * @returns takes the bytes
   */
  open(backlogPath: string | undefined): (bytes: Uint8Array) => void {
    const opened = this.#console = new Console({
      write: (bytes) => this.#write(bytes),
      backlogPath,
    });
    return (bytes) => {
      this.#lastByte = bytes.at(-1) ?? this.#lastByte;
      opened.show(bytes);
    };
  }

  /** Writes some of the bytes; what a filter leaves of them is written whole. */
  async #write(bytes: Uint8Array): Promise<number> {
    if (this.#filter === undefined) return await Deno.stdout.write(bytes);
    const some = bytes.subarray(0, AT_ONCE);
    const shown = this.#filter(some);
    for (let at = 0; at < shown.length;) at += await Deno.stdout.write(shown.subarray(at));
    return some.length;
  }

  /** Takes what a person sees before its time; undefined when standard output is no terminal. */
  get showEarly(): ((bytes: Uint8Array) => void) | undefined {
    if (!Deno.stdout.isTerminal()) return undefined;
    return (bytes) => {
      this.#lastByte = bytes.at(-1) ?? this.#lastByte;
      this.#console?.showEarly(bytes);
    };
  }

  /**
   * Waits for the reader: long, unless whoever canceled the run waits for its end.
   *
   * @returns why not all could be written, such as a full disk; a reader that stalls is only told of
   */
  async drain(cancel: AbortSignal): Promise<RunnerError | undefined> {
    if (this.#console === undefined) return undefined;
    const hurry = Promise.withResolvers<void>();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const onCancel = (): void => {
      timer = setTimeout(() => hurry.resolve(), CANCELED_DRAIN_MS);
    };
    if (cancel.aborted) onCancel();
    else cancel.addEventListener("abort", onCancel);
    const isEmpty = await Promise.race([
      this.#console.drain().then((unread) => unread === 0),
      hurry.promise.then(() => false),
    ]);
    if (timer !== undefined) clearTimeout(timer);
    cancel.removeEventListener("abort", onCancel);
    const { failure } = this.#console;
    if (failure !== undefined) return outputError(failure);
    if (isEmpty) return undefined;
    printDiagnostic("error: Cannot write to standard output: its reader has stopped reading");
    return undefined;
  }
}

/** Whether output and errors go to the same terminal, pipe or file. */
function isOneOutput(): boolean {
  try {
    const [output, errors] = [1, 2].map((fd) => Deno.statSync(`/proc/self/fd/${fd}`));
    return output?.dev === errors?.dev && output?.ino === errors?.ino;
  } catch {
    return false;
  }
}
