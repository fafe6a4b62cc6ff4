/**
 * Runs as JUnit XML, as CI systems read it: a suite for each play, a case for each host and
 * task.
 *
 * @module
 */
import type { ResultText } from "../history/result_text.ts";
import type { HostResult, TaskResults } from "../history/run_results.ts";
import { plainText } from "../history/event_text.ts";
import { printable, printableBlock } from "../internal/printable.ts";
import { cutText } from "../history/result_text.ts";
import type { ReportedRun } from "./read_run.ts";
import { failuresOf, placeOf, STATE_WORDS, whyOf } from "./words.ts";

/** A play of a run. */
interface Suite {
  readonly name: string;
  readonly start: number;
  readonly cases: Case[];
}

interface Case {
  readonly name: string;
  readonly host: string;
  readonly path: string;
  readonly seconds: number;
  readonly verdict: "passed" | "skipped" | "failure" | "error";
  readonly type: string;
  readonly message: string;
  readonly text: string;
}

/** Letters of a failure's text: CI systems refuse files of hundreds of megabytes. */
const MOST_TEXT = 20_000;

/** Renders runs, in this order. */
export function renderJunit(runs: readonly ReportedRun[]): string {
  const suites = runs.flatMap(suitesOf);
  const all = suites.flatMap(({ cases }) => cases);
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="ansible-runner"${
    numbers(all)
  }>\n${suites.map(renderSuite).join("")}</testsuites>\n`;
}

function suitesOf(run: ReportedRun): Suite[] {
  const suites = new Map<string, Suite>();
  for (const task of run.results.tasks) {
    const name = [run.ident, task.play].filter((word) => word !== "").join(": ");
    const suite = suites.get(name) ?? { name, start: task.start, cases: [] };
    suites.set(name, suite);
    for (const result of task.results.values()) {
      const found = caseOf(task, { result, run });
      if (found !== undefined) suite.cases.push(found);
    }
  }
  const all = [...suites.values()];
  const own = caseOfRun(run, all.flatMap(({ cases }) => cases));
  if (own !== undefined) all.push({ name: run.ident, start: run.results.start, cases: [own] });
  return all;
}

function caseOf(
  task: TaskResults,
  { result, run }: { readonly result: HostResult; readonly run: ReportedRun },
): Case | undefined {
  const { host, state, start, end } = result;
  // What goes on is not judged yet.
  if (state === "started" && run.status === "running") return undefined;
  const base = {
    name: task.name,
    host,
    path: task.path,
    seconds: end >= start ? (end - start) / 1000 : 0,
    type: STATE_WORDS[state],
  };
  const text = textOf(result.texts);
  switch (state) {
    case "failed":
    case "unreachable":
      return { ...base, verdict: "failure", message: whyOf(result), text };
    case "skipped":
      return { ...base, verdict: "skipped", message: "", text: "" };
    case "started":
      return { ...base, verdict: "error", message: `Run ended: ${run.status}`, text: "" };
    default:
      return { ...base, verdict: "passed", message: result.message, text: "" };
  }
}

/** A run may fail though no task did: bad syntax, a timeout, a crash. */
function caseOfRun(run: ReportedRun, cases: readonly Case[]): Case | undefined {
  const isJudged = cases.some(({ verdict }) => verdict === "failure" || verdict === "error");
  if (isJudged || run.status === "successful" || run.status === "running") return undefined;
  const message = run.reason ??
    `${run.status}${run.rc === undefined ? "" : `, exit code ${run.rc}`}`;
  const output = plainText(run.output.head + run.output.tail).slice(-2_000);
  const text = failuresOf(run.results).length === 0 ? output : "";
  return {
    name: run.what === "" ? "run" : run.what,
    host: run.ident,
    path: "",
    seconds: 0,
    verdict: "error",
    type: run.status,
    message,
    text,
  };
}

function textOf(texts: readonly ResultText[]): string {
  const whole = texts.map(({ kind, text }) =>
    kind === "command" ? `$ ${text}` : /^std/.test(kind) ? `${kind}:\n${text}` : text
  ).join("\n");
  return cutText(plainText(whole), MOST_TEXT);
}

function renderSuite({ name, start, cases }: Suite): string {
  const time = Number.isNaN(start)
    ? ""
    : ` timestamp="${new Date(start).toISOString().slice(0, 19)}"`;
  const names = new Map<string, number>();
  return `<testsuite name="${attribute(name)}"${numbers(cases)}${time}>\n${
    cases.map((each) => renderCase(each, uniqueName(each, names))).join("")
  }</testsuite>\n`;
}

/** Some systems know a case by its name only: the second of the same name is another. */
function uniqueName({ name, host }: Case, names: Map<string, number>): string {
  const key = `${host} ${name}`;
  const number = (names.get(key) ?? 0) + 1;
  names.set(key, number);
  return number === 1 ? name : `${name} (${number})`;
}

function renderCase(each: Case, name: string): string {
  const { host, path, seconds, verdict, type, message, text } = each;
  const place = placeOf(path);
  const where = place === undefined ? "" : ` file="${attribute(place.file)}" line="${place.line}"`;
  const open = `<testcase classname="${attribute(host)}" name="${attribute(name)}"${where} time="${
    seconds.toFixed(3)
  }"`;
  if (verdict === "skipped") return `${open}><skipped/></testcase>\n`;
  if (verdict === "passed") {
    const note = message === "" ? "" : `<system-out>${content(`${type}: ${message}`)}</system-out>`;
    return note === "" ? `${open}/>\n` : `${open}>${note}</testcase>\n`;
  }
  const attributes = `message="${attribute(message)}" type="${attribute(type)}"`;
  return `${open}><${verdict} ${attributes}>${content(text)}</${verdict}></testcase>\n`;
}

function numbers(cases: readonly Case[]): string {
  const count = (verdict: Case["verdict"]): number =>
    cases.filter((each) => each.verdict === verdict).length;
  const seconds = cases.reduce((sum, each) => sum + each.seconds, 0);
  return ` tests="${cases.length}" failures="${count("failure")}" errors="${
    count("error")
  }" skipped="${count("skipped")}" time="${seconds.toFixed(3)}"`;
}

function attribute(text: string): string {
  return escapeXml(printable(text));
}

/** XML has no way to write most control characters: they are shown as `\u001b`. */
function content(text: string): string {
  return escapeXml(printableBlock(text));
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
};

function escapeXml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => ENTITIES[character] ?? character)
    .replace(/[\ufffe\uffff]/g, "\ufffd");
}
