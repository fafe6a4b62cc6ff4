/**
 * The program: parses the command line, does it, and says in one line what went wrong.
 *
 * @module
 */
import { refuseOddArguments } from "./parse/refuse_non_utf8.ts";
import { printError } from "./terminal/diagnostics.ts";
import { errorFormatIn, useErrorFormat } from "./terminal/fault.ts";
import { type DirCommand, parseCommandLine } from "./parse/command_line.ts";
import { print } from "./terminal/print.ts";
import { refuseLongFiles } from "./terminal/signals.ts";

/** The modules of commands, by the names of their files. */
export interface CommandModules {
  readonly run: typeof import("./commands/run.ts");
  readonly transmit: typeof import("./commands/transmit.ts");
  readonly worker: typeof import("./commands/worker.ts");
  readonly process: typeof import("./commands/process.ts");
  readonly other_commands: typeof import("./commands/other_commands.ts");
}

/** Loads the module of a command: `deno run` reads all files that a literal `import()` names at once. */
export type LoadCommand = <Name extends keyof CommandModules>(
  name: Name,
) => Promise<CommandModules[Name]>;

/**
 * Runs one command.
 *
 * @param args what stands after the program's name
 * @returns the exit code
 */
export async function main(args: readonly string[], load: LoadCommand): Promise<number> {
  useErrorFormat(errorFormatIn(args));
  try {
    refuseOddArguments(args);
    const parsed = parseCommandLine(args);
    if (parsed.kind === "version") {
      print((await import("../version.ts")).VERSION);
      return 0;
    }
    if (parsed.kind === "worker") return await (await load("worker")).worker(parsed);
    if (parsed.kind !== "command") return await (await load("other_commands")).otherCommand(parsed);
    refuseLongFiles();
    return await dirCommand(parsed, load);
  } catch (error) {
    return printError(error, { debug: args.includes("--debug") });
  }
}

async function dirCommand(parsed: DirCommand, load: LoadCommand): Promise<number> {
  const { command, flags } = parsed;
  switch (command) {
    case "transmit":
      return await (await load("transmit")).transmit(parsed);
    case "process":
      return await (await load("process")).processStream(parsed);
    default:
      if (command === "run" && flags.nodes === undefined) {
        return await (await load("run")).runCommand(parsed);
      }
      return await (await load("other_commands")).otherDirCommand(parsed, command);
  }
}
