/**
 * Watches a program to its end: reads all it shows, minds the clocks, ends it when told.
 *
 * Every way a run may end races with the others; the first cause wins and is never changed.
 *
 * @module
 */
import type { EndReason, SurvivingProcess } from "../end_reason.ts";
import { sleep } from "../internal/sleep.ts";
import { readProc } from "./proc_access.ts";
import { terminate } from "./terminate.ts";
import {
  findRunProcesses,
  listProcesses,
  type ProcessEntry,
  readProcess,
  type RunProcesses,
} from "./process_tree.ts";

/** A program that can be watched: on a terminal, or between pipes. */
export interface SupervisedProgram {
  /** Pid of its outermost process; all of the run descends from it. */
  readonly pid: number;
  /** The bytes that it shows. */
  readonly output: ReadableStream<Uint8Array<ArrayBuffer>>;
  /** That process is the program itself, not the terminal around it. @default {false} */
  readonly isBare?: boolean;
  /** Waits until it is gone; tells how it ended, or undefined when it was killed with what watches it. */
  ended(): Promise<EndReason | undefined>;
}

/** What a run is watched with. Times in milliseconds; undefined: no limit. */
export interface SuperviseOptions {
  /** Takes the terminal's bytes; what it returns is not waited for. The buffer is used again. */
  readonly onOutput: (bytes: Uint8Array) => void;
  /** Longest duration of the program. */
  readonly jobTimeoutMs?: number | undefined;
  /** Longest time without output. */
  readonly idleTimeoutMs?: number | undefined;
  /** Time between TERM and KILL. */
  readonly graceMs: number;
  /** `NAME=VALUE` in the environment of the run's processes alone. */
  readonly marker?: string | undefined;
  /**
   * Called when we start to end the run, for what is not below our own processes (containers).
   * Says whether they will end by themselves now.
   */
  readonly onStop?: (() => Promise<boolean>) | undefined;
  /** Told when we start to end the run, whoever wants it. */
  readonly onEnding?: ((cause: EndReason) => void) | undefined;
}

type Timer = ReturnType<typeof setTimeout>;

type TimeoutReason = Extract<EndReason, { seconds: number }>;

const KILLED: EndReason = { reason: "signal", signal: 9 };

const READ_SIZE = 1 << 16;

/** Longest time that one timer can wait, in milliseconds. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** How long the terminal may go on showing output after its last process ended. */
const DRAIN_MS = 2000;

/** How long what is elsewhere may take to end, and the processes here to end after it. */
const ELSEWHERE_MS = 5000;

/** Watches one program on a terminal. */
export class Supervisor {
  readonly #pty: SupervisedProgram;
  readonly #options: SuperviseOptions;
  #cause: EndReason | undefined;
  #termination: Promise<ProcessEntry[]> | undefined;
  readonly #hurry = new AbortController();
  #lastOutput = performance.now();
  #ended = false;
  readonly #reader: ReadableStreamBYOBReader;
  #drainTimer: Timer | undefined;

  /**
   * Makes a supervisor.
   *
   * @param options clocks, and where the output goes
   */
  constructor(pty: SupervisedProgram, options: SuperviseOptions) {
    this.#pty = pty;
    this.#options = options;
    this.#reader = pty.output.getReader({ mode: "byob" });
  }

  /** When output came last, by `performance.now()`. */
  get lastOutput(): number {
    return this.#lastOutput;
  }

  /** Whether we have begun to end the run. */
  get stopping(): boolean {
    return this.#cause !== undefined;
  }

