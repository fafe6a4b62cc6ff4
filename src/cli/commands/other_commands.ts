/**
 * Turns every command that has no module of its own into a call of what does it.
 *
 * @module
 */
import { identHint, playbookHint } from "../runs/mistakes.ts";
import type { DirCommand, ParsedCommandLine } from "../parse/command_line.ts";
import { print } from "../terminal/print.ts";
import { logged, readRunOptions, requestOf, tellHints } from "../runs/job_request.ts";

/** What is asked for where no directory is named: not the version, nor what has a module of its own. */
export type OtherCommand = Exclude<
  ParsedCommandLine,
  { readonly kind: "version" | "worker" | "command" }
>;

/** Commands without a module of their own. */
export type OtherName = Exclude<DirCommand["command"], "transmit" | "process">;

/**
 * Does what the command line asks for.
 *
 * @returns the exit code
 */
export async function otherCommand(parsed: OtherCommand): Promise<number> {
  switch (parsed.kind) {
    case "bare":
      print((await import("../docs/help.ts")).renderBare());
      return 0;
    case "help":
      print((await import("../docs/help.ts")).renderHelp(parsed.command));
      return 0;
    case "completions":
      print((await import("../docs/completions.ts")).renderCompletions(parsed.shell));
      return 0;
    case "doctor":
      return await (await import("./doctor.ts")).doctor();
  }
}

/**
 * Does what a command is to do with a private data directory.
 *
 * @param command its name
 * @returns the exit code
 */
export async function otherDirCommand(parsed: DirCommand, command: OtherName): Promise<number> {
  switch (command) {
    case "run":
      return await logged(parsed, async (log) => {
        const { runOnNodesOf } = await import("./run_on_nodes.ts");
        return await runOnNodesOf(parsed, {
          options: await readRunOptions(await requestOf(parsed), log),
          log,
        });
      });
    case "retry": {
      const { retrying } = await import("./history/retry.ts");
      const { runInForeground } = await import("./run.ts");
      return await logged(
        parsed,
        (log) => runInForeground(parsed, { log, start: retrying(parsed) }),
      );
    }
    case "start":
      return await start(parsed);
    case "stop":
      return await (await import("./stop.ts")).stop(parsed);
    case "is-alive":
      return await (await import("./stop.ts")).isAlive(parsed);
    case "status":
      return await (await import("./status.ts")).status(parsed);
    case "report":
      return await (await import("./report.ts")).report(parsed);
    case "logs":
      return await (await import("./logs.ts")).logs(parsed);
    case "wait":
      return await (await import("./history/wait.ts")).wait(parsed);
    case "show":
      return await (await import("./history/show.ts")).show(parsed);
    case "diff":
      return await (await import("./history/diff.ts")).diff(parsed);
    case "replay":
      return await (await import("./history/replay.ts")).replay(parsed);
    case "prune":
      return await (await import("./history/prune.ts")).prune(parsed);
    case "profile":
      return await (await import("./history/profile.ts")).profile(parsed);
    case "events":
      return await (await import("./history/events.ts")).events(parsed);
    case "deliver":
      return await (await import("./deliver.ts")).deliver(parsed);
  }
}

/** The command line is looked at in the foreground, secrets and env/ are read in the background. */
async function start(parsed: DirCommand): Promise<number> {
  const { takeBackgroundMark } = await import("./relaunch.ts");
  const isBackground = takeBackgroundMark();
  const daemon = await import("./start.ts");
  if (isBackground) {
    return await logged(
      parsed,
      (log) =>
        daemon.runInBackground(parsed, {
          readOptions: async () => await readRunOptions(await requestOf(parsed), log),
          log,
        }),
    );
  }
  const { input } = await requestOf(parsed);
  const code = await daemon.startInBackground(parsed);
  tellHints(input, [identHint(input), playbookHint(input)]);
  return code;
}
