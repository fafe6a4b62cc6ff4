/**
 * Folds the events of a run, in one pass: what is known of any run, whatever is kept of its results.
 *
 * All that was said is kept by `outcome.ts`, for `show -j` and `diff`; what a report has room for, by
 * `run_results.ts`. A list of runs reads only the last events, from the end: `summary.ts`.
 *
 * @module
 */
import { type RunStats, statsOf } from "../artifacts/stats.ts";
import { dataOf, textOf } from "../events/event_values.ts";
import type { JobEvent } from "../events/status_event.ts";
import { momentOf } from "./event_text.ts";
import { type FailedTask, unrescued } from "./failed_task.ts";
import { type ResultState, stateOf } from "./task_result.ts";

/** What a result's event says, before any rescue. */
export interface SeenResult {
  /** When the event was made, in milliseconds since 1970; NaN when nobody says. */
  readonly created: number;
  /** What came of the task on the host so far. */
  readonly state: ResultState;
}

/** What is known of any run. */
export interface RunFacts<Failure extends FailedTask> {
  /** The playbook; undefined before it began. */
  readonly playbook: string | undefined;
  /** When the first event was made, in milliseconds since 1970; undefined when nobody says. */
  readonly began: number | undefined;
  /** When the last event was made. */
  readonly ended: number | undefined;
  /** Number of events. */
  readonly events: number;
  /** The counts at the end, if the run came to them. */
  readonly stats: RunStats | undefined;
  /** What failed and was neither ignored nor rescued, in the order of the run. */
  readonly failed: readonly Failure[];
  /** What failed and was mended by a rescue section. */
  readonly rescued: readonly Failure[];
}

/** Takes the events of a run one by one; a subclass keeps of the results what it tells. */
export abstract class RunFold<Told, Failure extends FailedTask> {
  readonly #failures: Failure[] = [];
  #playbook: string | undefined;
  #began: number | undefined;
  #ended: number | undefined;
  #events = 0;
  #stats: RunStats | undefined;

  /** Takes a result; tells the failure that it is, which a rescue may mend. */
  protected abstract addResult(event: JobEvent, seen: SeenResult): Failure | undefined;

  /** Takes an event that is no result. */
  protected abstract addOther(event: JobEvent): void;

  /** Tells what was kept. */
  protected abstract tell(facts: RunFacts<Failure>): Told;

  /** Takes the next event. */
  add(event: JobEvent): void {
    // What a job wrote in the place of an event.
    if (typeof event !== "object" || event === null) return;
    this.#events++;
    const created = momentOf(event.created);
    if (!Number.isNaN(created)) {
      this.#began ??= created;
      this.#ended = created;
    }
    this.#playbook ??= textOf(dataOf(event)["playbook"]);
    this.#stats = statsOf(event) ?? this.#stats;
    const state = stateOf(event);
    if (state === undefined) return this.addOther(event);
    const failure = this.addResult(event, { created, state });
    if (failure !== undefined) this.#failures.push(failure);
  }

  /** Tells what came of the events so far. */
  finish(): Told {
    const fatal = new Set<FailedTask>(unrescued(this.#failures, this.#stats));
    return this.tell({
      playbook: this.#playbook,
      began: this.#began,
      ended: this.#ended,
      events: this.#events,
      stats: this.#stats,
      failed: this.#failures.filter((failure) => fatal.has(failure)),
      rescued: this.#failures.filter((failure) => !fatal.has(failure)),
    });
  }
}

/** Folds all the events of a run. */
export async function foldAll<Told, Failure extends FailedTask>(
  events: AsyncIterable<JobEvent>,
  fold: RunFold<Told, Failure>,
): Promise<Told> {
  for await (const event of events) fold.add(event);
  return fold.finish();
}
