/**
 * The times of a run as lanes of bars: a lane for each task, one for each host, and what
 * was measured below, all on one axis.
 *
 * A lane is an SVG that is stretched to the width of the page; bars of one state are one path, so
 * that a lane costs the same whatever ran on it.
 *
 * @module
 */
import type { RunResults, TaskResults } from "../../history/run_results.ts";
import type { ResultState } from "../../history/task_result.ts";
import type { ReportedRun } from "../read_run.ts";
import { count, duration, STATES_BY_WEIGHT, worstState } from "../words.ts";
import { type Axis, short, WIDTH } from "./axis.ts";
import { escapeLine } from "./escape.ts";
import { renderCharts } from "./profile_chart.ts";
import { note, type PartOptions } from "./results.ts";

/** Marks of time on the axis. */
const MARKS = 5;

/** More lanes than these are thinner. */
const FEW_LANES = 40;

/** More lanes than these nobody looks through. */
const MOST_TASKS = 60;
const MOST_HOSTS = 120;

/** Renders the timeline; empty when nobody knows a time. */
export function renderTimeline(run: ReportedRun, { prefix, budget }: PartOptions): string {
  const axis = axisOf(run);
  if (axis === undefined) return "";
  const { results } = run;
  const lanes = [...taskLanes(results, { axis, prefix }), ...hostLanes(results, axis)];
  const dense = lanes.length > FEW_LANES ? " dense" : "";
  let html = "";
  let left = 0;
  for (const lane of lanes) {
    if (budget.take(lane)) html += lane;
    else left++;
  }
  if (left > 0) html += note(`${count(left, "lane")} left out`);
  return `<section id="${prefix}timeline"><h2>Timeline</h2>\n<div class="lanes${dense}">\n` +
    `${marks(axis)}${html}${renderCharts(run.profile, axis)}</div></section>\n`;
}

/** Where the axis begins and ends. */
function axisOf({ results }: ReportedRun): Axis | undefined {
  const starts = [results.start, ...results.tasks.map((task) => task.start)];
  const ends = [results.end, ...results.tasks.map((task) => task.end)];
  const start = extreme(starts, Math.min);
  const end = extreme(ends, Math.max);
  return results.tasks.length > 0 && end > start ? { start, end } : undefined;
}

function extreme(values: readonly number[], pick: (a: number, b: number) => number): number {
  return values.filter((value) => !Number.isNaN(value)).reduce(
    (a, b) => pick(a, b),
    values[0] ?? NaN,
  );
}

function marks({ start, end }: Axis): string {
  const times = Array.from(
    { length: MARKS },
    (_, at) => `<span>${duration((end - start) * at / (MARKS - 1)).replace(/^0 ms$/, "0")}</span>`,
  );
  return `<div class="lane axis"><span></span><div>${times.join("")}</div><span></span></div>\n`;
}

function taskLanes(
  { tasks }: RunResults,
  { axis, prefix }: { readonly axis: Axis; readonly prefix: string },
): string[] {
  const shown = new Set(
    tasks.toSorted((a, b) => lengthOf(b) - lengthOf(a)).slice(0, MOST_TASKS),
  );
  const lanes = tasks.flatMap((task, index) => {
    if (!shown.has(task)) return [];
    const end = Number.isNaN(task.end) ? axis.end : task.end;
    const bars = new Bars(axis);
    bars.add(worstState(task), { start: task.start, end });
    const name = `<a href="#${prefix}t${index}">${escapeLine(task.name)}</a>`;
    return [lane({ name, title: task.name, bars, took: duration(end - task.start) })];
  });
  const left = tasks.length - lanes.length;
  const heading = `<h3>Tasks${
    left === 0 ? "" : ` <small>the longest ${MOST_TASKS}</small>`
  }</h3>\n`;
  return [heading, ...lanes];
}

function lengthOf({ start, end }: TaskResults): number {
  return Number.isNaN(end) ? Infinity : end - start;
}

function hostLanes({ hosts, tasks }: RunResults, axis: Axis): string[] {
  const shown = hosts.slice(0, MOST_HOSTS);
  const left = hosts.length - shown.length;
  const heading = `<h3>Hosts${left === 0 ? "" : ` <small>the first ${MOST_HOSTS}</small>`}</h3>\n`;
  return [
    heading,
    ...shown.map((host) => {
      const bars = new Bars(axis);
      let busy = 0;
      for (const { results, start: began } of tasks) {
        const result = results.get(host);
        if (result === undefined) continue;
        const start = Number.isNaN(result.start) ? began : result.start;
        const end = Number.isNaN(result.end) ? axis.end : result.end;
        if (end > start) busy += end - start;
        bars.add(result.state, { start, end });
      }
      return lane({ name: escapeLine(host), title: host, bars, took: duration(busy) });
    }),
  ];
}

interface Lane {
  readonly name: string;
  readonly title: string;
  readonly bars: Bars;
  readonly took: string;
}

function lane({ name, title, bars, took }: Lane): string {
  return `<div class="lane"><span class="who" title="${escapeLine(title)}">${name}</span>` +
    `<svg viewBox="0 0 ${WIDTH} 10" preserveAspectRatio="none" aria-hidden="true">${bars.render()}` +
    `</svg><span class="took">${took}</span></div>\n`;
}

/** Narrower bars cannot be seen, and neighbours need a gap to be told apart. */
const NARROWEST = 1.6;
const GAP = 0.8;

/** The bars of one lane. */
export class Bars {
  readonly #axis: Axis;
  readonly #paths = new Map<ResultState, string>();
  /** Where the last bar of a state began: one that would lie on it is not drawn again. */
  readonly #last = new Map<ResultState, number>();

  constructor(axis: Axis) {
    this.#axis = axis;
  }

  /** Adds a bar; what nobody knows the time of has none. */
  add(state: ResultState, { start, end }: Axis): void {
    const from = this.#place(start);
    const to = this.#place(end);
    if (Number.isNaN(from) || Number.isNaN(to)) return;
    if (Math.abs(from - (this.#last.get(state) ?? -WIDTH)) < 1 && to - from < NARROWEST) return;
    this.#last.set(state, from);
    const width = Math.max(to - from - GAP, NARROWEST);
    const path = `M${short(from)} 0h${short(width)}v10h-${short(width)}z`;
    this.#paths.set(state, (this.#paths.get(state) ?? "") + path);
  }

  /** Renders them, those that matter most on top. */
  render(): string {
    return STATES_BY_WEIGHT.toReversed().map((state) => {
      const path = this.#paths.get(state);
      return path === undefined ? "" : `<path class="${state}" d="${path}"/>`;
    }).join("");
  }

  #place(time: number): number {
    const { start, end } = this.#axis;
    return Math.min(WIDTH, Math.max(0, (time - start) / (end - start) * WIDTH));
  }
}
