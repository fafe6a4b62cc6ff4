/**
 * The command `run --node`: a run on each node, text on standard output, and a table at the end.
 *
 * @module
 */
import type { Status } from "../../end_reason.ts";
import { type NodeResult, runOnNodes } from "../../remote/mesh/run_on_nodes.ts";
import { ByteQueue } from "../../remote/wire/byte_queue.ts";
import type { RunOptions } from "../../run.ts";
import type { DirCommand } from "../parse/command_line.ts";
import { logged, readRunOptions, requestOf } from "../runs/job_request.ts";
import type { Log } from "../terminal/debug_log.ts";
import { errorFormat, printFault } from "../terminal/fault.ts";
import { watchSignals } from "../terminal/signals.ts";
import { alignRows, openPaint, type Paint } from "../terminal/table.ts";

/** Statuses of runs that were ended before their time. */
const ENDED: readonly (Status | "error")[] = ["canceled", "timeout"];

/**
 * Runs a job on nodes.
 *
 * @returns the exit code: that of the first node that was not successful
 */
export async function runOnNodesOf(parsed: DirCommand): Promise<number> {
  return await logged(parsed, async (log) => {
    const options = await readRunOptions(await requestOf(parsed), log);
    return await runAndShow(parsed, { options, log });
  });
}

async function runAndShow(
  { flags }: DirCommand,
  { options, log }: { readonly options: RunOptions; readonly log: Log },
): Promise<number> {
  const nodes = (flags.nodes ?? []).flatMap((text) => text.split(",")).map((name) => name.trim())
    .filter((name) => name !== "");
  using signals = watchSignals();
  const screen = new ByteQueue(Deno.stdout.writable);
  const encoder = new TextEncoder();
  const show = (text: string): void | Promise<void> => screen.write(encoder.encode(text));
  const isText = flags.quiet !== true && flags.jsonMode !== true;
  const { eventHandler: _onEvent, statusHandler: _onStatus, ...job } = options;
  const results = await runOnNodes({
    ...job,
    nodes,
    receptorSocket: flags.receptorSocket || Deno.env.get("RECEPTORCTL_SOCKET") || undefined,
    receptorSign: flags.receptorSign ?? false,
    signal: signals.cancel,
    killSignal: signals.kill,
    log,
    ...(isText && { onOutput: (text, node) => show(ofNode(text, { node, nodes })) }),
    ...(flags.jsonMode === true && { eventHandler: (event) => show(`${JSON.stringify(event)}\n`) }),
  });
  if (isText) await show(renderNodes(results, openPaint()));
  // Whoever canceled it does not wait for a reader that takes nothing.
  await screen.settle(signals.cancel.aborted ? AbortSignal.timeout(1000) : signals.cancel);
  for (const result of results) {
    const { node, ident, error, hint } = result;
    if (error === undefined) continue;
    log("error", `${node}: ${error}`);
    if (flags.quiet === true && errorFormat() === "text") continue;
    const message = `Run on node "${node}" ended: ${error}`;
    printFault({ code: "remote.node", message, hint, ident, exitCode: exitCodeOf(result) });
  }
  if (signals.cancel.aborted) return 254;
  return results.map(exitCodeOf).find((code) => code !== 0) ?? 0;
}

/** Lines of several nodes come as they come: each says whose it is. */
function ofNode(
  text: string,
  { node, nodes }: { readonly node: string; readonly nodes: readonly string[] },
): string {
  // Contract of `process`, not of `run`: an empty line for each event that shows nothing.
  if (text === "\n") return "";
  if (nodes.length === 1) return text;
  const lines = text.slice(0, -1).split("\n");
  return lines.map((line) => `${shortName(node, nodes)}: ${line}\n`).join("");
}

/** A node's name as people call it, where that is enough to tell them apart. */
function shortName(node: string, nodes: readonly string[]): string {
  const short = (name: string): string => name.replace(/^ssh:\/\/([^/]*).*$/, "$1");
  const isEnough = nodes.filter((each) => short(each) === short(node)).length === 1;
  return isEnough ? short(node) : node;
}

/** Renders what came of a job as a table, a node each. */
export function renderNodes(results: readonly NodeResult[], paint: Paint): string {
  const [heading = "", ...rows] = alignRows([
    ["NODE", "IDENT", "STATUS", "RC"],
    ...results.map(({ node, ident, status, rc }) => [node, ident, status, String(rc ?? "-")]),
  ]);
  const lines = rows.map((row, at) => paint(row, isGood(results[at]) ? "good" : "bad"));
  return ["", heading, ...lines, ""].join("\n");
}

function isGood(result: NodeResult | undefined): boolean {
  return result?.status === "successful" && result.error === undefined;
}

function exitCodeOf(result: NodeResult): number {
  if (isGood(result)) return result.rc ?? 0;
  return result.rc || (ENDED.includes(result.status) ? 254 : 1);
}