  /** Ends the run. The first cause wins; a run that has ended stays as it ended. */
  stop(cause: EndReason): void {
    if (this.#cause !== undefined || this.#ended) return;
    this.#cause = cause;
    const { graceMs, marker, onEnding } = this.#options;
    const run = { roots: [this.#pty.pid], marker };
    // script and our launcher end with their child and must first hand over its output.
    const spare = this.#pty.isBare ? [] : [this.#pty.pid, ...childrenOf(this.#pty.pid)];
    const hurry = this.#hurry.signal;
    this.#termination = this.#letEnd(run).then(() => terminate(run, { graceMs, spare, hurry }));
    this.#stopReading();
    onEnding?.(cause);
  }

  /** Ends what is elsewhere first: the processes here may have to clear up after it. */
  async #letEnd(run: RunProcesses): Promise<void> {
    const { onStop } = this.#options;
    if (onStop === undefined) return;
    const { signal } = this.#hurry;
    const cut = Promise.withResolvers<false>();
    const timer = setTimeout(() => cut.resolve(false), ELSEWHERE_MS);
    signal.addEventListener("abort", () => cut.resolve(false));
    const isEnding = await Promise.race([onStop().catch(() => false), cut.promise]);
    clearTimeout(timer);
    const deadline = performance.now() + ELSEWHERE_MS;
    while (isEnding && !signal.aborted && performance.now() < deadline) {
      if (findRunProcesses(run).length === 0) return;
      await sleep(20);
    }
  }

  /** Cuts the grace period short: KILL at once. */
  hurry(): void {
    this.#hurry.abort();
  }

  /**
   * Waits for the end.
   *
   * @returns why it ended, after all output was handed over
   * @throws {LaunchError} when the terminal could not be made
   */
  async wait(): Promise<EndReason> {
    const timers = this.#startClocks();
    try {
      await this.#readAll();
    } finally {
      this.#ended = true;
      for (const timer of timers.values()) clearTimeout(timer);
    }
    let left = await this.#termination ?? [];
    // The first use of timers takes Deno 8 ms: not for nothing.
    if (this.#drainTimer !== undefined) clearTimeout(this.#drainTimer);
    const exit = await this.#pty.ended().catch((error): undefined => {
      // Ended by us before it was up: that is no fault of the terminal.
      if (this.#cause === undefined) throw error;
    });
    const ended = this.#cause ?? exit;
    // Somebody killed the terminal or our launcher: the program did not end by itself.
    if (ended === undefined) left = await this.#endRest();
    return { ...ended ?? KILLED, ...survivorsOf(left) };
  }

  #endRest(): Promise<ProcessEntry[]> {
    const { graceMs, marker } = this.#options;
    return terminate({ roots: [], marker }, { graceMs, hurry: this.#hurry.signal });
  }

  async #readAll(): Promise<void> {
    const reader = this.#reader;
    let buffer = new ArrayBuffer(READ_SIZE);
    while (true) {
      const result = await reader.read(new Uint8Array(buffer));
      if (result.done) return;
      this.#lastOutput = performance.now();
      this.#options.onOutput(result.value);
      buffer = result.value.buffer;
    }
  }

  /** What holds the terminal open after the run's processes are gone is not waited for. */
  async #stopReading(): Promise<void> {
    await this.#termination;
    this.#drainTimer = setTimeout(() => this.#reader.cancel().catch(() => {}), DRAIN_MS);
  }

  /** Timers count monotonic time: a jump of the wall clock does not matter. */
  #startClocks(): Map<string, Timer> {
    const { jobTimeoutMs, idleTimeoutMs } = this.#options;
    const timers = new Map<string, Timer>();
    const watch = (cause: TimeoutReason, since: () => number): void => {
      const left = since() + cause.seconds * 1000 - performance.now();
      if (left <= 0) return this.stop(cause);
      timers.set(cause.reason, setTimeout(() => watch(cause, since), Math.min(left, MAX_TIMER_MS)));
    };
    const start = performance.now();
    if (jobTimeoutMs !== undefined) {
      watch({ reason: "job_timeout", seconds: jobTimeoutMs / 1000 }, () => start);
    }
    if (idleTimeoutMs !== undefined) {
      watch({ reason: "idle_timeout", seconds: idleTimeoutMs / 1000 }, () => this.#lastOutput);
    }
    return timers;
  }
}

function childrenOf(pid: number): number[] {
  return listProcesses().filter((entry) => entry.ppid === pid).map((entry) => entry.pid);
}

function survivorsOf(left: readonly ProcessEntry[]): { survivors?: SurvivingProcess[] } {
  if (left.length === 0) return {};
  return { survivors: left.map(({ pid }) => ({ pid, command: commandLine(pid) })) };
}

function commandLine(pid: number): string {
  try {
    return readProc(`/proc/${pid}/cmdline`).replaceAll("\0", " ").slice(0, 200);
  } catch {
    return readProcess(pid) === undefined ? "(gone)" : "(unreadable)";
  }
}
