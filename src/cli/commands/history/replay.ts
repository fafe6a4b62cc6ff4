/**
 * The command `replay`: the output of a run at its own pace.
 *
 * @module
 */
import { readPastRun } from "../../../artifacts/past_run.ts";
import { momentOf } from "../../../history/event_text.ts";
import { sleep } from "../../../internal/sleep.ts";
import { printable } from "../../../internal/printable.ts";
import type { DirCommand } from "../../parse/command_line.ts";
import { findRun } from "../../runs/find_run.ts";
import { openColourFilter } from "../../terminal/colour_filter.ts";
import { writeToStdout } from "../../terminal/print.ts";

/**
 * Prints what a run printed, when it printed it.
 *
 * @returns the exit code
 * @throws {RunnerError} when there is no such run
 */
export async function replay(parsed: DirCommand): Promise<number> {
  const { speed = 1 } = parsed.flags;
  const { dir } = await findRun(parsed);
  const filter = openColourFilter(parsed.flags.color);
  const encoder = new TextEncoder();
  const pace = new Pace(speed);
  try {
    for await (const event of readPastRun(dir).events.read()) {
      if (typeof event.stdout !== "string" || event.stdout === "") continue;
      const wait = pace.waitFor(event.created);
      if (wait > 0) await sleep(wait);
      const bytes = encoder.encode(colouredText(event.stdout) + "\n");
      await writeToStdout(filter?.(bytes) ?? bytes);
    }
  } catch (error) {
    // Whoever read us has seen enough.
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
  }
  return 0;
}

/** A job writes the times of its events: a made-up one shall not hold a replay for ever. */
const LONGEST_WAIT_MS = 3_600_000;

/** When output is due, by the times of its events. */
export class Pace {
  readonly #speed: number;
  readonly #start = performance.now();
  #former = NaN;
  #due = 0;

  constructor(speed: number) {
    this.#speed = speed;
  }

  /** Takes the time of the next event; tells how long to wait for it, in milliseconds. */
  waitFor(created: unknown): number {
    const time = momentOf(created);
    if (!Number.isNaN(time)) {
      const step = Number.isNaN(this.#former) ? 0 : time - this.#former;
      this.#due += Math.max(-LONGEST_WAIT_MS, Math.min(step, LONGEST_WAIT_MS)) / this.#speed;
      this.#former = time;
    }
    return this.#due - (performance.now() - this.#start);
  }
}

/** Colours and line ends are shown as they were; a terminal obeys nothing else of a job's. */
export function colouredText(text: string): string {
  return text.split(/(\x1b\[[\d;]{0,40}m|\r?\n|\t)/)
    .map((part, at) => at % 2 === 1 ? part : printable(part)).join("");
}
