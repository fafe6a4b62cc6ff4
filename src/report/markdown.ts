/**
 * Runs as Markdown for the summary of a CI job.
 *
 * Every text of others stands in a code span or block: it is neither a link, nor a mention, nor
 * HTML there.
 *
 * @module
 */
import { plainText } from "../history/event_text.ts";
import { cutText } from "../history/result_text.ts";
import { printable, printableBlock } from "../internal/printable.ts";
import type { ReportedRun } from "./read_run.ts";
import { count, countStates, duration, type Failure, failuresOf, STATE_WORDS } from "./words.ts";

/** GitHub takes no summary above 1 MiB. */
const MOST = { failures: 50, hosts: 100, text: 3_000, total: 900_000 };

/** Signs that a summary shows in colour. */
const SIGNS: Readonly<Record<string, string>> = {
  successful: "✅",
  failed: "❌",
  timeout: "❌",
  canceled: "🚫",
  running: "⏳",
};

/** Renders runs, in this order. */
export function renderMarkdown(runs: readonly ReportedRun[]): string {
  const parts: string[] = [];
  let length = 0;
  for (const run of runs) {
    const part = renderRun(run);
    length += part.length;
    if (length > MOST.total) {
      parts.push(`${count(runs.length - parts.length, "more run")} left out.\n`);
      break;
    }
    parts.push(part);
  }
  return parts.join("\n");
}

function renderRun(run: ReportedRun): string {
  const { results, status, rc, reason } = run;
  const took = duration(results.end - results.start);
  const facts = [
    `run ${code(run.ident)}`,
    ...(rc === undefined ? [] : [`exit code ${code(rc)}`]),
    ...(took === "" ? [] : [took]),
    ...(results.hosts.length === 0 ? [] : [count(results.hosts.length, "host")]),
    ...(results.tasks.length === 0 ? [] : [count(results.tasks.length, "task")]),
  ];
  return [
    `## ${Object.hasOwn(SIGNS, status) ? SIGNS[status] : "❔"} ${
      code(run.what === "" ? run.ident : run.what)
    } ${word(status)}`,
    "",
    facts.join(", "),
    ...(reason === undefined ? [] : ["", `Ended: ${code(reason)}`]),
    ...renderFailures(run),
    ...renderHosts(run),
    "",
  ].join("\n");
}

/** A status that is none of ours may be any text. */
function word(status: string): string {
  return /^[a-z]+$/.test(status) ? status : code(status);
}

function renderFailures({ results }: ReportedRun): string[] {
  const failures = failuresOf(results);
  if (failures.length === 0) return [];
  const left = failures.length - MOST.failures;
  return [
    "",
    `### Failures (${failures.length})`,
    "",
    ...failures.slice(0, MOST.failures).flatMap(renderFailure),
    ...(left > 0 ? ["", `${count(left, "more failure")} left out.`] : []),
  ];
}

function renderFailure({ task, result }: Failure): string[] {
  const place = task.path === "" ? "" : ` (${code(task.path)})`;
  const texts = result.texts.filter(({ kind }) => /^std/.test(kind))
    .map(({ kind, text }) => `${kind}:\n${plainText(text).trimEnd()}`);
  return [
    `- ${code(result.host)} ${STATE_WORDS[result.state]} in ${code(task.name)}${place}`,
    ...indented(block([result.message, ...texts].join("\n"))),
  ];
}

function renderHosts({ results: { hosts, tasks } }: ReportedRun): string[] {
  if (hosts.length === 0) return [];
  const states = [
    "ok",
    "changed",
    "skipped",
    "failed",
    "unreachable",
    "rescued",
    "ignored",
  ] as const;
  const rows = hosts.slice(0, MOST.hosts).map((host) => {
    const results = tasks.flatMap((task) => task.results.get(host) ?? []);
    const counts = new Map(countStates(results));
    return `| ${
      [code(host).replaceAll("|", "\\|"), ...states.map((state) => counts.get(state) ?? 0)].join(
        " | ",
      )
    } |`;
  });
  const left = hosts.length - rows.length;
  return [
    "",
    "<details><summary>Hosts</summary>",
    "",
    `| host | ${states.join(" | ")} |`,
    `| --- |${states.map(() => " ---: |").join("")}`,
    ...rows,
    ...(left > 0 ? ["", `${count(left, "more host")} left out.`] : []),
    "",
    "</details>",
  ];
}

/** A text in a line, with a longer fence than any in it. */
function code(text: string): string {
  const line = printable(cutText(text, 500));
  if (line === "") return "` `";
  const fence = fenceFor(line, 1);
  const pad = /^`|`$/.test(line) ? " " : "";
  return `${fence}${pad}${line}${pad}${fence}`;
}

function block(text: string): string[] {
  const shown = printableBlock(cutText(text.trimEnd(), MOST.text));
  const fence = fenceFor(shown, 3);
  const rest = text.length > MOST.text ? ["(cut)"] : [];
  return [`${fence}text`, ...shown.split("\n"), ...rest, fence];
}

function fenceFor(text: string, least: number): string {
  const runs = (text.match(/`+/g) ?? []).map((run) => run.length);
  return "`".repeat(runs.reduce((most, length) => Math.max(most, length + 1), least));
}

function indented(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`);
}
