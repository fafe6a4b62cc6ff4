/**
 * The head of a run's part of a report: what, when, how it ended, hosts, warnings.
 *
 * @module
 */
import type { HostResult } from "../../history/run_results.ts";
import type { ReportedRun } from "../read_run.ts";
import {
  count,
  countStates,
  duration,
  failuresOf,
  isFailure,
  moment,
  STATE_WORDS,
  STATES_BY_WEIGHT,
} from "../words.ts";
import { ansiToHtml } from "./ansi.ts";
import { escapeBlock, escapeLine } from "./escape.ts";
import { note } from "./results.ts";

/** So many hosts are listed at once, more are folded. */
const FEW_HOSTS = 12;

/** More hosts than these nobody looks through. */
const MOST_HOSTS = 2_000;

/** Renders name, outcome and numbers of a run. */
export function renderHead(run: ReportedRun): string {
  const { results, status } = run;
  const failures = failuresOf(results).length;
  const facts: (readonly [string, string])[] = [
    ["Run", escapeLine(run.ident)],
    ["Exit code", escapeLine(run.rc ?? "")],
    ["Started", moment(results.start)],
    ["Took", duration(results.end - results.start)],
    ["Hosts", results.hosts.length.toLocaleString("en-US")],
    ["Tasks", results.tasks.length.toLocaleString("en-US")],
    ["Failures", failures === 0 ? "" : failures.toLocaleString("en-US")],
    ["Events", results.events.toLocaleString("en-US")],
    ["Reason", escapeLine(run.reason ?? "")],
  ];
  const known = facts.filter(([, text]) => text !== "");
  const command = run.command.map(shellWord).join(" ");
  return `<header><p class="outcome ${outcomeOf(status)}">${escapeLine(status)}</p><h1>${
    escapeLine(run.what === "" ? run.ident : run.what)
  }</h1></header>\n<dl>${
    known.map(([name, text]) => `<div><dt>${name}</dt><dd>${text}</dd></div>`).join("")
  }</dl>\n${
    command === ""
      ? ""
      : `<details class="how"><summary>Command</summary><pre>${
        escapeBlock(`cd ${shellWord(run.cwd)}\n${command}`)
      }</pre></details>\n`
  }`;
}

/** The class that colours a status. */
function outcomeOf(status: string): string {
  const known = /^(successful|failed|timeout|canceled|running)$/.exec(status)?.[0];
  return known ?? "unknown";
}

function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** Renders the table of hosts: how often each state came. */
export function renderHosts({ results }: ReportedRun, prefix: string): string {
  const { hosts, tasks } = results;
  if (hosts.length === 0) return "";
  const byHost = new Map<string, HostResult[]>(hosts.map((host) => [host, []]));
  for (const task of tasks) {
    for (const [host, result] of task.results) byHost.get(host)?.push(result);
  }
  const counts = new Map([...byHost].map(([host, of]) => [host, new Map(countStates(of))]));
  const states = STATES_BY_WEIGHT.filter((state) =>
    [...counts.values()].some((each) => each.has(state))
  );
  const ordered = hosts.toSorted((a, b) => failed(b) - failed(a));
  function failed(host: string): number {
    return Number([...counts.get(host)?.keys() ?? []].some(isFailure));
  }
  const rows = ordered.slice(0, MOST_HOSTS).map((host) =>
    `<tr><th scope="row">${escapeLine(host)}</th>${
      states.map((state) => {
        const number = counts.get(host)?.get(state);
        return number === undefined
          ? '<td class="none">0</td>'
          : `<td class="n ${state}">${number}</td>`;
      }).join("")
    }</tr>\n`
  ).join("");
  const heads = states.map((state) => `<th scope="col">${STATE_WORDS[state]}</th>`).join("");
  const table =
    `<div class="scroll" tabindex="0"><table class="hosts"><thead><tr><th scope="col">host</th>${heads}</tr></thead><tbody>\n${rows}</tbody></table></div>`;
  const left = hosts.length - MOST_HOSTS;
  const body = `${table}${left > 0 ? note(`${count(left, "host")} left out`) : ""}`;
  return `<section id="${prefix}hosts"><h2>Hosts <small>${hosts.length}</small></h2>\n${
    hosts.length <= FEW_HOSTS
      ? body
      : `<details><summary>${
        count(hosts.length, "host")
      }, those that failed first</summary>${body}</details>`
  }</section>\n`;
}

/** Renders warnings and deprecations; empty when there are none. */
export function renderWarnings({ results }: ReportedRun, prefix: string): string {
  const { warnings } = results;
  if (warnings.length === 0) return "";
  return `<section id="${prefix}warnings"><h2>Warnings <small>${warnings.length}</small></h2>\n${
    warnings.map((text) => `<pre class="warning">${escapeBlock(text)}</pre>`).join("\n")
  }</section>\n`;
}

/** Renders what a run printed, in its colours. */
export function renderOutput({ output, results, status }: ReportedRun, prefix: string): string {
  const { head, tail, left } = output;
  if (head === "" && tail === "") return "";
  const lines = (head + tail).split("\n").length - 1;
  const cut = left === 0
    ? ""
    : `</pre>${note(`${count(Math.round(left / 1024), "KiB")} left out here`)}<pre class="term">${
      ansiToHtml(tail)
    }`;
  // Where no task tells what happened, the output is all there is.
  const open = results.tasks.length === 0 || status !== "successful" &&
      failuresOf(results).length === 0
    ? " open"
    : "";
  return `<section id="${prefix}output"><h2>Output</h2>\n<details${open}><summary>${
    count(lines, "line")
  }${left === 0 ? "" : ", the middle left out"}</summary><pre class="term">${
    ansiToHtml(head)
  }${cut}</pre></details></section>\n`;
}
