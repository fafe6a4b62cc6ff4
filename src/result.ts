/**
 * A run as its caller sees it, live or past: `Runner`.
 *
 * @module
 */
import { hostEvents, type RunEvents, runEvents } from "./artifacts/events/run_events.ts";
import type { JsonObject } from "./config/options.ts";
import type { RunConfig } from "./config/run_config.ts";
import { RunnerError } from "./errors.ts";
import { describeEnd, type EndReason, isError, type Status } from "./end_reason.ts";
import { readOutput, streamStdout } from "./artifacts/output.ts";
import type { PastRunOptions } from "./artifacts/past_run.ts";
import type { RunStats } from "./artifacts/stats.ts";
import type { JobEvent } from "./events/status_event.ts";
import { type FailedHosts, failedHosts } from "./history/retry/retry_hosts.ts";
import type { RunState } from "./artifacts/run_state.ts";
import { workingDirectory } from "./internal/working_directory.ts";

/** Makes the view of a run; only this library makes runs, so it is no part of the public API. */
export let viewRun: (state: RunState) => Runner;

/**
 * A run as its caller sees it: while it goes on, when it has ended, and long after.
 *
 * @example A run that has ended
 * ```ts
 * import { run } from "@ansible-runner/ansible-runner";
 *
 * const runner = await run({ privateDataDir: "demo", playbook: "test.yml" });
 * console.log(`${runner.status}: ${runner.rc}`); // successful: 0
 * for await (const event of runner.events) console.log(event.event);
 * console.log(runner.stats?.ok);
 * ```
 *
 * @example A run that goes on; it is canceled when the block is left
 * ```ts
 * import { runAsync } from "@ansible-runner/ansible-runner";
 *
 * const { runner, done } = runAsync({ privateDataDir: "demo", playbook: "test.yml" });
 * await using _canceled = runner;
 * for await (const event of runner.events) console.log(event.counter, event.stdout);
 * await done;
 * ```
 */
export class Runner implements AsyncDisposable {
  readonly #state: RunState;

  private constructor(state: RunState) {
    this.#state = state;
  }

  static {
    viewRun = (state) => new Runner(state);
  }

  /**
   * Opens a past run, also one made by the Python ansible-runner.
   *
   * What its artifacts do not tell of its {@linkcode config} has its default there.
   *
   * @param artifactDir its artifact directory, `<private data dir>/artifacts/<ident>`
   * @param options whether a run of another process is followed; else it is what is there now
   * @throws {RunnerError} when no run has ever written there
   *
   * @example
   * ```ts
   * import { Runner } from "@ansible-runner/ansible-runner";
   *
   * const runner = await Runner.fromArtifacts("demo/artifacts/first");
   * console.log(runner.status, runner.stats);
   * ```
   */
  static async fromArtifacts(
    artifactDir: string | URL,
    options: PastRunOptions = {},
  ): Promise<Runner> {
    // Of where the caller is now, wherever it goes while modules are loaded.
    const cwd = typeof artifactDir === "string" && /^[^/]/.test(artifactDir)
      ? workingDirectory()
      : "";
    const asked = { ...options, cwd };
    // Loaded only here: a run that just starts does not need it.
    const { openPastRun } = await import("./artifacts/past_run.ts");
    return new Runner(await openPastRun(artifactDir, asked));
  }

  /** Name of the run's artifact directory. */
  get ident(): string {
    return this.#state.ident;
  }

  /**
   * What was decided about the run.
   *
   * @throws {RunnerError} when it is not decided: the inputs of a run that was started just now are
   * still being read, or could not be read
   */
  get config(): RunConfig {
    const { config } = this.#state;
    if (config !== undefined) return config;
    throw new RunnerError(
      "not_started",
      "Cannot read the config: not available before the run starts",
    );
  }

  /** Where the run stands; see {@linkcode Status}. */
  get status(): Status {
    return this.#state.status;
  }

  /** Exit code: Ansible's own, 254 after a timeout or a cancel; undefined while it runs. */
  get rc(): number | undefined {
    return this.#state.rc;
  }

  /** Why the run ended; undefined while it runs. */
  get endReason(): EndReason | undefined {
    return this.#state.reason;
  }

  /** Whether the run was canceled. */
  get canceled(): boolean {
    return this.status === "canceled";
  }

  /** Whether the run was ended by a timeout. */
  get timedOut(): boolean {
    return this.status === "timeout";
  }

