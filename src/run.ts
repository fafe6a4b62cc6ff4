/**
 * Turns options into a finished run: the one place that wires all the parts.
 *
 * @module
 */
import { ARTIFACT } from "./artifacts/layout.ts";
import { buildPrompts, type Prompt } from "./config/prompts.ts";
import type { RunConfig } from "./config/run_config.ts";
import { RUN_MARKER } from "./command/environment.ts";
import { checkIsolation, prepareLaunch } from "./command/launch.ts";
import { messageOf } from "./errors.ts";
import type { EndReason, Status } from "./end_reason.ts";
import type { StatusEvent } from "./events/status_event.ts";
import { pythonJson } from "./python/json_write.ts";
import type { Redactor } from "./internal/redact.ts";
import { acquire } from "./ownership/claim.ts";
import { privatePlaces } from "./ownership/private_place.ts";
import { type Runner, viewRun } from "./result.ts";
import { writeLastWords, writeReason } from "./artifacts/last_words.ts";
import { RunState } from "./artifacts/run_state.ts";
import type { Perform } from "./run/run_context.ts";
import { decide, type DecideOptions } from "./run/prepare_config.ts";
import { enterGate } from "./run/start_limit.ts";
import { HandlerCalls } from "./run/caller_handlers.ts";
import { type Log, openLog } from "./run/log.ts";
import { performOnTerminal } from "./run/on_terminal.ts";
import { type ObserverContext, Observers } from "./run/observers.ts";
import type { LogLevel, RunningRun, RunOptions } from "./run/options.ts";
import { Recorder } from "./run/recorder.ts";
import { clearRemains } from "./run/clear_remains.ts";
import { commandRedactorOf, redactorOf, shownLaunch, shownReason } from "./run/masking.ts";
import { Stopper } from "./run/cancellation.ts";
import { Artifacts } from "./artifacts/writer.ts";
import { makeArtifactDir, removeOldArtifacts, rotateArtifacts } from "./artifacts/directory.ts";

export type { ConsoleOutput, LogLevel, RunningRun, RunOptions } from "./run/options.ts";

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
 * @param options what to run and how
 * @returns the run at once, and a promise of its end
 *
 * @example
 * ```ts
 * import { runAsync } from "@ansible-runner/ansible-runner";
 *
 * const { runner, done } = runAsync({
 *   privateDataDir: "demo",
 *   playbook: "test.yml",
 *   signal: AbortSignal.timeout(60_000),
 * });
 * for await (const event of runner.events) console.log(runner.status, event.event);
 * console.log((await done).status);
 * ```
 */
export function runAsync(options: RunOptions): RunningRun {
  return startRun(options, { decide, perform: performOnTerminal });
}

/** How a run is decided and performed: helpers run programs in ways of their own. */
export interface RunWays {
  /** Makes the one decided run. */
  readonly decide: (options: DecideOptions) => Promise<RunConfig>;
  /** Starts the program and waits for its end. */
  readonly perform: Perform;
}

/**
 * Starts a run; for this library's own parts.
 *
 * @param options what to run and how
 * @param ways how it is decided and performed
 * @returns the run at once, and a promise of its end
 */
export function startRun(options: RunOptions, ways: RunWays): RunningRun {
  const ident = options.ident ?? crypto.randomUUID();
  const state = new RunState(ident);
  const runner = viewRun(state);
  const done = perform({ ...options, ident }, { state, runner, ways });
  // Who reads the events first and awaits the end afterwards still gets the error, and no crash.
  done.catch(() => {});
  return { runner, done };
}

/** What a run writes to, what its caller reads, and how it is done. */
interface RunView {
  readonly state: RunState;
  readonly runner: Runner;
  readonly ways: RunWays;
}

