/**
 * Runs as one page of HTML that needs nothing else: no network, and no script to be read.
 *
 * @module
 */
import type { ReportedRun } from "../read_run.ts";
import { Budget } from "./budget.ts";
import { escapeLine } from "./escape.ts";
import { renderHead, renderHosts, renderOutput, renderWarnings } from "./head.ts";
import { renderMatrix } from "./matrix.ts";
import { renderFailures, renderTasks } from "./results.ts";
import { renderTimeline } from "./timeline.ts";
import script from "./page.js" with { type: "text" };
import colours from "./colours.css" with { type: "text" };
import base from "./page.css" with { type: "text" };
import parts from "./parts.css" with { type: "text" };

/** What is for narrow windows and for paper comes last. */
const style = `${colours}${parts}${base}`;

/** Room of each part of a page, in bytes; several runs share it. */
const ROOM = { failures: 4_000_000, timeline: 1_500_000, matrix: 2_000_000, tasks: 6_000_000 };

/** Renders a page about runs, in this order. */
export async function renderPage(runs: readonly ReportedRun[]): Promise<string> {
  const [first] = runs;
  const title = runs.length === 1 && first !== undefined
    ? `${first.what === "" ? first.ident : first.what}: ${first.status}`
    : `${runs.length} runs`;
  // What a run printed cannot become a style or a script, should a text ever come through.
  const policy = `default-src 'none'; style-src '${await hashOf(style)}'; ` +
    `script-src '${await hashOf(script)}'; base-uri 'none'; form-action 'none'`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${escapeLine(title)}</title>
<style>${style}</style>
</head>
<body>
${runs.length > 1 ? contents(runs) : ""}${
    runs.map((run, index) => renderRun(run, { index, share: 1 / runs.length })).join("")
  }<footer>ansible-runner report</footer>
<script>${script}</script>
</body>
</html>
`;
}

function contents(runs: readonly ReportedRun[]): string {
  const rows = runs.map(({ ident, status, what }, index) =>
    `<li><a href="#r${index}">${escapeLine(ident)}</a> ${escapeLine(status)} <small>${
      escapeLine(what)
    }</small></li>`
  );
  return `<nav><ul>\n${rows.join("\n")}\n</ul></nav>\n`;
}

function renderRun(run: ReportedRun, { index, share }: { index: number; share: number }): string {
  const prefix = `r${index}`;
  const room = (bytes: number) => ({ prefix, budget: new Budget(bytes * share) });
  return `<main id="${prefix}" class="run">\n${renderHead(run)}${tools()}` +
    renderFailures(run, room(ROOM.failures)) +
    renderHosts(run, prefix) +
    renderTimeline(run, room(ROOM.timeline)) +
    renderMatrix(run, room(ROOM.matrix)) +
    renderTasks(run, room(ROOM.tasks)) +
    renderWarnings(run, prefix) +
    renderOutput(run, prefix) +
    "</main>\n";
}

/** Shown by the script, which they need. */
function tools(): string {
  return '<form class="tools" hidden><input type="search" placeholder="Find a task, a host, a text" ' +
    'aria-label="Find a task, a host, a text"><label><input type="checkbox"> only failed and changed</label>' +
    '<button type="button" class="unfold">Unfold all</button><button type="button" class="fold">Fold all</button></form>\n';
}

async function hashOf(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return `sha256-${new Uint8Array(digest).toBase64()}`;
}
