/**
 * The program: parses the command line, does it, and says in one line what went wrong.
 *
 * @module
 */
import { refuseOddArguments } from "./parse/refuse_non_utf8.ts";
import { printError } from "./terminal/diagnostics.ts";
import { errorFormatIn, useErrorFormat } from "./terminal/fault.ts";
import { type DirCommand, parseCommandLine } from "./parse/command_line.ts";
import type { LoadPart } from "./parts.ts";
import { print } from "./terminal/print.ts";
import { refuseLongFiles } from "./terminal/signals.ts";

/**
 * Runs one command.
 *
 * @param args what stands after the program's name
 * @param load loads what does it, and nothing else
 * @returns the exit code
 */
export async function main(args: readonly string[], load: LoadPart): Promise<number> {
  useErrorFormat(errorFormatIn(args));
  try {
    refuseOddArguments(args);
    const parsed = parseCommandLine(args);
    switch (parsed.kind) {
      case "bare":
        print((await load("docs/help")).renderBare());
        return 0;
      case "help":
        print((await load("docs/help")).renderHelp(parsed.command));
        return 0;
      case "version":
        print((await import("../version.ts")).VERSION);
        return 0;
      case "completions":
        print((await load("docs/completions")).renderCompletions(parsed.shell));
        return 0;
      case "doctor":
        return await (await load("commands/doctor")).doctor();
      case "worker":
        return await (await load("commands/worker")).worker(parsed);
      case "command":
        refuseLongFiles();
        return await dirCommand(parsed, load);
    }
  } catch (error) {
    return printError(error, { debug: args.includes("--debug"), load });
  }
}

async function dirCommand(parsed: DirCommand, load: LoadPart): Promise<number> {
  switch (parsed.command) {
    case "run":
      if (parsed.flags.nodes === undefined) {
        return await (await load("commands/run")).runCommand(parsed);
      }
      return await (await load("commands/run_on_nodes")).runOnNodesOf(parsed);
    case "retry":
      return await (await load("commands/history/retry")).retryRun(parsed);
    case "start":
      return await (await load("commands/start")).start(parsed);
    case "transmit":
      return await (await load("commands/transmit")).transmit(parsed);
    case "process":
      return await (await load("commands/process")).processStream(parsed);
    case "stop":
      return await (await load("commands/stop")).stop(parsed);
    case "is-alive":
      return await (await load("commands/stop")).isAlive(parsed);
    case "status":
      return await (await load("commands/status")).status(parsed);
    case "report":
      return await (await load("commands/report")).report(parsed);
    case "logs":
      return await (await load("commands/logs")).logs(parsed);
    case "wait":
      return await (await load("commands/history/wait")).wait(parsed);
    case "show":
      return await (await load("commands/history/show")).show(parsed);
    case "diff":
      return await (await load("commands/history/diff")).diff(parsed);
    case "replay":
      return await (await load("commands/history/replay")).replay(parsed);
    case "prune":
      return await (await load("commands/history/prune")).prune(parsed);
    case "profile":
      return await (await load("commands/history/profile")).profile(parsed);
    case "events":
      return await (await load("commands/history/events")).events(parsed);
    case "deliver":
      return await (await load("commands/deliver")).deliver(parsed);
  }
}
