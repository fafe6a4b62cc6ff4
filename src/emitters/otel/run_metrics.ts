/**
 * What happens in a run as metrics, which are there at its end: runs, how long it took,
 * hosts by state, how long tasks took on hosts.
 *
 * @module
 */
import { hostsByState } from "../../events/event_values.ts";
import type { EmitterMessage } from "../emitter.ts";
import {
  attributesOf,
  type HistogramPoint,
  type Metric,
  nanosOf,
  type NumberPoint,
} from "./otlp.ts";
import { hostOutcomeOf, moduleOf } from "./span_attributes.ts";
import { HOST_STATES, isEnd, readEvent, RESULTS, statusOf, timeOf } from "../told_event.ts";

/** Bounds of durations, in seconds. */
const BOUNDS: readonly number[] = [0.1, 0.5, 1, 5, 10, 30, 60, 300, 1800];

/** Modules and states that are counted apart; a playbook has some dozens. */
const MOST_ROWS = 500;

const DELTA = 1;
const CUMULATIVE = 2;

const TOLD: ReadonlySet<string> = new Set([...Object.keys(HOST_STATES), "playbook_on_stats"]);

/** Durations of one module with one outcome. */
interface Row {
  readonly module: string;
  readonly status: string;
  readonly counts: number[];
  sum: number;
  min: number;
  max: number;
}

/** The metrics of one run. */
export class RunMetrics {
  readonly #temporality: number;
  readonly #start = Date.now();
  readonly #rows = new Map<string, Row>();
  #hosts: Readonly<Record<string, number>> | undefined;

  /** @param options whether numbers count from one export to the next, in place of from the start */
  constructor({ isDelta }: { readonly isDelta: boolean }) {
    this.#temporality = isDelta ? DELTA : CUMULATIVE;
  }

  /** Takes what happened; returns the metrics when the run has ended by it. */
  fold(message: EmitterMessage): readonly Metric[] {
    const event = readEvent(message, TOLD);
    if (event?.name === "playbook_on_stats") this.#hosts = hostsByState(event.data);
    else if (event !== undefined) {
      const seconds = ((timeOf(event.data["end"]) ?? NaN) - (timeOf(event.data["start"]) ?? NaN)) /
        1000;
      if (seconds >= 0) {
        this.#count(moduleOf(event.data) ?? "", { status: hostOutcomeOf(event).status, seconds });
      }
    }
    const status = statusOf(message) ?? "";
    return isEnd(status) ? this.#metrics(status) : [];
  }

  #count(
    module: string,
    { status, seconds }: { readonly status: string; readonly seconds: number },
  ): void {
    const isKnown = this.#rows.size < MOST_ROWS || this.#rows.has(`${module} ${status}`);
    const name = isKnown ? module : "other";
    const row = this.#rows.get(`${name} ${status}`) ?? {
      module: name,
      status,
      counts: Array<number>(BOUNDS.length + 1).fill(0),
      sum: 0,
      min: Infinity,
      max: 0,
    };
    this.#rows.set(`${name} ${status}`, row);
    const bucket = BOUNDS.findIndex((bound) => seconds <= bound);
    const at = bucket < 0 ? BOUNDS.length : bucket;
    row.counts[at] = (row.counts[at] ?? 0) + 1;
    row.sum += seconds;
    row.min = Math.min(row.min, seconds);
    row.max = Math.max(row.max, seconds);
  }

  #metrics(status: string): Metric[] {
    const now = Date.now();
    const times = { startTimeUnixNano: nanosOf(this.#start), timeUnixNano: nanosOf(now) };
    const point = (
      value: Pick<NumberPoint, "asInt" | "asDouble">,
      attributes: Parameters<typeof attributesOf>[0],
    ): NumberPoint => ({ ...times, ...value, attributes: attributesOf(attributes) });
    const result = { "ansible.run.status": status, "cicd.pipeline.result": RESULTS[status] };
    const seconds = (now - this.#start) / 1000;
    return [
      {
        name: "ansible.runs",
        description: "Runs by how they ended",
        unit: "{run}",
        sum: {
          dataPoints: [point({ asInt: "1" }, result)],
          aggregationTemporality: this.#temporality,
          isMonotonic: true,
        },
      },
      {
        name: "ansible.run.duration",
        description: "How long the run took",
        unit: "s",
        gauge: { dataPoints: [point({ asDouble: seconds }, result)] },
      },
      ...this.#hostMetrics(point),
      ...this.#taskMetrics(times),
    ];
  }

  #hostMetrics(
    point: (value: { asInt: string }, attributes: Record<string, string>) => NumberPoint,
  ): Metric[] {
    if (this.#hosts === undefined) return [];
    const dataPoints = Object.entries(this.#hosts).map(([state, count]) =>
      point({ asInt: String(count) }, { "ansible.host.state": state })
    );
    return [{
      name: "ansible.run.hosts",
      description: "Hosts by state, from the statistics at the end",
      unit: "{host}",
      gauge: { dataPoints },
    }];
  }

  #taskMetrics(times: Pick<HistogramPoint, "startTimeUnixNano" | "timeUnixNano">): Metric[] {
    if (this.#rows.size === 0) return [];
    const dataPoints = Array.from(this.#rows.values(), ({ module, status, counts, ...row }) => ({
      ...times,
      attributes: attributesOf({
        "ansible.task.module": module,
        "ansible.task.host.status": status,
      }),
      count: String(counts.reduce((sum, count) => sum + count, 0)),
      bucketCounts: counts.map(String),
      explicitBounds: BOUNDS,
      ...row,
    }));
    return [{
      name: "ansible.task.duration",
      description: "How long tasks took on hosts",
      unit: "s",
      histogram: { dataPoints, aggregationTemporality: this.#temporality },
    }];
  }
}
