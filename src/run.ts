/**
 * The entry of the library: `run`, from options to a finished run; the one place that wires all the
 * parts.
 *
 * @module
 */
import { RunState } from "./artifacts/run_state.ts";
import type { RunConfig } from "./config/run_config.ts";
import { ConfigError } from "./errors.ts";
import { letBeEnded } from "./elsewhere/viewed_run.ts";
import { describeOsError, isOsError, refusedPath } from "./internal/file_system.ts";
import { type Runner, viewRun } from "./result.ts";
import type { FormerRun } from "./history/retry/recipe.ts";
import { Run } from "./run/one_run.ts";
import { makeAbsolute } from "./internal/paths.ts";
import { workingDirectory } from "./internal/working_directory.ts";
import { performOnTerminal } from "./run/on_terminal.ts";
import type { PreparedRun } from "./run/prepare_only.ts";
import { takeOptions } from "./run/caller/take_options.ts";
import type { RunningRun, RunOptions, TakenOptions } from "./run/run_options.ts";
import { decide, type DecideOptions } from "./run/prepare_config.ts";
import { inTurn } from "./run/start_limit.ts";
import type { Perform } from "./run/run_context.ts";
import type { Sink } from "./sinks/sink.ts";

export type { PreparedRun } from "./run/prepare_only.ts";
export type { ConsoleOutput, LogLevel, RunningRun, RunOptions } from "./run/run_options.ts";

/**
 * Runs Ansible to its end.
 *
 * @param options what to run and how
 * @returns the finished run: one that fails, times out or is canceled is a result as well
 * @throws {ConfigError} when the inputs are wrong; nothing was started then
 * @throws {CallbackError} when a handler threw; the run was ended and its artifacts are complete
 *
 * @example
 * ```ts
 * import { run } from "@ansible-runner/ansible-runner";
 *
 * const runner = await run({
 *   privateDataDir: "demo",
 *   module: "shell",
 *   moduleArgs: "whoami",
 *   hostPattern: "demo",
 * });
 * console.log(await runner.stdout());
 * ```
 */
export function run(options: RunOptions): Promise<Runner> {
  return runAsync(options).done;
}

/**
 * Starts Ansible and goes on.
 *
 * Never throws: what is wrong with the options comes by `done`, also when nobody awaits it.
 *
 * @param options what to run and how; all data in them is copied
 * @returns the run at once, and a promise of its end
 *
 * @example
 * ```ts
 * import { runAsync } from "@ansible-runner/ansible-runner";
 *
 * await using job = runAsync({
 *   privateDataDir: "demo",
 *   playbook: "test.yml",
 *   signal: AbortSignal.timeout(60_000),
 * });
 * for await (const event of job.runner.events) console.log(job.runner.status, event.event);
 * console.log((await job.done).status);
 * ```
 */
export function runAsync(options: RunOptions): RunningRun {
  return startRun(options, { decide, perform: performOnTerminal, terminal: true });
}

/**
 * Tells what a run would start: checks options and files, decides, makes all ready, and takes it back.
 *
 * Nothing is started but what making ready takes (an ssh-agent for keys, a copy of the project), and
 * nothing of it is left: files that the words name are gone. Named pipes of env/ have been read.
 *
 * @param options as of {@linkcode run}; handlers are not called
 * @returns words, environment and working directory
 * @throws {ConfigError} when the inputs are wrong
 *
 * @example
 * ```ts
 * import { prepare } from "@ansible-runner/ansible-runner";
 *
 * const { argv, env, cwd } = await prepare({ privateDataDir: "demo", playbook: "test.yml" });
 * console.log(argv.join(" "), env["ANSIBLE_STDOUT_CALLBACK"], cwd);
 * ```
 */
