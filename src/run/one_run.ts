/**
 * One run on its way from `starting` to its end.
 *
 * @module
 */
import { ARTIFACT } from "../run_layout.ts";
import { checkIsolation, type Launch, prepareLaunch } from "../command/launch.ts";
import type { Prompt } from "../config/prompts.ts";
import type { RunConfig } from "../config/run_config.ts";
import type { Emitters } from "../emitters/run_emitters.ts";
import type { EndReason, Status } from "../end_reason.ts";
import type { CallbackError } from "../errors.ts";
import type { StatusEvent } from "../events/status_event.ts";
import type { HeldDirectory } from "../internal/held_directory.ts";
import type { Redactor } from "../internal/redact.ts";
import { placesToHide } from "../ownership/private_place.ts";
import type { PruneRules } from "../history/prune/prune.ts";
import { pruneAtStart, pruneRulesOf } from "../history/prune/prune_at_start.ts";
import { prepareRecipes, recipeOf, writeRecipe } from "../history/retry/recipe.ts";
import { requireProc } from "../process/proc_access.ts";
import { pythonJson } from "../python/json_write.ts";
import { guardedEarly } from "./caller/guarded_console.ts";
import { HandlerCalls } from "./caller/handler_calls.ts";
import { Stopper } from "./cancellation.ts";
import { type Log, openRunLog } from "./caller/log.ts";
import { commandRedactorOf, redactorOf, shownLaunch } from "./masking.ts";
import { type OpenEndCommands, openEndCommands } from "./sinks/open_end_commands.ts";
import { openEmitters } from "./sinks/open_emitters.ts";
import { ownPlace } from "./own_place.ts";
import { reasonOf, withPath } from "./refused.ts";
import type { LogLevel, TakenOptions } from "./run_options.ts";
import type { Profiler } from "./sinks/profiler.ts";
import type { RunView } from "./run_context.ts";
import { RunEnding } from "./run_ending.ts";
import { type OpenSinks, openSinks } from "./sinks/open_sinks.ts";
import { enterGate } from "./start_limit.ts";

/** What a run has while its artifact directory is its own. */
interface OwnedRun {
  readonly runId: string;
  readonly artifactDir: HeldDirectory;
  readonly noteRemains: (path: string) => void;
  /** Directory for what decides over the run: no job sees it. */
  readonly privateDir: string;
  readonly emitters: Emitters | undefined;
  readonly profiler: Profiler | undefined;
  /** Takes what is undone at the end, in reverse order. */
  readonly stack: AsyncDisposableStack;
}

/** One run. */
export class Run {
  readonly #options: TakenOptions;
  readonly #config: RunConfig;
  readonly #view: RunView;
  readonly #redactor: Redactor;
  readonly #commandRedactor: Redactor;
  readonly #stopper = new Stopper();
  readonly #handlers: HandlerCalls;
  readonly #writeLog: Log;
  #endCommands: OpenEndCommands | undefined;
  readonly #warn = (message: string): void => this.#log("warning", message);
  readonly #ending: RunEnding;
  #pruneRules: PruneRules | undefined;
  /** Identity of the artifact directory. */
  #dirId: string | undefined;

