/**
 * The results of a run as a table: a row for each task, a column for each host.
 *
 * @module
 */
import type { TaskResults } from "../../history/run_results.ts";
import type { ResultState } from "../../history/task_result.ts";
import type { ReportedRun } from "../read_run.ts";
import { count, isFailure, STATE_SIGNS, STATE_WORDS } from "../words.ts";
import { escapeLine } from "./escape.ts";
import { note, type PartOptions } from "./results.ts";

/** More columns than these nobody looks through. */
const MOST_HOSTS = 500;

/** From so many cells on, neighbours of one state are one cell, which says nothing. */
const FEW_CELLS = 6_000;

/** Renders the table; empty when there is nothing in it. */
export function renderMatrix({ results }: ReportedRun, { prefix, budget }: PartOptions): string {
  const hosts = results.hosts.slice(0, MOST_HOSTS);
  const { tasks } = results;
  if (hosts.length === 0) return "";
  const isLarge = hosts.length * tasks.length > FEW_CELLS;
  let rows = "";
  let left = 0;
  tasks.forEach((task, index) => {
    const name = `<th scope="row"><a href="#${prefix}t${index}" title="${escapeLine(task.name)}">${
      escapeLine(task.name)
    }</a></th>`;
    const row = `<tr>${name}${isLarge ? joinedCells(task, hosts) : cells(task, hosts)}</tr>\n`;
    if (budget.take(row)) rows += row;
    else left++;
  });
  const heads = hosts.map((host) =>
    `<th scope="col"><span title="${escapeLine(host)}">${escapeLine(host)}</span></th>`
  );
  const notes = [
    ...(left > 0 ? [`${count(left, "task")} left out`] : []),
    ...(hosts.length < results.hosts.length
      ? [`${count(results.hosts.length - hosts.length, "host")} left out`]
      : []),
  ];
  return `<section id="${prefix}matrix"><h2>Hosts and tasks</h2>\n<p class="legend">${
    legend(tasks)
  }</p>\n<div class="scroll" tabindex="0"><table class="matrix"><colgroup><col class="name"><col span="${hosts.length}" class="host"></colgroup><thead><tr><th></th>${
    heads.join("")
  }</tr></thead><tbody>\n${rows}</tbody></table></div>${notes.map(note).join("")}</section>\n`;
}

function cells({ results, name }: TaskResults, hosts: readonly string[]): string {
  return hosts.map((host) => {
    const state = results.get(host)?.state;
    if (state === undefined) return "<td></td>";
    const title = isFailure(state)
      ? ` title="${escapeLine(`${host}: ${name}: ${STATE_WORDS[state]}`)}"`
      : "";
    return `<td class="${state}"${title}>${STATE_SIGNS[state]}</td>`;
  }).join("");
}

function joinedCells({ results }: TaskResults, hosts: readonly string[]): string {
  let html = "";
  for (let at = 0; at < hosts.length;) {
    const state = results.get(hosts[at] ?? "")?.state;
    let end = at + 1;
    while (end < hosts.length && results.get(hosts[end] ?? "")?.state === state) end++;
    const span = end - at === 1 ? "" : ` colspan="${end - at}"`;
    html += `<td${span}${state === undefined ? "" : ` class="${state}"`}></td>`;
    at = end;
  }
  return html;
}

function legend(tasks: readonly TaskResults[]): string {
  const seen = new Set(
    tasks.flatMap(({ results }) => [...results.values()].map(({ state }) => state)),
  );
  return (Object.entries(STATE_WORDS) as [ResultState, string][])
    .filter(([state]) => seen.has(state))
    .map(([state, word]) =>
      `<span><b class="cell ${state}">${STATE_SIGNS[state]}</b> ${word}</span>`
    ).join("");
}
