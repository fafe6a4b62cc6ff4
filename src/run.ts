/**
 * Turns options into a finished run: the one place that wires all the parts.
 *
 * @module
 */
import type { InputOptions } from "./config/options.ts";
import { ensurePrivateDataDir, kindOfPath, readDataDir } from "./config/data_dir.ts";
import { makeAbsolute, resolve } from "./config/resolve.ts";
import type { RunConfig } from "./config/run_config.ts";
import { buildPrompts, type Prompt } from "./config/prompts.ts";
import { checkIsolation, type Launch, prepareLaunch } from "./command/launch.ts";
import { RUN_MARKER } from "./command/environment.ts";
import { CallbackError, RunnerError } from "./errors.ts";
import { type EndReason, rcOf, statusOf } from "./events/end_reason.ts";
import { OutputPipeline } from "./events/pipeline.ts";
import { withoutMarkers } from "./events/tokenizer.ts";
import type { EventRecord } from "./events/record.ts";
import { Spool } from "./events/spool.ts";
import type { JobEvent, Status, StatusEvent } from "./events/types.ts";
import { pythonJson } from "./internal/json_text.ts";
import { redactEnvironment, Redactor } from "./internal/redact.ts";
import { acquire } from "./process/owner.ts";
import { isOwnerAlive, readOwner } from "./process/owner_record.ts";
import { watchForPrompts } from "./process/prompt_watch.ts";
import { PromptResponder } from "./process/prompts.ts";
import { findProgram, Pty } from "./process/pty.ts";
import { type StopCause, type SupervisedEnd, Supervisor } from "./process/supervise.ts";
import { Runner } from "./result.ts";
import { Artifacts } from "./sinks/artifacts.ts";
import { makeArtifactDir, removeOldArtifacts, rotateArtifacts } from "./sinks/artifact_dir.ts";

/** What a caller may ask of a run, handlers included. */
export interface RunOptions extends InputOptions {
  /** Takes every event; returning exactly `false` keeps it out of the files. */
  readonly eventHandler?: (event: JobEvent) => unknown;
  /** Takes every change of status. */
  readonly statusHandler?: (status: StatusEvent, config: RunConfig) => unknown;
  /** Asked every 100 ms; a truthy answer cancels the run. */
  readonly cancelCallback?: () => unknown;
  /** Takes the artifact directory when all files are written. */
  readonly artifactsHandler?: (artifactDir: string) => unknown;
  /** Takes the finished run. */
  readonly finishedCallback?: (runner: Runner) => unknown;
  /** Cancels the run. */
  readonly signal?: AbortSignal;
  /** Cuts the grace period of a canceled run short. */
  readonly killSignal?: AbortSignal;
  /** Takes the bytes for the console; nothing is shown without it. */
  readonly output?: ConsoleOutput;
  /** Takes lines for a log. */
  readonly log?: (level: LogLevel, message: string) => void;
}

/** How much a log line matters. */
export type LogLevel = "debug" | "warning";

/** Where a run's output goes besides its artifacts. */
export interface ConsoleOutput {
  /**
   * Called once, when the artifact directory is ready.
   *
   * @param backlogPath file with the same bytes, or undefined when output files are suppressed
   * @returns takes the bytes, in order; each buffer is its own
   */
  open(backlogPath: string | undefined): (bytes: Uint8Array) => void;
}

/** Time after which a prompt counts as unanswered unless settings say otherwise, in milliseconds. */
const PROMPT_TIMEOUT_MS = 10_000;

/** Time between two questions to the cancel callback, in milliseconds. */
const CANCEL_POLL_MS = 100;

/**
 * Runs Ansible to its end.
 *
 * @param options what to run and how
 * @returns the finished run: one that fails, times out or is canceled is a result as well
 * @throws {ConfigError} when the inputs are wrong; nothing was started then
 * @throws {CallbackError} when a handler threw; the run was ended and its artifacts are complete
 */
export async function run(options: RunOptions): Promise<Runner> {
  const config = await decide(options);
  const runner = new Runner(config);
  await new Run(options, config, runner).execute();
  return runner;
}