export async function prepare(options: RunOptions): Promise<PreparedRun> {
  const state = new RunState(options.ident ?? crypto.randomUUID());
  // Before anything is waited for: the caller may change what is in them, and go elsewhere.
  const taken = { ...takeOptions(options), ident: state.ident };
  const cwd = workingDirectory();
  const dir = makeAbsolute(taken.privateDataDir, cwd);
  const { prepareOnly, removeNewDirectories } = await import("./run/prepare_only.ts");
  using _dirs = removeNewDirectories(dir);
  const config = await decideWith(taken, { state, ways: { decide }, cwd });
  using _root = removeNewDirectories(config.artifactRoot);
  return await prepareOnly(taken, config);
}

/** How a run is decided and performed: helpers run programs in ways of their own. */
export interface RunWays {
  /** Makes the one decided run. */
  readonly decide: (options: DecideOptions) => Promise<RunConfig>;
  /** Starts the program and waits for its end. */
  readonly perform: Perform;
  /** Whether the program gets a terminal; if not, it runs between pipes. */
  readonly terminal: boolean;
  /** The working directory at the call, where something was waited for since. @default {that of now} */
  readonly cwd?: string;
  /** The run that it repeats. */
  readonly retryOf?: FormerRun;
  /** Told of everything before the artifacts are. @default {none} */
  readonly sink?: Sink;
  /** Takes the answer of a helper's command. @default {nobody} */
  readonly answer?: Sink;
}

/**
 * Starts a run; for this library's own parts.
 *
 * @param options what to run and how
 * @param ways how it is decided and performed
 * @returns the run at once, and a promise of its end
 */
export function startRun(options: RunOptions, ways: RunWays): RunningRun {
  const given: { readonly ident?: unknown } | null | undefined = options;
  const ident = given?.ident;
  const state = new RunState(typeof ident === "string" ? ident : crypto.randomUUID());
  const runner = viewRun(state);
  const done = perform(options, { state, runner, ways });
  // Who reads the events first and awaits the end afterwards still gets the error, and no crash.
  done.catch(() => {});
  return { runner, done, [Symbol.asyncDispose]: () => runner.cancel() };
}

/** What a run writes to, what its caller reads, and how it is done. */
interface RunView {
  readonly state: RunState;
  readonly runner: Runner;
  readonly ways: RunWays;
}

async function decideWith(
  options: TakenOptions,
  { state, ways, cwd }: {
    readonly state: RunState;
    readonly ways: Pick<RunWays, "decide">;
    /** The working directory at the call: the caller may be elsewhere when it is this run's turn. */
    readonly cwd: string;
  },
): Promise<RunConfig> {
  const { signal, privateDataDir } = options;
  try {
    const signals = [signal, state.cancel.signal].filter((each) => each !== undefined);
    return await inTurn(() => ways.decide({ ...options, cwd, signals }));
  } catch (error) {
    if (!isOsError(error)) throw error;
    const path = refusedPath(error, privateDataDir) ?? privateDataDir;
    throw new ConfigError(
      "config.private_data_dir",
      `Cannot use "${path}": ${describeOsError(error)}`,
      { cause: error },
    );
  }
}

async function perform(options: RunOptions, view: RunView): Promise<Runner> {
  const { state, runner } = view;
  try {
    // Before anything is waited for: the caller may change what is in them.
    const { metricsFile, ...given } = takeOptions(options);
    const { cwd = workingDirectory() } = view.ways;
    const taken: TakenOptions = {
      ...given,
      ident: state.ident,
      ...(metricsFile && { metricsFile: makeAbsolute(metricsFile, cwd) }),
    };
    const config = state.config = await decideWith(taken, { ...view, cwd });
    using _open = letBeEnded(config.artifactDir, state);
    await new Run(taken, { config, view: { state, runner, ...view.ways, cwd } }).execute();
    return runner;
  } catch (error) {
    if (state.rc === undefined) state.status = "failed";
    // Readers of a run that could not be made must not take silence for a run without events.
    state.closeReaders(error);
    throw error;
  } finally {
    state.end();
  }
}
