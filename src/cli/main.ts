/**
 * The program: parses the command line, does it, and says in one line what went wrong.
 *
 * @module
 */
import { refuseOddArguments } from "./parse/refuse_non_utf8.ts";
import { runCommand } from "./commands/run.ts";
import { printError } from "./terminal/diagnostics.ts";
import { errorFormatIn, useErrorFormat } from "./terminal/fault.ts";
import { parseCommandLine } from "./parse/command_line.ts";
import { print } from "./terminal/print.ts";
import { refuseLongFiles } from "./terminal/signals.ts";

/**
 * Runs one command.
 *
 * @param args what stands after the program's name
 * @returns the exit code
 */
export async function main(args: readonly string[]): Promise<number> {
  useErrorFormat(errorFormatIn(args));
  try {
    refuseOddArguments(args);
    const parsed = parseCommandLine(args);
    switch (parsed.kind) {
      case "bare":
        print((await import("./docs/help.ts")).renderBare());
        return 0;
      case "help":
        print((await import("./docs/help.ts")).renderHelp(parsed.command));
        return 0;
      case "version":
        print((await import("../version.ts")).VERSION);
        return 0;
      case "completions":
        print((await import("./docs/completions.ts")).renderCompletions(parsed.shell));
        return 0;
      case "doctor":
        return await (await import("./commands/doctor.ts")).doctor();
      case "worker":
        return await (await import("./commands/worker.ts")).worker(parsed);
      case "command":
        refuseLongFiles();
        return await runCommand(parsed);
    }
  } catch (error) {
    return printError(error, { debug: args.includes("--debug") });
  }
}