async function perform(options: RunOptions, view: RunView): Promise<Runner> {
  const { state, runner } = view;
  try {
    const { signal = state.cancel.signal } = options;
    const config = state.config = await view.ways.decide({
      ...options,
      signal: AbortSignal.any([signal, state.cancel.signal]),
    });
    await new Run(options, config, view).execute();
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

/** One run on its way from `starting` to its end. */
class Run {
  readonly #options: RunOptions;
  readonly #config: RunConfig;
  readonly #view: RunView;
  readonly #redactor: Redactor;
  readonly #commandRedactor: Redactor;
  readonly #stopper = new Stopper();
  readonly #handlers: HandlerCalls;
  readonly #writeLog: Log;

  constructor(options: RunOptions, config: RunConfig, view: RunView) {
    this.#options = options;
    this.#config = config;
    this.#view = view;
    this.#redactor = redactorOf(config);
    this.#writeLog = openLog(options);
    this.#commandRedactor = commandRedactorOf(config);
    this.#handlers = new HandlerCalls(
      options,
      (handler) => this.#stopper.stop({ reason: "handler_failed", handler }),
    );
  }

  async execute(): Promise<void> {
    const config = this.#config;
    for (const warning of config.warnings) this.#log("warning", warning);
    this.#log("debug", `private data dir: ${config.privateDataDir}`);
    this.#log("debug", `artifact dir: ${config.artifactDir}`);
    const prompts = await buildPrompts(config);
    await checkIsolation(config);
    using stopper = this.#stopper;
    stopper.cancelOn(this.#options.signal);
    stopper.cancelOn(this.#view.state.cancel.signal);
    stopper.hurryOn(this.#options.killSignal);
    using place = await enterGate();
    const recorder = await this.#inArtifactDir(prompts, () => place.started());
    await this.#handlers.artifacts(config.artifactDir);
    await this.#handlers.finished(this.#view.runner);
    const error = this.#handlers.error ?? recorder.error;
    if (error !== undefined) throw error;
  }

  /** All that happens while the artifact directory is ours. */
  async #inArtifactDir(prompts: readonly Prompt[], started: () => void): Promise<Recorder> {
    const config = this.#config;
    const runId = crypto.randomUUID();
    await using stack = new AsyncDisposableStack();
    stack.use(makeArtifactDir(config.artifactRoot, config.ident));
    const ownership = stack.use(
      await acquire(config.artifactDir, `${RUN_MARKER}=${runId}`, { clear: clearRemains }),
    );
    const { noteRemains } = ownership;
    // What may be refused comes first: a run that could not be made changes nothing.
    const observers = await this.#openObservers({ noteRemains, stack });
    const launch = await prepareLaunch(config, {
      runId,
      noteRemains,
      privatePlaces: config.isolation === undefined ? [] : privatePlaces(),
      debug: (message) => this.#log("debug", message),
      cgroupFiles: observers.cgroupFiles,
      signal: this.#stopper.signal,
      stack,
    });
    removeOldArtifacts(config.artifactDir);
    const { artifactRoot, ident } = config;
    rotateArtifacts(artifactRoot, { keep: config.rotateArtifacts, current: ident });
    const recorder = this.#openRecorder(stack);
    const shown = shownLaunch(launch, { config, redactor: this.#commandRedactor });
    recorder.writeFile(ARTIFACT.command, pythonJson(shown));
    this.#log("debug", `command: ${shown.command.join(" ")}`);
    this.#log("debug", `cwd: ${shown.cwd}`);
    for (const name of config.inputEnv) this.#log("debug", `env: ${name}=${shown.env[name]}`);
    await this.#status("starting", shown);
    const reason = this.#stopper.cause ?? await this.#view.ways.perform(launch, {
      config,
      recorder,
      redactor: this.#redactor,
      stopper: this.#stopper,
      handlers: this.#handlers,
      runId,
      privateDir: ownership.privateDir,
      prompts,
      started,
      showEarly: config.quiet || config.jsonMode ? undefined : this.#options.output?.showEarly,
      warn: (message) => this.#log("warning", message),
      tellRunning: () => this.#status("running"),
      cancelCallback: this.#options.cancelCallback,
    }).catch(async (error) => {
      // Whoever looks at the artifacts later finds how it ended.
      const [program = ""] = launch.argv;
      await this.#close({ reason: "could_not_start", program, error: messageOf(error) }, recorder);
      throw error;
    });
    await this.#close(reason, recorder);
    return recorder;
  }

  async #openObservers(
    made: Pick<ObserverContext, "noteRemains" | "stack">,
  ): Promise<Observers> {
    const canceled = this.#view.state.cancel.signal;
    const { signal = canceled, killSignal: hurry } = this.#options;
    const observers = await Observers.open(this.#config, {
      ...made,
      emitters: this.#options.emitters ?? [],
      warn: (message) => this.#log("warning", message),
      stop: () => this.#stopper.stop({ reason: "handler_failed", handler: "Emitter" }),
      cancel: AbortSignal.any([signal, canceled]),
      hurry,
    });
    this.#handlers.tellAlso(observers);
    return observers;
  }

  #openRecorder(stack: AsyncDisposableStack): Recorder {
    const config = this.#config;
    const artifacts = stack.use(
      new Artifacts({
        dir: config.artifactDir,
        scratchDir: config.scratchDir,
        suppressOutputFile: config.settings.suppressOutputFile ?? false,
        eventStore: config.settings.eventStore ?? "files",
      }),
    );
    return new Recorder({
      config,
      artifacts,
      state: this.#view.state,
      show: config.quiet ? undefined : this.#options.output?.open(artifacts.stdoutPath),
      failed: (error) =>
        this.#stopper.stop({ reason: "artifacts_failed", error: messageOf(error) }),
    });
  }

  /** Writes the last files, then tells: whoever is told finds them. */
  async #close(ending: EndReason, recorder: Recorder): Promise<void> {
    const { state } = this.#view;
    const reason = shownReason(ending, this.#commandRedactor);
    const write = recorder.writeFile.bind(recorder);
    const { rc, status } = writeLastWords(reason, write);
    state.rc = rc;
    state.reason = reason;
    state.closeReaders();
    await this.#status(status);
    const undelivered = await this.#handlers.settle();
    if (undelivered.length === 0) return;
    state.reason = shownReason({ ...reason, undelivered }, this.#commandRedactor);
    writeReason(state.reason, write);
  }

  async #status(status: Status, more: Partial<StatusEvent> = {}): Promise<void> {
    this.#view.state.status = status;
    this.#log("debug", `status: ${status}`);
    const event: StatusEvent = { status, runner_ident: this.#config.ident, ...more };
    await this.#handlers.status(event, this.#config);
  }

  #log(level: LogLevel, message: string): void {
    this.#writeLog(level, this.#commandRedactor.redact(message));
  }
}
