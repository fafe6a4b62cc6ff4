/**
 * The command `diff`: what is different between two runs.
 *
 * @module
 */
import { readPastRun } from "../../../artifacts/past_run.ts";
import { foldEvents } from "../../../history/outcome.ts";
import { type ComparedRun, diffRuns, type RunDiff } from "../../../history/compare/run_diff.ts";
import { commandWords, readCommand } from "../../../history/summary.ts";
import { spanText } from "../../../history/time_span.ts";
import { printable } from "../../../internal/printable.ts";
import type { DirCommand } from "../../parse/command_line.ts";
import { runOf } from "../../runs/find_run.ts";
import { placesOfRuns } from "../../runs/run_places.ts";
import { jsonLine } from "../../terminal/json.ts";
import { print } from "../../terminal/print.ts";
import { alignRows, openPaint, type Paint } from "../../terminal/table.ts";

/**
 * Prints what is different.
 *
 * @returns the exit code: 0 as long as both runs are there
 * @throws {RunnerError} when one is not
 */
export async function diff(parsed: DirCommand): Promise<number> {
  const places = placesOfRuns(parsed);
  const [a = "", b = ""] = parsed.words ?? [];
  const [one, other] = [runOf(places, a), runOf(places, b)];
  const found = diffRuns(await compared(one), await compared(other));
  print(
    parsed.flags.jsonMode === true
      ? jsonLine(found)
      : renderDiff(found, openPaint(parsed.flags.color)),
  );
  return 0;
}

async function compared({ ident, dir }: { ident: string; dir: string }): Promise<ComparedRun> {
  const command = readCommand(dir);
  const { cwd } = command;
  return {
    ident,
    outcome: await foldEvents(readPastRun(dir).events.read()),
    command: commandWords(command),
    cwd: typeof cwd === "string" ? cwd : null,
  };
}

/** Renders what is different as text. */
export function renderDiff(found: RunDiff, paint: Paint): string {
  const states = alignRows(
    found.changed.map(({ host, task, a, b }) => [
      `  ${host}`,
      task,
      `${a ?? "no result"} -> ${b ?? "no result"}`,
    ]),
  ).map((line) => paint(line, /-> (failed|unreachable)/.test(line) ? "bad" : "good"));
  const { hosts, tasks } = found;
  const sections: [string, readonly string[]][] = [
    ["Results", states],
    ["New hosts", hosts.appeared.map(indented)],
    ["Hosts that are gone", hosts.vanished.map(indented)],
    ["New tasks", tasks.appeared.map(indented)],
    ["Tasks that are gone", tasks.vanished.map(indented)],
    [
      "Slower",
      alignRows(found.slower.map(({ task, a, b }) => [
        `  ${task}`,
        `${spanText(a)} -> ${spanText(b)}`,
      ])),
    ],
    [
      "Inputs",
      found.inputs.flatMap(({ what, a, b }) => [
        `  ${what}`,
        printable(`    - ${a}`),
        printable(`    + ${b}`),
      ]),
    ],
  ];
  const told = sections.filter(([, lines]) => lines.length > 0)
    .map(([title, lines]) => [title, ...lines].join("\n"));
  return told.length === 0 ? "No difference" : told.join("\n\n");
}

function indented(name: string): string {
  return printable(`  ${name}`);
}
