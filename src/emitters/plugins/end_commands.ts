/**
 * Runs the programs that are told of a run's end, once, with its summary.
 *
 * @module
 */
import type { ToldRun } from "../../config/run_config.ts";
import { describeEnd, type EndReason, type Status } from "../../end_reason.ts";
import { messageOf } from "../../errors.ts";
import { printable } from "../../internal/printable.ts";
import { endingOf, GroupProgram } from "./group_program.ts";
import { commandOf, type PluginCommand, variablesOf } from "./plugin_command.ts";
import { workingDirectory } from "../../internal/working_directory.ts";

/** How long such a program may take, in milliseconds. */
const END_COMMAND_MS = 30_000;

/** Longest reason in a variable, in characters: the system starts no program with a long one. */
const MOST_REASON = 8000;

/** How a run ended, as these programs read it. */
export interface RunSummary {
  readonly status: Status | "error";
  /** Undefined of a run elsewhere that did not tell. */
  readonly rc: number | undefined;
  readonly reason: EndReason;
  /** What is wrong with a run elsewhere or its stream, in one line. */
  readonly error?: string | undefined;
  /** When it began. */
  readonly started: Date;
  /** Counts per host, by state; undefined without a stats event. */
  readonly stats:
    | {
      readonly failures: Readonly<Record<string, number>>;
      readonly dark: Readonly<Record<string, number>>;
    }
    | undefined;
}

/** Programs to run, looked up before the run. */
export interface EndCommands {
  readonly onEnd: PluginCommand | undefined;
  readonly onFailure: PluginCommand | undefined;
}

/**
 * Looks up the programs that a caller names.
 *
 * @throws {ConfigError} when there is no such program
 */
export function endCommandsOf(
  { onEnd, onFailure }: {
    readonly onEnd?: string | undefined;
    readonly onFailure?: string | undefined;
  },
): EndCommands {
  const cwd = workingDirectory();
  return {
    onEnd: onEnd === undefined ? undefined : commandOf(onEnd, { where: "--on-end", cwd }),
    onFailure: onFailure === undefined
      ? undefined
      : commandOf(onFailure, { where: "--on-failure", cwd }),
  };
}

/** The run that they are told of. */
export type NamedRun = Pick<ToldRun, "artifactDir" | "ident" | "privateDataDir">;

/** What they are run with. */
export interface EndCommandContext {
  readonly config: NamedRun;
  readonly summary: RunSummary;
  /** Takes a line for the log. */
  readonly warn: (message: string) => void;
  /** Aborted when whoever canceled the run wants its end at once. */
  readonly hurry: AbortSignal | undefined;
}

/** Runs those that the run's end calls for, one after the other: whatever they do, the rc is the run's. */
export async function runEndCommands(
  commands: EndCommands,
  context: EndCommandContext,
): Promise<void> {
  const isFailure = context.summary.status !== "successful";
  for (const command of [isFailure ? commands.onFailure : undefined, commands.onEnd]) {
    if (command === undefined) continue;
    try {
      await runOne(command, context);
    } catch (error) {
      context.warn(`Cannot run ${command.name}: ${messageOf(error)}`);
    }
  }
}

async function runOne(
  { argv, name }: PluginCommand,
  { config, summary, warn, hurry }: EndCommandContext,
): Promise<void> {
  const { status, rc, reason, error } = summary;
  const program = new GroupProgram({
    argv,
    cwd: config.privateDataDir,
    env: {
      ...variablesOf(config),
      RUNNER_STATUS: printable(status),
      RUNNER_RC: rc === undefined ? "" : String(rc),
      // What comes from elsewhere may have a NUL in it, which no variable can have.
      RUNNER_REASON: printable(error ?? describeEnd(reason) ?? reason.reason).slice(0, MOST_REASON),
    },
    onErrorLine: (line) => warn(`${name}: ${line}`),
  });
  // One that reads nothing and ends is no failure.
  program.write(`${JSON.stringify(summaryOf(config, summary))}\n`).catch(() => {});
  const { status: ended, isForced } = await program.end(END_COMMAND_MS, hurry);
  const why = hurry?.aborted ? "at the second signal" : `after ${END_COMMAND_MS / 1000} s`;
  if (isForced) warn(`Ended ${name}: still running ${why}`);
  else if (!ended.success) warn(`${name}: ${endingOf(ended)}`);
}

/** One object, in the names of the artifacts. */
function summaryOf(config: NamedRun, summary: RunSummary): Record<string, unknown> {
  const { status, rc, reason, error, started, stats } = summary;
  const ended = new Date();
  return {
    runner_ident: config.ident,
    status,
    rc: rc ?? null,
    reason,
    ...(error === undefined ? {} : { error }),
    private_data_dir: config.privateDataDir,
    artifact_dir: config.artifactDir,
    started: started.toISOString(),
    ended: ended.toISOString(),
    seconds: (ended.getTime() - started.getTime()) / 1000,
    failed_hosts: Object.keys(stats?.failures ?? {}),
    unreachable_hosts: Object.keys(stats?.dark ?? {}),
    stats: stats ?? null,
  };
}
