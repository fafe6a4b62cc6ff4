/**
 * Runs one command for its answer: the text it printed, its complaints and its exit code.
 *
 * @module
 */
import { ConfigError } from "../errors.ts";
import { checkChoice } from "./choice.ts";
import { KeptAnswer } from "./kept_answer.ts";
import { baseName } from "../internal/paths.ts";
import type { Runner } from "../result.ts";
import { startRun } from "../run.ts";
import { type CommandStreams, performBetweenPipes } from "../run/between_pipes.ts";
import { decideCommand } from "../run/prepare_config.ts";
import { performOnTerminal } from "../run/on_terminal.ts";
import { TEXT, TEXTS } from "../run/caller/option_kinds.ts";
import { checkedOption, pathIfGiven } from "../run/caller/take_options.ts";
import type { RunOptions } from "../run/run_options.ts";

/** The options of a run that say what a playbook, module or role is run with: no command has them. */
export type PlaybookOption =
  | "privateDataDir"
  | "playbook"
  | "module"
  | "moduleArgs"
  | "hostPattern"
  | "role"
  | "roleVars"
  | "roleSkipFacts"
  | "hosts"
  | "rolesPath"
  | "binary"
  | "inventory"
  | "extravars"
  | "cmdline"
  | "limit"
  | "forks"
  | "verbosity"
  | "tags"
  | "skipTags";

/** How a command is run: as a run is, less what only playbooks, modules and roles have. */
export interface CommandOptions extends Omit<RunOptions, PlaybookOption>, CommandStreams {
  /** Private data directory. @default {a temporary one, removed at the end} */
  readonly privateDataDir?: string | URL | undefined;
  /** Working directory. @default {the caller's} */
  readonly hostCwd?: string | URL | undefined;
}

/** What a command answered. */
export interface CommandResult {
  /** What it printed; on a terminal with its complaints in between. Line ends are `\n`. */
  readonly response: string;
  /** What it complained of on stderr; empty on a terminal. */
  readonly error: string;
  /** Its exit code; 254 after a timeout or a cancel, 127 when there is no such program. */
  readonly rc: number;
}

/** A command that goes on. */
export interface RunningCommand<Result> extends AsyncDisposable {
  /** The run, to look at while it goes on. */
  readonly runner: Runner;
  /** Its answer when it has ended. */
  readonly done: Promise<Result>;
  /** Leaving the block of an `await using` command cancels it, unless it has ended. */
  readonly [Symbol.asyncDispose]: () => Promise<void>;
}

/**
 * Starts a command whose options may be wrong already: an error comes by `done` as all others do.
 *
 * @param start starts it
 */
export function startSafely<Result>(start: () => RunningCommand<Result>): RunningCommand<Result> {
  try {
    return start();
  } catch (error) {
    const { runner, done } = startRun({ privateDataDir: "/" }, {
      decide: () => Promise.reject(error),
      perform: performOnTerminal,
      terminal: false,
    });
    return runningCommand(runner, done as Promise<never>);
  }
}

/** Nobody need await the end. */
export function runningCommand<Result>(
  runner: Runner,
  done: Promise<Result>,
): RunningCommand<Result> {
  done.catch(() => {});
  return { runner, done, [Symbol.asyncDispose]: () => runner.cancel() };
}

/** Programs whose answer is data: between pipes, so that it is not mixed with warnings. Contract. */
const PIPED: ReadonlySet<string> = new Set(["ansible-config", "ansible-doc", "ansible-galaxy"]);

/**
 * Runs one command to its end, such as `ansible-playbook` with words of its own.
 *
 * It runs on a terminal, but between pipes when it is `ansible-config`, `ansible-doc` or
 * `ansible-galaxy`, or when a stream is given. An `ansible-playbook` on a terminal makes events.
 *
 * @param executable name or path of the program
 * @param args its arguments, passed as they are
 * @param options as of a run
 * @returns what it answered, whatever its exit code
 * @throws {ConfigError} when inputs are wrong, or there is no program to run
 *
 * @example
 * ```ts
 * import { runCommand } from "@ansible-runner/ansible-runner";
 *
 * const { response, rc } = await runCommand("ansible-playbook", ["--syntax-check", "test.yml"], {
 *   hostCwd: "demo/project",
 * });
 * console.log(rc, response);
 * ```
 */
