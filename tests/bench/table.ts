/**
 * Turns what was measured into BENCHMARKS.md.
 *
 * @module
 */
import { type Cost, median, ratio } from "./measure.ts";
import type { Row } from "./row.ts";
import type { TextSpeed } from "./text_speed.ts";

/** A row and its figures, or why it has none. */
export interface MeasuredRow {
  readonly row: Row;
  readonly costs?: ReadonlyMap<string, readonly Cost[]>;
  readonly problem?: string;
}

/** Writes the page. */
export function tableOf(
  measured: readonly MeasuredRow[],
  { text, isLong }: { readonly text: readonly TextSpeed[]; readonly isLong: boolean },
): string {
  const load = Deno.loadavg().map((value) => value.toFixed(1)).join(" ");
  const parts = [
    "# Benchmarks",
    `Written by \`deno task bench${isLong ? " --long" : ""}\` with Deno ${Deno.version.deno} on ` +
    `${navigator.hardwareConcurrency} cores; load ${load}. Medians, least to most in brackets; all ` +
    "of a table in turns in one run, and ratios round by round to its last line. CPU is that of " +
    "the whole tree of processes; own CPU leaves those out that we start.",
    ...measured.map(sectionOf),
    ...(text.length === 0 ? [] : [textSection(text)]),
  ];
  return parts.join("\n\n") + "\n";
}

function sectionOf({ row, costs, problem }: MeasuredRow): string {
  const miss = row.miss === undefined ? "" : ` Missed: ${row.miss}.`;
  const target = row.target === undefined ? "" : `\n\nAim: ${row.target}.${miss}`;
  if (costs === undefined) return `## ${row.title}${target}\n\nNot measured: ${problem}.`;
  const last = [...costs.values()].at(-1) ?? [];
  const lines = [...costs].map(([name, all]) => lineOf(name, { all, last, events: row.events }));
  return `## ${row.title}${target}\n\n` + [
    "| | wall s | ratio | CPU s | ratio | peak MB | |",
    "|---|---|---|---|---|---|---|",
    ...lines,
  ].join("\n");
}

function lineOf(
  name: string,
  { all, last, events }: {
    readonly all: readonly Cost[];
    readonly last: readonly Cost[];
    readonly events: number | undefined;
  },
): string {
  const cells = [
    name,
    spread(all.map(({ wall }) => wall)),
    ratio(all.map(({ wall }) => wall), last.map(({ wall }) => wall)).toFixed(2),
    spread(all.map(({ cpu }) => cpu)),
    ratio(all.map(({ cpu }) => cpu), last.map(({ cpu }) => cpu)).toFixed(2),
    median(all.map(({ rssMb }) => rssMb)).toFixed(0),
    said(all, events),
  ];
  return `| ${cells.join(" | ")} |`;
}

/** What the command said of itself. */
function said(all: readonly Cost[], events: number | undefined): string {
  const of = (name: string): number | undefined => {
    const values = all.map((cost) => cost.said[name]).filter((value) => value !== undefined);
    return values.length === 0 ? undefined : median(values);
  };
  const [seconds, ownCpu, p50, p99, delay] = ["seconds", "ownCpu", "p50", "p99", "longestDelay"]
    .map(of);
  const [gone, statsMs] = ["gone", "statsMs"].map(of);
  const words: string[] = [];
  if (events !== undefined && seconds !== undefined && ownCpu !== undefined) {
    words.push(`${(events / seconds).toFixed(0)}/s, own ${(ownCpu / events * 1e6).toFixed(1)} us`);
  }
  if (p50 !== undefined && p99 !== undefined) {
    words.push(`p50 ${p50.toFixed(2)} ms, p99 ${p99.toFixed(2)} ms`);
  }
  if (statsMs !== undefined) words.push(`stats in ${statsMs.toFixed(1)} ms`);
  if (gone !== undefined) words.push(`all gone after ${gone.toFixed(2)} s`);
  if (delay !== undefined) words.push(`loop ${delay.toFixed(0)} ms late`);
  return words.join(", ");
}

function spread(values: readonly number[]): string {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const middle = median(values).toFixed(3);
  return values.length < 2 ? middle : `${middle} (${least.toFixed(3)}-${most.toFixed(3)})`;
}

function textSection(text: readonly TextSpeed[]): string {
  return "## Text without events, through tokenizer and pairing\n\n" + [
    "| | MB/s | twice the text takes |",
    "|---|---|---|",
    ...text.map(({ name, mbPerSecond, growth }) =>
      `| ${name} | ${mbPerSecond.toFixed(0)} | ${growth.toFixed(1)} times as long |`
    ),
  ].join("\n");
}
