/**
 * The program: parses the command line, does it, and says in one line what went wrong.
 *
 * @module
 */
import { refuseOddArguments } from "./parse/refuse_non_utf8.ts";
import { printError } from "./terminal/diagnostics.ts";
import { errorFormatIn, useErrorFormat } from "./terminal/fault.ts";
import { parseCommandLine } from "./parse/command_line.ts";
import { print } from "./terminal/print.ts";
import { refuseLongFiles } from "./terminal/signals.ts";

/** Loads all that is neither a plain `run` nor `--version`. */
export type LoadOthers = () => Promise<typeof import("./commands/other_commands.ts")>;

/**
 * Runs one command.
 *
 * @param args what stands after the program's name
 * @returns the exit code
 */
export async function main(args: readonly string[], loadOthers: LoadOthers): Promise<number> {
  useErrorFormat(errorFormatIn(args));
  try {
    refuseOddArguments(args);
    const parsed = parseCommandLine(args);
    if (parsed.kind === "version") {
      print((await import("../version.ts")).VERSION);
      return 0;
    }
    if (parsed.kind === "command" && parsed.command === "run" && parsed.flags.nodes === undefined) {
      refuseLongFiles();
      return await (await import("./commands/run.ts")).runCommand(parsed);
    }
    return await (await loadOthers()).otherCommand(parsed);
  } catch (error) {
    return printError(error, { debug: args.includes("--debug") });
  }
}
