/**
 * Says to a person at a terminal which host failed in which task, and where to look.
 *
 * @module
 */
import { printable } from "../../internal/printable.ts";
import { quote } from "../../python/shlex.ts";
import type { Runner } from "../../result.ts";
import type { DirCommand } from "../parse/command_line.ts";
import { errorFormat } from "../terminal/fault.ts";
import { printDiagnostic } from "../terminal/print.ts";

/** Says it in one line; nothing when standard error is no terminal, or the run is quiet. */
export async function sayWhatFailed(runner: Runner, parsed: DirCommand): Promise<void> {
  const isFailure = runner.endReason?.reason === "exit" && runner.rc !== 0;
  if (!isFailure || runner.config.quiet || !Deno.stderr.isTerminal()) return;
  if (errorFormat() === "json") return;
  const { summarize } = await import("../../history/summary.ts");
  const [failed] = summarize(runner.config.artifactDir)?.failed ?? [];
  const where = failed === undefined
    ? `exit code ${runner.rc}`
    : [failed.host, failed.task].filter((text) => text !== "").join(": ");
  printDiagnostic(printable(`Run failed: ${where} (${lookText(runner, parsed)})`));
}

function lookText({ ident }: Runner, { privateDataDir, flags }: DirCommand): string {
  const root = flags.artifactDir ? ` --artifact-dir ${quote(flags.artifactDir)}` : "";
  return `ansible-runner show ${quote(privateDataDir)} -i ${quote(ident)}${root}`;
}
