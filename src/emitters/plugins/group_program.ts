/**
 * A program in a process group of its own, which reads what we write and
 * is never waited for without a bound.
 *
 * @module
 */
import { sleep } from "../../internal/sleep.ts";

/** What is started. */
export interface GroupProgramOptions {
  /** Path of the program and its arguments. */
  readonly argv: readonly string[];
  /** Its working directory. */
  readonly cwd: string;
  /** Variables besides our own. */
  readonly env: Readonly<Record<string, string>>;
  /** Takes a line of its stderr, cut and without its end. */
  readonly onErrorLine: (line: string) => void;
}

/** Lines of stderr that are kept, and the letters of each: what a program says without end is left out. */
const MAX_LINES = 200;
const MAX_LINE = 1000;

/** Time between TERM and KILL, in milliseconds. */
const GRACE_MS = 2000;

/** A program that runs, out of our process group: a Ctrl-C on our terminal reaches us alone. */
export class GroupProgram {
  /** How it ended. */
  readonly status: Promise<Deno.CommandStatus>;
  readonly #child: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>;
  readonly #errors: ReadableStreamDefaultReader<string>;
  readonly #errorsRead: Promise<void>;
  readonly #encoder = new TextEncoder();
  #ended: Deno.CommandStatus | undefined;

  /**
   * Starts it.
   *
   * @throws {Error} when the system refuses that
   */
  constructor({ argv, cwd, env, onErrorLine }: GroupProgramOptions) {
    const [program = "", ...args] = argv;
    const child = this.#child = new Deno.Command(program, {
      args,
      cwd,
      env: { ...env },
      stdin: "piped",
      stdout: "null",
      stderr: "piped",
      detached: true,
    }).spawn();
    this.#input = child.stdin.getWriter();
    this.#input.closed.catch(() => {});
    this.status = child.status.then((status) => this.#ended = status);
    this.#errors = child.stderr.pipeThrough(new TextDecoderStream()).getReader();
    this.#errorsRead = readLines(this.#errors, onErrorLine).catch(() => {});
  }

  /** How it ended, once it has. */
  get ended(): Deno.CommandStatus | undefined {
    return this.#ended;
  }

  /**
   * Writes to its stdin; the next write waits for this one.
   *
   * @throws {Error} when it reads no more
   */
  write(text: string): Promise<void> {
    return this.#input.write(this.#encoder.encode(text));
  }

  /**
   * Ends its stdin and waits for its end: first for nothing, then after TERM, then after KILL.
   *
   * @param ms how long it has before TERM
   * @param hurry ends the waiting at once
   * @returns how it ended, and whether it had to be told
   */
  async end(
    ms: number,
    hurry?: AbortSignal,
  ): Promise<{ readonly status: Deno.CommandStatus; readonly isForced: boolean }> {
    this.#input.close().catch(() => {});
    const isForced = !await this.#endsWithin(ms, hurry);
    if (isForced) {
      this.#signal("SIGTERM");
      if (!await this.#endsWithin(GRACE_MS, hurry)) this.#signal("SIGKILL");
    }
    const status = await this.status;
    // A child of it that went on with its stderr is not waited for.
    await this.#within(this.#errorsRead, { ms: 100 });
    await this.#errors.cancel().catch(() => {});
    return { status, isForced };
  }

  #endsWithin(ms: number, hurry?: AbortSignal): Promise<boolean> {
    return this.#within(this.status, { ms, hurry });
  }

  async #within(
    promise: Promise<unknown>,
    { ms, hurry }: { readonly ms: number; readonly hurry?: AbortSignal | undefined },
  ): Promise<boolean> {
    const done = new AbortController();
    const signal = hurry === undefined ? done.signal : AbortSignal.any([hurry, done.signal]);
    const isInTime = await Promise.race([
      promise.then(() => true),
      sleep(ms, signal).then(() => false, () => false),
    ]);
    done.abort();
    return isInTime;
  }

  /** Only while its leader is not yet waited for: its number is nobody else's until then. */
  #signal(signal: Deno.Signal): void {
    if (this.#ended !== undefined) return;
    try {
      Deno.kill(-this.#child.pid, signal);
    } catch {
      // Gone in between.
    }
  }
}

/**
 * Says how a program ended.
 *
 * @returns such as `exit code 3` or `signal SIGKILL`
 */
export function endingOf({ code, signal }: Deno.CommandStatus): string {
  return signal === null ? `exit code ${code}` : `signal ${signal}`;
}

async function readLines(
  reader: ReadableStreamDefaultReader<string>,
  take: (line: string) => void,
): Promise<void> {
  let count = 0;
  const say = (line: string): void => {
    if (line.trim() === "" || count > MAX_LINES) return;
    take(count++ < MAX_LINES ? line.slice(0, MAX_LINE) : "more is left out");
  };
  let line = "";
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    const pieces = read.value.split("\n");
    const last = pieces.pop() ?? "";
    for (const piece of pieces) {
      say(line + piece);
      line = "";
    }
    if (line.length < MAX_LINE) line += last;
  }
  say(line);
}
