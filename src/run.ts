/**
 * Turns options into a finished run: the one place that wires all the parts.
 *
 * @module
 */
import { buildPrompts, type Prompt } from "./config/prompts.ts";
import type { RunConfig } from "./config/run_config.ts";
import { RUN_MARKER } from "./command/environment.ts";
import { checkIsolation, type Launch, prepareLaunch } from "./command/launch.ts";
import { type EndReason, rcOf, statusOf } from "./events/end_reason.ts";
import { OutputPipeline } from "./events/pipeline.ts";
import type { EventRecord } from "./events/record.ts";
import { Spool } from "./events/spool.ts";
import { withoutMarkers } from "./events/tokenizer.ts";
import type { Status, StatusEvent } from "./events/types.ts";
import { pythonJson } from "./internal/json_text.ts";
import type { Redactor } from "./internal/redact.ts";
import { acquire } from "./process/owner.ts";
import { isOwnerAlive, readOwner } from "./process/owner_record.ts";
import { PromptResponder } from "./process/prompts.ts";
import { findProgram } from "./internal/programs.ts";
import { Pty } from "./process/pty.ts";
import { Supervisor } from "./process/supervise.ts";
import { type Runner, viewRun } from "./result.ts";
import { RunState } from "./result/run_state.ts";
import { decide } from "./run/decide.ts";
import { reasonOf, reasonOfCause } from "./run/ending.ts";
import { enterGate } from "./run/gate.ts";
import { HandlerCalls } from "./run/handlers.ts";
import type { LogLevel, RunningRun, RunOptions } from "./run/options.ts";
import { endWhenAsked } from "./run/prompt_guard.ts";
import { Recorder } from "./run/recorder.ts";
import { redactorOf, shownLaunch } from "./run/shown.ts";
import { Stopper } from "./run/stopper.ts";
import { Artifacts } from "./sinks/artifacts.ts";
import {
  makeArtifactDir,
  removeEmptyArtifactDir,
  removeOldArtifacts,
  rotateArtifacts,
} from "./sinks/artifact_dir.ts";

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
 * ```ts no-run
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
 * ```ts no-run
 * import { runAsync } from "@ansible-runner/ansible-runner";
 *
 * const { runner, done } = runAsync({ privateDataDir: "demo", playbook: "test.yml" });
 * setTimeout(() => runner.cancel("took too long"), 60_000);
 * console.log((await done).status);
 * ```
 */
export function runAsync(options: RunOptions): RunningRun {
  const ident = options.ident ?? crypto.randomUUID();
  const state = new RunState(ident);
  const runner = viewRun(state);
  const done = perform({ ...options, ident }, { state, runner });
  // Who reads the events first and awaits the end afterwards still gets the error, and no crash.
  done.catch(() => {});
  return { runner, done };
}

/** The two sides of a run: what it writes to, and what its caller reads. */
interface RunView {
  readonly state: RunState;
  readonly runner: Runner;
}

async function perform(options: RunOptions, view: RunView): Promise<Runner> {
  const { state, runner } = view;
  try {
    const config = state.config = await decide(options);
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
  readonly #stopper = new Stopper();
  readonly #handlers: HandlerCalls;

  constructor(options: RunOptions, config: RunConfig, view: RunView) {
    this.#options = options;
    this.#config = config;
    this.#view = view;
    this.#redactor = redactorOf(config);
    this.#handlers = new HandlerCalls(
      options,
      (handler, error) => this.#stopper.stop({ type: "handler_failed", handler, error }),
    );
  }

  async execute(): Promise<void> {
    const config = this.#config;
    for (const warning of config.warnings) this.#log("warning", warning);
    const prompts = buildPrompts(config);
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
    stack.defer(() => removeEmptyArtifactDir(config.artifactRoot, config.ident));
    makeArtifactDir(config.artifactRoot, config.ident);
    const ownership = stack.use(await acquire(config.artifactDir, `${RUN_MARKER}=${runId}`));
    removeOldArtifacts(config.artifactDir);
    rotateArtifacts(config.artifactRoot, {
      keep: config.rotateArtifacts,
      current: config.ident,
      isLive,
    });
    const recorder = this.#openRecorder(stack);
    const launch = await prepareLaunch(config, {
      runId,
      noteRemains: (path) => ownership.noteRemains(path),
      debug: (message) => this.#log("debug", message),
      stack,
    }).catch((error) => {
      // A run that could not be made leaves nothing.
      removeOldArtifacts(config.artifactDir);
      throw error;
    });
    const shown = shownLaunch(launch, { config, redactor: this.#redactor });
    recorder.writeFile("command", pythonJson(shown));
    this.#log("debug", `command: ${shown.command.join(" ")}`);
    this.#log("debug", `cwd: ${shown.cwd}`);
    await this.#status("starting", shown);
    await this.#close(await this.#perform(launch, { recorder, runId, prompts, started }), recorder);
    return recorder;
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
      failed: (error) => this.#stopper.stop({ type: "artifacts_failed", error }),
    });
  }

  /** Starts the program and waits until it and all its output are done. */
  async #perform(launch: Launch, context: RunContext): Promise<EndReason> {
    const config = this.#config;
    const { recorder } = context;
    if (this.#stopper.cause !== undefined) return reasonOfCause(this.#stopper.cause);
    const token = crypto.randomUUID().replaceAll("-", "");
    using spool = Spool.create(`${config.scratchDir}/spool`, token);
    const pipeline = new OutputPipeline({
      token,
      ident: config.ident,
      spool,
      redactor: this.#redactor,
      backlogPath: `${config.scratchDir}/backlog`,
      onDisplay: (text) => recorder.display(text),
      onMissingBody: (key) => recorder.missingBody(key),
      onEvent: (record) => this.#event(record, recorder),
    });
    const name = launch.argv[0] ?? "";
    const env = launch.engineEnv ?? launch.env;
    const program = launch.program ?? findProgram(name, env["PATH"] ?? "", launch.cwd);
    if (program === undefined) {
      // Contract: this text is the run's output.
      pipeline.feed(
        new TextEncoder().encode(`The command was not found or was not executable: ${name}.\n`),
      );
      await pipeline.finish();
      return { reason: "could_not_start", program: name };
    }
    const pty = Pty.spawn({ ...launch, program, env }, { scratchDir: config.scratchDir });
    context.started();
    const responder = new PromptResponder({
      answers: context.prompts,
      clean: (text) => withoutMarkers(text, token),
      type: (text) => pty.write(text),
    });
    const supervisor = new Supervisor(pty, {
      onOutput: (bytes) => {
        responder.feed(bytes);
        pipeline.feed(bytes);
      },
      jobTimeoutMs: config.settings.jobTimeoutMs,
      idleTimeoutMs: config.settings.idleTimeoutMs,
      graceMs: config.settings.gracePeriodMs ?? 2000,
      marker: `${RUN_MARKER}=${context.runId}`,
      onStop: launch.onStop,
    });
    this.#stopper.attach(supervisor);
    using _promptWatch = endWhenAsked(supervisor, {
      config,
      root: pty.pid,
      responder,
      onUnanswered: (prompt) =>
        this.#stopper.stop({ type: "prompt_not_answered", prompt: this.#redactor.redact(prompt) }),
    });
    using _question = this.#stopper.cancelWhen(
      this.#options.cancelCallback,
      (error) => this.#handlers.fail("Cancel", error),
    );
    // Told before the first event, while the terminal is read already.
    pipeline.waitFor(this.#status("running"));
    const end = await supervisor.wait();
    await pipeline.finish();
    return reasonOf(end, program);
  }

  /** Writes the last files, then tells: whoever is told finds them. */
  async #close(reason: EndReason, recorder: Recorder): Promise<void> {
    const { state } = this.#view;
    const rc = rcOf(reason);
    const status = statusOf(reason);
    recorder.writeFile("reason", pythonJson({ ...reason, rc, status }) + "\n");
    recorder.writeFile("rc", String(rc));
    recorder.writeFile("status", status);
    state.rc = rc;
    state.reason = reason;
    state.closeReaders();
    await this.#status(status);
  }

  #event(record: EventRecord, recorder: Recorder): void | Promise<void> {
    const kept = this.#handlers.event(record);
    if (typeof kept !== "boolean") {
      return kept.then((inFiles) => recorder.keep(record, { inFiles }));
    }
    recorder.keep(record, { inFiles: kept });
  }

  async #status(status: Status, more: Partial<StatusEvent> = {}): Promise<void> {
    this.#view.state.status = status;
    const event: StatusEvent = { status, runner_ident: this.#config.ident, ...more };
    await this.#handlers.status(event, this.#config);
  }

  #log(level: LogLevel, message: string): void {
    this.#options.log?.(level, this.#redactor.redact(message));
  }
}

/** What the program of a run is started with. */
interface RunContext {
  readonly recorder: Recorder;
  readonly runId: string;
  readonly prompts: readonly Prompt[];
  /** Called when the program runs. */
  readonly started: () => void;
}

function isLive(artifactDir: string): boolean {
  const owner = readOwner(artifactDir);
  return owner !== undefined && isOwnerAlive(owner);
}
