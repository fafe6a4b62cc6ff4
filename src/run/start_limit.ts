/**
 * Lets many runs that start at once start a few at a time, as many as the system's
 * descriptors allow.
 *
 * A start costs the event loop some milliseconds and, for a moment, more descriptors than the run
 * needs later. Runs that find no room wait until another run of this process has ended. To decide
 * what is run costs some as well: runs that begin together are decided one in a turn of the loop.
 *
 * @module
 */

/** How many runs may be starting at the same time. */
const MAX_STARTING = 4;

/** Descriptors that a start may need, with those of the program that starts at the same time. */
const ROOM_TO_START = 32;

/** A place among the runs of this process. */
export interface RunPlace extends Disposable {
  /** The program runs: the next run may start. */
  started(): void;
}

/** How a run waits. */
export interface GateOptions {
  /** Aborted when the run is told to end: it needs no room then, since it starts nothing. */
  readonly signal: AbortSignal;
  /** How many runs may be starting at the same time. @default {4} */
  readonly limit?: number | undefined;
}

/** The runs of this process: the one thing that they share. */
class Gate {
  #live = 0;
  #starting = 0;
  readonly #waiting: (() => void)[] = [];

  /** Waits for room, then starts counting the run. */
  async enter({ signal, limit = MAX_STARTING }: GateOptions): Promise<RunPlace> {
    while (this.#live > 0 && !signal.aborted && !this.#hasRoom(limit)) await this.#turn(signal);
    this.#live++;
    this.#starting++;
    let isStarting = true;
    let isLive = true;
    const started = (): void => {
      if (!isStarting) return;
      isStarting = false;
      this.#starting--;
      this.#wakeOne();
    };
    const ended = (): void => {
      started();
      if (!isLive) return;
      isLive = false;
      this.#live--;
      this.#wakeOne();
    };
    return { started, [Symbol.dispose]: ended };
  }

  /** Waits until it may be our turn, no longer than until the signal aborts. */
  async #turn(signal: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const leave = (): void => {
      const at = this.#waiting.indexOf(resolve);
      if (at >= 0) this.#waiting.splice(at, 1);
      resolve();
    };
    this.#waiting.push(resolve);
    signal.addEventListener("abort", leave);
    await promise;
    signal.removeEventListener("abort", leave);
  }

  #hasRoom(limit: number): boolean {
    if (this.#starting >= limit) return false;
    const free = freeDescriptors();
    return free === undefined || free >= ROOM_TO_START * (this.#starting + 1);
  }

  /** A turn later, so that those that run are read from in between. */
  #wakeOne(): void {
    const next = this.#waiting.shift();
    if (next !== undefined) setTimeout(next, 0);
  }
}

/** How many runs are being decided, and those that wait for a turn. */
let deciding = 0;
const undecided: (() => void)[] = [];

/**
 * Decides a run: at once when it is the only one, else in a turn of the event loop of its own. It
 * waits for no other run: what others wait for may take long.
 *
 * @param decide reads the inputs
 * @returns what was decided
 */
export async function inTurn<T>(decide: () => Promise<T>): Promise<T> {
  if (deciding > 0) await nextTurn();
  deciding++;
  try {
    return await decide();
  } finally {
    deciding--;
  }
}

function nextTurn(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  if (undecided.push(resolve) === 1) setTimeout(giveTurn, 0);
  return promise;
}

function giveTurn(): void {
  undecided[0]?.();
  undecided.shift();
  if (undecided.length > 0) setTimeout(giveTurn, 0);
}

let gate: Gate | undefined;

/**
 * Takes a place among the runs of this process; at once when it is the only one.
 *
 * @returns the place, to be given back when the run has ended
 */
export function enterGate(options: GateOptions): Promise<RunPlace> {
  gate ??= new Gate();
  return gate.enter(options);
}

/** How many descriptors this process may still open, if that can be known. */
function freeDescriptors(): number | undefined {
  try {
    const limits = Deno.readTextFileSync("/proc/self/limits");
    const limit = /^Max open files\s+(\d+)/m.exec(limits)?.[1];
    if (limit === undefined) return undefined;
    return Number(limit) - Array.from(Deno.readDirSync("/proc/self/fd")).length;
  } catch {
    // No /proc, or no permission to read it: the system's own error will tell.
    return undefined;
  }
}