  constructor(options: TakenOptions, { config, view }: { config: RunConfig; view: RunView }) {
    this.#options = options;
    this.#config = config;
    this.#view = view;
    this.#redactor = redactorOf(config);
    this.#writeLog = openRunLog(options);
    this.#commandRedactor = commandRedactorOf(config);
    this.#handlers = new HandlerCalls(options, {
      config,
      ending: this.#stopper.signal,
      hurried: this.#stopper.hurried,
      failed: (error: CallbackError) =>
        this.#stopper.fail({ reason: "handler_failed", handler: error.handler }, error),
    });
    this.#ending = new RunEnding({
      state: view.state,
      stopper: this.#stopper,
      redactor: this.#commandRedactor,
    });
    view.state.isInHandler = () => this.#handlers.isInside();
  }

  /** Goes all the way. */
  execute(): Promise<void> {
    return this.#handlers.follow(async () => {
      const config = this.#config;
      for (const warning of config.warnings) this.#log("warning", warning);
      this.#log("debug", `private data dir: ${config.privateDataDir}`);
      this.#log("debug", `artifact dir: ${config.artifactDir}`);
      requireProc();
      this.#endCommands = await openEndCommands(this.#options, { config, warn: this.#warn });
      const prompts = await promptsOf(config);
      await checkIsolation(config);
      this.#pruneRules = await pruneRulesOf(config);
      using stopper = this.#stopper;
      stopper.cancelOn(this.#options.signal);
      stopper.cancelOn(this.#view.state.cancel.signal);
      stopper.hurryOn(this.#options.killSignal);
      using place = await enterGate({ signal: stopper.signal, limit: this.#options.startLimit });
      await this.#inArtifactDir({ prompts, started: () => place.started() }).catch((error) => {
        throw withPath(error, config.artifactDir);
      });
      await this.#handlers.artifacts(config.artifactDir);
      await this.#handlers.finished(this.#view.runner);
      this.#ending.addFailure(RunEnding.writeAfterwards(config.artifactDir, this.#dirId));
      if (stopper.error !== undefined) throw stopper.error;
    });
  }

  /** All that happens while the artifact directory is ours. */
  async #inArtifactDir(
    start: { readonly prompts: readonly Prompt[]; readonly started: () => void },
  ): Promise<void> {
    await using stack = new AsyncDisposableStack();
    const owned = await this.#own(stack);
    const launch = await this.#prepare(owned, start.prompts);
    const open = openSinks(owned, {
      config: this.#config,
      options: this.#options,
      view: this.#view,
      handlers: this.#handlers,
      stopper: this.#stopper,
    });
    // Settings that a sender made have no say in what else lies on a worker.
    if (this.#view.sink === undefined && this.#pruneRules !== undefined) {
      await pruneAtStart(this.#config, { rules: this.#pruneRules, warn: this.#warn });
    }
    if (this.#view.terminal) {
      const { cwd } = this.#view;
      const made = { config: this.#config, redactor: this.#commandRedactor, cwd };
      writeRecipe(owned.artifactDir.id, recipeOf(this.#options, made));
    }
    await this.#tellStart(launch, open);
    const { quiet, jsonMode } = this.#config;
    const reason = this.#stopper.cause ?? await this.#view.perform(launch, {
      ...start,
      ...open,
      config: this.#config,
      redactor: this.#redactor,
      stopper: this.#stopper,
      handlers: this.#handlers,
      runId: owned.runId,
      privateDir: owned.privateDir,
      showEarly: quiet || jsonMode ? undefined : guardedEarly(this.#options.output, this.#handlers),
      warn: this.#warn,
      tellRunning: () => this.#status("running", open),
      programEnded: () => open.emitters?.ansibleEnded(),
      cancelCallback: this.#handlers.cancelCallback,
    }).catch(async (error) => {
      // Whoever looks at the artifacts later finds how it ended.
      const program = launch.argv[0] ?? "";
      await this.#close(reasonOf(error, program), open);
      throw error;
    });
    open.artifacts.check();
    await this.#close(reason, open);
  }

  async #own(stack: AsyncDisposableStack): Promise<OwnedRun> {
    const config = this.#config;
    const runId = crypto.randomUUID();
    const allowUnsafe = this.#options.allowUnsafePrivateDataDir;
    const ownership = await ownPlace(config, { runId, allowUnsafe, warn: this.#warn, stack });
    const { artifactDir, noteRemains, privateDir } = ownership;
    this.#dirId = artifactDir.id;
    // What is there before the sandbox is made is hidden by it.
    if (this.#view.terminal && config.isolation !== undefined) prepareRecipes();
    const emitters = await this.#openEmitters({ stack, recordDir: () => artifactDir.now });
    const profiler = await this.#openProfiler({ noteRemains, stack });
    return { runId, artifactDir, noteRemains, privateDir, emitters, profiler, stack };
  }

  async #prepare(
    { runId, noteRemains, profiler, emitters, stack }: OwnedRun,
    prompts: readonly Prompt[],
  ): Promise<Launch> {
    const config = this.#config;
    const keys = config.sshKeys.length === 0 ? undefined : await import("./prompts/passphrases.ts");
    return await prepareLaunch(config, {
      runId,
      terminal: this.#view.terminal,
      noteRemains,
      privatePlaces: config.isolation === undefined ? [] : placesToHide(),
      debug: (message) => this.#log("debug", message),
      passphrase: keys?.passphraseLookup(config, prompts),
      cgroupFiles: profiler?.cgroupFiles ?? [],
      moreEnv: emitters?.environment,
      signal: this.#stopper.signal,
      stack,
    });
  }

  async #openEmitters(
    { stack, recordDir }: { stack: AsyncDisposableStack; recordDir: () => string },
  ): Promise<Emitters | undefined> {
    const opened = await openEmitters(this.#config, {
      options: this.#options,
      canceled: this.#view.state.cancel.signal,
      recordDir,
      warn: this.#warn,
      fail: (error) => this.#stopper.fail({ reason: "handler_failed", handler: "Emitter" }, error),
    });
    return opened === undefined ? undefined : stack.use(opened);
  }

  async #openProfiler(
    { noteRemains, stack }: Pick<OwnedRun, "noteRemains" | "stack">,
  ): Promise<Profiler | undefined> {
    if (this.#config.settings.resourceProfiling !== true) return undefined;
    const { Profiler } = await import("./sinks/profiler.ts");
    return stack.use(await Profiler.start(this.#config, { noteRemains, warn: this.#warn }));
  }

  async #tellStart(launch: Launch, open: OpenSinks): Promise<void> {
    const shown = shownLaunch(launch, { config: this.#config, redactor: this.#commandRedactor });
    const { retryOf } = this.#view;
    const written = retryOf === undefined ? shown : { ...shown, retry_of: retryOf };
    open.artifacts.writeFile(ARTIFACT.command, pythonJson(written));
    this.#log("debug", `command: ${shown.command.join(" ")}`);
    this.#log("debug", `cwd: ${shown.cwd}`);
    for (const name of this.#config.inputEnv) {
      this.#log("debug", `env: ${name}=${shown.env[name]}`);
    }
    await this.#status("starting", { ...open, more: shown });
  }

  /** Writes the last files, then tells: whoever is told finds them. */
  async #close(ending: EndReason, open: OpenSinks): Promise<void> {
    const write = (name: string, text: string): void => open.artifacts.writeFile(name, text);
    const { state } = this.#view;
    const status = this.#ending.say(ending, write);
    state.closeReaders();
    await this.#status(status, open);
    this.#ending.addUndelivered(await open.emitters?.settle() ?? [], write);
    this.#ending.addFailure(write);
    const { rc = 1, status: ended, reason = ending } = state;
    await this.#endCommands?.run({ rc, status: ended, reason, stats: state.stats() });
  }

  async #status(
    status: Status,
    { sinks, more = {} }: Pick<OpenSinks, "sinks"> & { readonly more?: Partial<StatusEvent> },
  ): Promise<void> {
    this.#view.state.status = status;
    this.#log("debug", `status: ${status}`);
    await sinks.status({ status, runner_ident: this.#config.ident, ...more });
  }

  #log(level: LogLevel, message: string): void {
    const text = this.#commandRedactor.redact(message);
    this.#handlers.guard("Log", () => this.#writeLog(level, text));
  }
}

/** Most runs answer nothing. */
async function promptsOf(config: RunConfig): Promise<readonly Prompt[]> {
  if (config.passwords.length === 0 && Object.keys(config.credentials).length === 0) return [];
  const { buildPrompts } = await import("../config/prompts.ts");
  return await buildPrompts(config);
}