async function decide(options: RunOptions): Promise<RunConfig> {
  const cwd = Deno.cwd();
  const privateDataDir = makeAbsolute(options.privateDataDir, cwd);
  ensurePrivateDataDir(privateDataDir, { allowUnsafe: options.allowUnsafePrivateDataDir ?? false });
  const inputs = await readDataDir(privateDataDir);
  return resolve({ ...options, privateDataDir }, inputs, {
    env: Deno.env.toObject(),
    cwd,
    kindOf: kindOfPath,
    newId: () => crypto.randomUUID(),
  });
}

/** One run on its way from `starting` to its end. */
class Run {
  readonly #options: RunOptions;
  readonly #config: RunConfig;
  readonly #runner: Runner;
  #supervisor: Supervisor | undefined;
  #earlyCause: StopCause | undefined;
  #handlerError: RunnerError | undefined;
  #artifactsError: unknown;
  #show: ((bytes: Uint8Array) => void) | undefined;
  readonly #redactor: Redactor;

  constructor(options: RunOptions, config: RunConfig, runner: Runner) {
    this.#options = options;
    this.#config = config;
    this.#runner = runner;
    this.#redactor = new Redactor(config.settings.redact === false ? [] : secretsOf(config));
  }

  #log(level: LogLevel, message: string): void {
    this.#options.log?.(level, this.#redactor.redact(message));
  }

  async execute(): Promise<void> {
    const config = this.#config;
    const runId = crypto.randomUUID();
    for (const warning of config.warnings) this.#log("warning", warning);
    const prompts = buildPrompts(config);
    await checkIsolation(config);
    {
      await using stack = new AsyncDisposableStack();
      makeArtifactDir(config.artifactRoot, config.ident);
      const ownership = stack.use(await acquire(config.artifactDir, `${RUN_MARKER}=${runId}`));
      removeOldArtifacts(config.artifactDir);
      rotateArtifacts(config.artifactRoot, {
        keep: config.rotateArtifacts,
        current: config.ident,
        isLive,
      });
      const artifacts = stack.use(this.#openArtifacts());
      const launch = await prepareLaunch(config, {
        runId,
        noteRemains: (path) => ownership.noteRemains(path),
        debug: (message) => this.#log("debug", message),
        stack,
      });
      const shown = this.#shown(launch);
      artifacts.writeFile("command", pythonJson(shown));
      this.#log("debug", `command: ${shown.command.join(" ")}`);
      this.#log("debug", `cwd: ${shown.cwd}`);
      await this.#status("starting", shown);
      const reason = await this.#supervise(launch, artifacts, { runId, prompts });
      await this.#close(reason, artifacts);
    }
    await this.#callAfterwards();
  }

  #openArtifacts(): Artifacts {
    const { config } = this.#runner;
    const artifacts = new Artifacts({
      dir: config.artifactDir,
      scratchDir: config.scratchDir,
      suppressOutputFile: config.settings.suppressOutputFile ?? false,
      eventStore: config.settings.eventStore ?? "files",
    });
    if (!config.quiet) this.#show = this.#options.output?.open(artifacts.stdoutPath);
    return artifacts;
  }

  /** Starts the program and waits until it and all its output are done. */
  async #supervise(
    launch: Launch,
    artifacts: Artifacts,
    { runId, prompts }: { runId: string; prompts: readonly Prompt[] },
  ): Promise<EndReason> {
    const config = this.#config;
    const token = crypto.randomUUID().replaceAll("-", "");
    using spool = Spool.create(`${config.scratchDir}/spool`, token);
    const pipeline = new OutputPipeline({
      token,
      ident: config.ident,
      spool,
      redactor: this.#redactor,
      backlogPath: `${config.scratchDir}/backlog`,
      onDisplay: (text) => config.jsonMode || this.#write(text, artifacts),
      onEvent: (record) => this.#event(record, artifacts),
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
    const responder = new PromptResponder({
      answers: prompts,
      clean: (text) => withoutMarkers(text, token),
      type: (text) => pty.write(text),
    });
    const supervisor = this.#supervisor = new Supervisor(pty, {
      onOutput: (bytes) => {
        responder.feed(bytes);
        pipeline.feed(bytes);
      },
      jobTimeoutMs: config.settings.jobTimeoutMs,
      idleTimeoutMs: config.settings.idleTimeoutMs,
      graceMs: config.settings.gracePeriodMs ?? 2000,
      marker: `${RUN_MARKER}=${runId}`,
      onStop: launch.onStop,
    });
    using _promptWatch = this.#watchForPrompts(pty.pid, responder);
    using _watch = this.#watchForCancel();
    await this.#status("running");
    if (this.#earlyCause !== undefined) supervisor.stop(this.#earlyCause);
    const end = await supervisor.wait();
    await pipeline.finish();
    return reasonOf(end, program);
  }

  /** Writes the last files, then tells: whoever is told finds them. */
  async #close(reason: EndReason, artifacts: Artifacts): Promise<void> {
    const rc = rcOf(reason);
    const status = statusOf(reason);
    this.#runner.update({ rc, reason });
    try {
      artifacts.writeFile("reason", pythonJson({ ...reason, rc, status }) + "\n");
      artifacts.writeFile("rc", String(rc));
      artifacts.writeFile("status", status);
    } catch (error) {
      this.#artifactsError ??= error;
    }
    await this.#status(status);
  }

  async #callAfterwards(): Promise<void> {
    await this.#call("Artifact", () => this.#options.artifactsHandler?.(this.#config.artifactDir));
    await this.#call("Finished", () => this.#options.finishedCallback?.(this.#runner));
    if (this.#handlerError !== undefined) throw this.#handlerError;
    if (this.#artifactsError !== undefined) {
      throw artifactsError(this.#config, this.#artifactsError);
    }
  }

  #event(record: EventRecord, artifacts: Artifacts): void | Promise<void> {
    const handler = this.#options.eventHandler;
    if (handler === undefined || this.#handlerError !== undefined) {
      return this.#keep(record, artifacts);
    }
    const failed = (error: unknown): void => {
      this.#handlerFailed("Event", error);
      this.#keep(record, artifacts);
    };
    let answer: unknown;
    try {
      answer = handler(record.parsed());
    } catch (error) {
      return failed(error);
    }
    if (answer instanceof Promise) {
      return answer.then((kept) => this.#keep(record, artifacts, kept !== false), failed);
    }
    this.#keep(record, artifacts, answer !== false);
  }

  #keep(record: EventRecord, artifacts: Artifacts, inFiles = true): void {
    try {
      if (inFiles) artifacts.writeEvent(record);
    } catch (error) {
      this.#artifactsFailed(error);
    }
    if (this.#config.jsonMode) this.#write(record.text() + "\n", artifacts);
  }

  #write(text: string, artifacts: Artifacts): void {
    const bytes = new TextEncoder().encode(text);
    try {
      artifacts.appendStdout(bytes);
    } catch (error) {
      this.#artifactsFailed(error);
    }
    this.#show?.(bytes);
  }

  async #status(status: Status, more: Partial<StatusEvent> = {}): Promise<void> {
    this.#runner.update({ status });
    const event: StatusEvent = { status, runner_ident: this.#config.ident, ...more };
    await this.#call("Status", () => this.#options.statusHandler?.(event, this.#config));
  }

  async #call(name: string, handler: () => unknown): Promise<void> {
    try {
      await handler();
    } catch (error) {
      this.#handlerFailed(name, error);
    }
  }

  #handlerFailed(name: string, error: unknown): void {
    this.#handlerError ??= new CallbackError(name, error);
    this.#stop({ type: "handler_failed", handler: name, error });
  }

  #artifactsFailed(error: unknown): void {
    this.#artifactsError ??= error;
    this.#stop({ type: "artifacts_failed", error });
  }

  #stop(cause: StopCause): void {
    if (this.#supervisor === undefined) this.#earlyCause ??= cause;
    else this.#supervisor.stop(cause);
  }

  /** Ends the run when a program asks and nobody answers; raw command lines may know what they do. */
  #watchForPrompts(root: number, responder: PromptResponder): Disposable | undefined {
    const { settings, mode } = this.#config;
    const isSet = "promptTimeoutMs" in settings;
    const timeoutMs = isSet ? settings.promptTimeoutMs : PROMPT_TIMEOUT_MS;
    if (timeoutMs === undefined || mode === "raw" || this.#supervisor === undefined) {
      return undefined;
    }
    return watchForPrompts(this.#supervisor, {
      timeoutMs,
      root,
      window: () => responder.window,
      onUnanswered: () =>
        this.#stop({
          type: "prompt_not_answered",
          prompt: this.#redactor.redact(responder.lastLine),
        }),
    });
  }

  /** What the `command` file and status handlers are shown. */
  #shown(launch: Launch): { command: string[]; cwd: string; env: Record<string, string> } {
    const isShown = this.#config.settings.redact === false;
    return {
      command: launch.argv.map((word) => this.#redactor.redact(word)),
      cwd: launch.cwd,
      env: isShown ? { ...launch.env } : redactEnvironment(launch.env, this.#redactor),
    };
  }

  /** Turns abort signals and the polled callback into a stop, until disposed. */
  #watchForCancel(): Disposable {
    const { signal, killSignal, cancelCallback } = this.#options;
    const onAbort = (): void => this.#stop(canceledBy(signal?.reason));
    const onKill = (): void => this.#supervisor?.hurry();
    const stack = new DisposableStack();
    const listen = (target: AbortSignal | undefined, listener: () => void): void => {
      if (target?.aborted) listener();
      target?.addEventListener("abort", listener);
      stack.defer(() => target?.removeEventListener("abort", listener));
    };
    listen(signal, onAbort);
    listen(killSignal, onKill);
    if (cancelCallback !== undefined) {
      const timer = setInterval(() => this.#askToCancel(cancelCallback), CANCEL_POLL_MS);
      stack.defer(() => clearInterval(timer));
    }
    return stack;
  }

  async #askToCancel(cancelCallback: () => unknown): Promise<void> {
    try {
      if (await cancelCallback()) this.#stop({ type: "canceled", by: "cancel callback" });
    } catch (error) {
      this.#handlerFailed("Cancel", error);
    }
  }
}