export async function runCommand(
  executable: string,
  args: readonly string[] = [],
  options: CommandOptions = {},
): Promise<CommandResult> {
  return await runCommandAsync(executable, args, options).done;
}

/**
 * Starts one command and goes on; see {@linkcode runCommand}.
 *
 * @param executable name or path of the program
 * @param args its arguments
 * @param options as of a run
 * @returns the run at once, and a promise of its answer
 *
 * @example
 * ```ts
 * import { runCommandAsync } from "@ansible-runner/ansible-runner";
 *
 * const { runner, done } = runCommandAsync("ansible-galaxy", ["role", "list"]);
 * console.log(runner.status);
 * console.log((await done).response);
 * ```
 */
export function runCommandAsync(
  executable: string,
  args: readonly string[] = [],
  options: CommandOptions = {},
): RunningCommand<CommandResult> {
  return startSafely(() => {
    checkedOption(executable, { name: "executable", kind: TEXT });
    checkedOption(args, { name: "args", kind: TEXTS });
    const name = baseName(executable);
    const { stdio, inputStream, outputStream, errorStream } = options;
    const hasStream = [stdio, inputStream, outputStream, errorStream]
      .some((stream) => stream !== undefined);
    return startCommand([executable, ...args], options, {
      isPiped: PIPED.has(name) || hasStream,
    });
  });
}

/**
 * Starts a command.
 *
 * @param argv its words
 * @param options the caller's
 * @returns the run, and a promise of its answer
 */
export function startCommand(
  argv: readonly string[],
  options: CommandOptions,
  { isPiped }: { readonly isPiped: boolean },
): RunningCommand<CommandResult> {
  if (!argv[0]) throw new ConfigError("config.command", "Cannot run a command without a name");
  const { stdio, inputStream, outputStream, errorStream, hostCwd, ...rest } = options;
  checkStdio(options);
  const cwd = pathIfGiven(hostCwd, "hostCwd");
  // A directory that nobody named is nobody's to look at afterwards.
  const temporary = options.privateDataDir === undefined
    ? Deno.makeTempDirSync({ prefix: ".ansible-runner-" })
    : undefined;
  const runOptions: RunOptions = {
    ...rest,
    privateDataDir: options.privateDataDir ?? temporary ?? "",
  };
  const answer = new KeptAnswer();
  const streams = { stdio, inputStream, outputStream, errorStream };
  const { runner, done } = startRun(runOptions, {
    decide: async (input) => {
      const isInherited = stdio === "inherit";
      const config = await decideCommand(input, { argv, cwd, isInherited });
      // No file will have it.
      answer.isKept = config.settings.suppressOutputFile === true;
      return config;
    },
    perform: isPiped
      ? performBetweenPipes({ ...streams, onErrors: (text) => answer.error = text })
      : performOnTerminal,
    terminal: !isPiped,
    answer,
  });
  return runningCommand(runner, answerOf(done, { temporary, answer }));
}

function checkStdio({ stdio, inputStream, outputStream, errorStream }: CommandStreams): void {
  checkChoice({ option: "stdio", of: "a command", allowed: ["inherit"] }, stdio);
  const stream = Object.entries({ inputStream, outputStream, errorStream })
    .find(([, value]) => value !== undefined);
  if (stdio === undefined || stream === undefined) return;
  throw new ConfigError(
    "config.choice",
    `Cannot use stdio "inherit" with ${stream[0]}: expected one of them`,
  );
}

async function answerOf(
  done: Promise<Runner>,
  { temporary, answer }: { readonly temporary: string | undefined; readonly answer: KeptAnswer },
): Promise<CommandResult> {
  try {
    const runner = await done;
    const output = await (answer.isKept ? answer.text() : runner.stdout());
    return {
      response: output.replaceAll("\r\n", "\n"),
      error: answer.isKept ? answer.error : await runner.stderr(),
      rc: runner.rc ?? 1,
    };
  } finally {
    if (temporary !== undefined) await Deno.remove(temporary, { recursive: true });
  }
}