  /** Whether the run ended by an error that is not Ansible's, such as a handler that threw. */
  get errored(): boolean {
    return isError(this.#state.reason);
  }

  /** Counts per host, from the run's last stats event; undefined when there is none (yet). */
  get stats(): RunStats | undefined {
    return this.#state.stats();
  }

  /**
   * Hosts on which a task failed, and hosts that could not be reached; undefined when the run has
   * not come to its statistics (yet).
   */
  get failedHosts(): FailedHosts | undefined {
    const stats = this.stats;
    return stats === undefined ? undefined : failedHosts(stats, []);
  }

  /**
   * All events that were kept, in counter order: those so far, then those to come, until the run
   * has ended.
   *
   * Every reader starts at the first event and goes at its own pace. Events are read back from the
   * artifacts, so that a slow reader costs no memory; when the artifact directory has been removed,
   * readers get an error.
   *
   * @example To go on where a reader was
   * ```ts
   * import { Runner } from "@ansible-runner/ansible-runner";
   *
   * const runner = await Runner.fromArtifacts("demo/artifacts/first", { follow: true });
   * for await (const event of runner.events({ from: 3 })) console.log(event.counter);
   * ```
   */
  get events(): RunEvents {
    return runEvents(this.#state.events);
  }

  /**
   * The events of one host (their `event_data.host`), as {@linkcode events} gives them.
   *
   * @param host name of the host, as the inventory has it
   */
  hostEvents(host: string): AsyncGenerator<JobEvent, void, undefined> {
    return hostEvents(this.#state.events, host);
  }

  /**
   * What Ansible printed, so far if the run goes on.
   *
   * @returns the whole text
   * @throws {RunnerError} when there is no such file: `suppress_output_file`, or not started
   */
  async stdout(): Promise<string> {
    return await readOutput(this.config.artifactDir, "stdout");
  }

  /**
   * What the run printed beside the terminal: nothing for playbooks and modules, whose terminal
   * carries both.
   *
   * @returns the whole text
   * @throws {RunnerError} when there is no such file: `suppress_output_file`, or not started
   */
  async stderr(): Promise<string> {
    return await readOutput(this.config.artifactDir, "stderr");
  }

  /**
   * What Ansible printed, and prints until the run has ended.
   *
   * @returns the bytes from the first on; each call makes a stream of its own
   *
   * @example
   * ```ts
   * import { runAsync } from "@ansible-runner/ansible-runner";
   *
   * const { runner } = runAsync({ privateDataDir: "demo", playbook: "test.yml" });
   * await runner.stdoutStream().pipeTo(Deno.stdout.writable, { preventClose: true });
   * ```
   */
  stdoutStream(): ReadableStream<Uint8Array<ArrayBuffer>> {
    return streamStdout(() => this.config.artifactDir, this.#state.output);
  }

  /**
   * Facts of a host from the run's fact cache.
   *
   * @param host name of the host
   * @returns its facts, `{}` when there are none
   * @throws {RunnerError} when the cache is no jsonfile cache
   */
  async getFactCache(host: string): Promise<JsonObject> {
    const { readFacts } = await import("./artifacts/fact_cache.ts");
    return readFacts(this.config, host);
  }

  /**
   * Puts facts of a host into the run's fact cache, for a later run with the same ident.
   *
   * @param host name of the host
   * @param facts what Ansible is to know about it
   * @throws {RunnerError} when the cache is no jsonfile cache
   */
  async setFactCache(host: string, facts: JsonObject): Promise<void> {
    const { writeFacts } = await import("./artifacts/fact_cache.ts");
    writeFacts(this.config, { host, facts });
  }

  /**
   * Cancels the run, unless it has ended: all its processes are gone then and its artifacts are
   * complete, with status `canceled` and rc 254.
   *
   * A run of another process, opened by {@linkcode fromArtifacts}, is stopped as `stop` does it.
   *
   * @param by who does it, for {@linkcode endReason}
   * @returns settled when nothing of the run goes on any more and its status is final; at once in a
   * handler of that run, whose end waits for the handler. Never rejected for runs of this program
   * @throws {RunnerError} when the run goes on in another process and cannot be stopped: it runs in
   * the foreground there, or belongs to somebody else
   */
  async cancel(by?: string): Promise<void> {
    if (this.#state.elsewhere !== undefined) {
      const { endViewedRun } = await import("./elsewhere/viewed_run.ts");
      return await endViewedRun(this.#state, by);
    }
    this.#state.cancel.abort(by);
    // The run's end waits for its handlers: one that waited for the end would never see it.
    if (!this.#state.isInHandler()) await this.#state.ended;
  }

  /**
   * The run itself if it was successful.
   *
   * @throws {RunFailedError} if it has ended otherwise, or not yet
   *
   * @example
   * ```ts
   * import { run } from "@ansible-runner/ansible-runner";
   *
   * const runner = (await run({ privateDataDir: "demo", playbook: "test.yml" })).orThrow();
   * console.log(runner.stats?.ok);
   * ```
   */
  orThrow(): Runner {
    if (this.status === "successful") return this;
    throw new RunFailedError(this);
  }

  /**
   * Cancels the run, unless it has ended, and waits until nothing of it goes on. A run that was opened
   * by {@linkcode fromArtifacts} goes on: it is only followed no more.
   */
  async [Symbol.asyncDispose](): Promise<void> {
    const { elsewhere } = this.#state;
    if (elsewhere !== undefined) return elsewhere.leave();
    await this.cancel();
  }
}

/** A run that did not end well, thrown by {@linkcode Runner.orThrow}. */
export class RunFailedError extends RunnerError {
  /** The run. */
  readonly runner: Runner;

  /** Makes the error from the run. */
  constructor(runner: Runner) {
    const { ident, status, rc, endReason } = runner;
    const why = describeEnd(endReason) ?? (rc === undefined ? "no exit code" : `exit code ${rc}`);
    super("run.failed", `Run "${ident}" is ${status}: ${why}`);
    this.runner = runner;
  }
}