function isLive(artifactDir: string): boolean {
  const owner = readOwner(artifactDir);
  return owner !== undefined && isOwnerAlive(owner);
}

function canceledBy(reason: unknown): StopCause {
  return typeof reason === "string" ? { type: "canceled", by: reason } : { type: "canceled" };
}

/** What must not be seen in any output. */
function* secretsOf(config: RunConfig): Generator<string> {
  for (const [, answer] of config.passwords) if (answer !== null) yield answer;
  yield* Object.values(config.credentials);
  for (const key of config.sshKeys) yield key.text;
  const registry = config.settings.containerAuthData;
  if (registry !== undefined) yield registry.password;
}

function reasonOf(end: SupervisedEnd, program: string): EndReason {
  const survivors = end.survivors.length > 0 ? { survivors: end.survivors } : {};
  const { cause, exit } = end;
  switch (cause?.type) {
    case "canceled":
      return { reason: "canceled", by: cause.by, ...survivors };
    case "job_timeout":
    case "idle_timeout":
      return { reason: cause.type, seconds: cause.seconds, ...survivors };
    case "prompt_not_answered":
      return { reason: cause.type, prompt: cause.prompt, ...survivors };
    case "handler_failed":
      return { reason: cause.type, handler: cause.handler, ...survivors };
    case "artifacts_failed":
      return { reason: cause.type, error: messageOf(cause.error), ...survivors };
  }
  switch (exit.type) {
    case "exit":
      return { reason: "exit", code: exit.code };
    case "signal":
      return { reason: "signal", signal: exit.signal };
    case "error":
      return { reason: "could_not_start", program };
    case "lost":
      return { reason: "signal", signal: 9 };
  }
}

function artifactsError(config: RunConfig, error: unknown): RunnerError {
  return new RunnerError(
    "artifacts",
    `Cannot write to "${config.artifactDir}": ${messageOf(error)}`,
    {
      cause: error,
    },
  );
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
