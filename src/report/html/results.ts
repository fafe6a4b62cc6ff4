/**
 * The tasks of a run as HTML: failures first, then every task with what it printed.
 *
 * @module
 */
import type { ResultText } from "../../history/result_text.ts";
import type { HostResult, TaskResults } from "../../history/run_results.ts";
import type { ResultState } from "../../history/task_result.ts";
import type { ReportedRun } from "../read_run.ts";
import {
  count,
  countStates,
  duration,
  failuresOf,
  STATE_WORDS,
  STATES_BY_WEIGHT,
  whyOf,
  worstState,
} from "../words.ts";
import { ansiToHtml } from "./ansi.ts";
import { Budget } from "./budget.ts";
import { escapeBlock, escapeLine } from "./escape.ts";

/** What the parts of a run are called in the page, and how much room they have. */
export interface PartOptions {
  /** Begins the names of places in the page. */
  readonly prefix: string;
  /** Room of the part. */
  readonly budget: Budget;
}

/** Names listed before it is only said how many more there are. */
const MOST_NAMES = 300;

/** Room for the tasks themselves, less their results. */
const ROWS_BYTES = 3_000_000;

/** Renders the failures of a run; empty when there are none. */
export function renderFailures(run: ReportedRun, { prefix, budget }: PartOptions): string {
  const failures = failuresOf(run.results);
  if (failures.length === 0) return "";
  const indexes = new Map(run.results.tasks.map((task, index) => [task, index]));
  const parts: string[] = [];
  for (const { task, result } of failures) {
    const part = `<article class="failure ${result.state}"><h3>${escapeLine(result.host)} ` +
      `<small>${STATE_WORDS[result.state]}</small></h3>` +
      `<p><a href="#${prefix}t${indexes.get(task)}">${escapeLine(task.name)}</a>${
        placeText(task)
      }</p>` + `<p class="why">${escapeLine(whyOf(result))}</p>` +
      renderTexts(textsBesideMessage(result)) +
      "</article>\n";
    if (!budget.take(part)) break;
    parts.push(part);
  }
  const left = failures.length - parts.length;
  return `<section id="${prefix}failures"><h2>Failures <small>${failures.length}</small></h2>\n${
    parts.join("")
  }${left === 0 ? "" : note(`${count(left, "more failure")} left out: the page would be too large`)}
</section>\n`;
}

/** The message stands above already. */
function textsBesideMessage({ texts, message }: HostResult): ResultText[] {
  return texts.filter(({ kind, text }) =>
    kind !== "message" || text.trim().replaceAll(/\s+/g, " ") !== message
  );
}

/** Renders all tasks, folded. */
export function renderTasks({ results }: ReportedRun, { prefix, budget }: PartOptions): string {
  if (results.tasks.length === 0) return "";
  let html = `<section id="${prefix}tasks"><h2>Tasks <small>${results.tasks.length}</small></h2>\n`;
  const rows = new Budget(ROWS_BYTES);
  let play: string | undefined;
  let left = 0;
  results.tasks.forEach((task, index) => {
    const heading = task.play === play || task.play === ""
      ? ""
      : `<h3 class="play">${escapeLine(task.play)}</h3>\n`;
    play = task.play;
    const results = renderResults(task);
    const isTold = budget.take(results);
    const body = isTold ? results : note("The results are left out: the page would be too large");
    const part = `${heading}<details class="task" id="${prefix}t${index}">${
      summaryOf(task)
    }${body}</details>\n`;
    if (rows.take(part.slice(0, part.length - body.length))) html += part;
    else left++;
  });
  if (left > 0) html += note(`${count(left, "task")} left out: the page would be too large`);
  if (results.uncounted > 0) html += note(`${count(results.uncounted, "more result")} left out`);
  return `${html}</section>\n`;
}

function summaryOf(task: TaskResults): string {
  const counts = countStates(task.results.values()).map(([state, number]) =>
    `<span class="n ${state}">${number} ${STATE_WORDS[state]}</span>`
  );
  return `<summary><span class="dot ${worstState(task)}"></span><b>${escapeLine(task.name)}</b> ` +
    `<span class="counts">${counts.join(" ")}</span><span class="took">${
      duration(task.end - task.start)
    }</span></summary>` +
    `<p class="meta"><code>${escapeLine(task.module)}</code>${placeText(task)}</p>`;
}

function placeText({ path }: TaskResults): string {
  return path === "" ? "" : ` <span class="path">${escapeLine(path)}</span>`;
}

/** Hosts of which the same is to be said are said together. */
function renderResults({ results }: TaskResults): string {
  const groups = Map.groupBy(
    results.values(),
    ({ state, texts, message }) =>
      `${state} ${texts.length === 0 ? message : JSON.stringify(texts)}`,
  );
  return [...groups.values()]
    .toSorted(([a], [b]) => weight(a?.state) - weight(b?.state))
    .map(renderGroup).join("");
}

function weight(state: ResultState | undefined): number {
  return state === undefined ? 0 : STATES_BY_WEIGHT.indexOf(state);
}

function renderGroup(group: readonly HostResult[]): string {
  const [first] = group;
  if (first === undefined) return "";
  const took = group.length === 1 ? duration(first.end - first.start) : "";
  const names = group.slice(0, MOST_NAMES).map(({ host }) => escapeLine(host)).join(", ");
  const more = group.length > MOST_NAMES ? ` and ${group.length - MOST_NAMES} more` : "";
  return `<div class="result"><p><span class="state ${first.state}">${
    STATE_WORDS[first.state]
  }</span> ${names}${more} <span class="took">${took}</span></p>${renderTexts(first.texts)}</div>`;
}

/** Renders the texts of a result. */
export function renderTexts(texts: readonly ResultText[]): string {
  return texts.map(({ kind, text, cut }) => {
    const shown = text.replace(/\s+$/, "");
    const rest = cut === 0 ? "" : note(`${count(cut, "more character")} cut`);
    if (kind === "item") return `<p class="item">${escapeLine(shown)}</p>${rest}`;
    if (kind === "diff") return `<pre class="diff">${renderDiff(shown)}</pre>${rest}`;
    const body = kind === "command" ? `$ ${escapeBlock(shown)}` : ansiToHtml(shown);
    const label = /^std/.test(kind) ? `<p class="label">${kind}</p>` : "";
    return `${label}<pre class="${kind}">${body}</pre>${rest}`;
  }).join("");
}

const DIFF_LINES: readonly (readonly [RegExp, string])[] = [
  [/^(\+\+\+|---)/, "file"],
  [/^@@/, "at"],
  [/^\+/, "add"],
  [/^-/, "del"],
];

/** Renders a difference as Ansible shows it, its lines coloured. */
function renderDiff(text: string): string {
  return text.split("\n").map((line) => {
    const kind = DIFF_LINES.find(([pattern]) => pattern.test(line))?.[1];
    const escaped = escapeBlock(line);
    return kind === undefined ? escaped : `<span class="${kind}">${escaped}</span>`;
  }).join("\n");
}

/** Says what is not there. */
export function note(text: string): string {
  return `<p class="note">${escapeLine(text)}</p>`;
}
