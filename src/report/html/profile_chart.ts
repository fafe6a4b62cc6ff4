/**
 * Charts of a run's samples, below its timeline.
 *
 * @module
 */
import type { ProfileCounter, Sample } from "../../history/profile/samples.ts";
import { type Axis, short, WIDTH } from "./axis.ts";

const HEIGHT = 40;

const CHARTS: readonly {
  readonly counter: ProfileCounter;
  readonly name: string;
  readonly unit: string;
}[] = [
  { counter: "cpu", name: "CPU", unit: "%" },
  { counter: "memory", name: "Memory", unit: " MiB" },
  { counter: "pids", name: "Processes", unit: "" },
];

/** Renders a chart for each counter that was measured; empty when none was. */
export function renderCharts(samples: readonly Sample[], axis: Axis): string {
  const charts = CHARTS.map(({ counter, name, unit }) => {
    const values = peaksOf(samples.filter((sample) => sample.counter === counter), axis);
    if (values.length === 0) return "";
    const top = Math.max(...values.map(({ value }) => value));
    const label = `${top.toFixed(top < 10 && counter !== "pids" ? 1 : 0)}${unit}`;
    return `<div class="lane chart"><span class="who">${name}</span>` +
      `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" aria-hidden="true">` +
      `<path class="${counter}" d="${areaOf(values, top)}"/></svg>` +
      `<span class="took" title="highest">${label}</span></div>\n`;
  }).join("");
  return charts === ""
    ? ""
    : `<h3>Resources <small>the highest value is on the right</small></h3>\n${charts}`;
}

interface Peak {
  readonly x: number;
  readonly value: number;
}

/** The highest sample at each place: a chart is no longer for more samples. */
function peaksOf(samples: readonly Sample[], { start, end }: Axis): Peak[] {
  const peaks = new Map<number, number>();
  for (const { time, value } of samples) {
    const x = Math.round((time * 1000 - start) / (end - start) * WIDTH);
    if (x >= 0 && x <= WIDTH) peaks.set(x, Math.max(peaks.get(x) ?? 0, value));
  }
  return [...peaks].toSorted(([a], [b]) => a - b).map(([x, value]) => ({ x, value }));
}

function areaOf(values: readonly Peak[], top: number): string {
  const points = values.map(({ x, value }) =>
    `L${x} ${short(HEIGHT - (top === 0 ? 0 : value / top) * (HEIGHT - 2))}`
  );
  return `M${values[0]?.x ?? 0} ${HEIGHT}${points.join("")}L${values.at(-1)?.x ?? 0} ${HEIGHT}Z`;
}
