/**
 * Turns what happens in a run into what others than its caller's handlers do with it: emitters
 * send it on, a profiler measures each task.
 *
 * @module
 */
import type { RunConfig } from "../config/run_config.ts";
import type { RunnerError } from "../errors.ts";
import type { EventRecord } from "../events/event_json.ts";
import type { StatusEvent } from "../events/status_event.ts";
import type { UndeliveredMessages } from "../end_reason.ts";
import type { Emitter } from "../emitters/emitter.ts";
import type { Emitters } from "../emitters/run_emitters.ts";
import type { Profiler, ProfilerContext } from "./profiler.ts";

/** What observers are made with. */
export interface ObserverContext extends ProfilerContext {
  /** The caller's own emitters. */
  readonly emitters: readonly Emitter[];
  /** Ends the run: an emitter failed, and settings say that this matters. */
  readonly stop: () => void;
  /** Aborted when the run is canceled. */
  readonly cancel: AbortSignal;
  /** Aborted when whoever canceled it wants its end at once. */
  readonly hurry: AbortSignal | undefined;
  /** Takes what is undone at the end, in reverse order. */
  readonly stack: AsyncDisposableStack;
}

/** Who else is told of a run. */
export class Observers {
  #emitters: Emitters | undefined;
  #profiler: Profiler | undefined;
  #error: RunnerError | undefined;

  private constructor() {}

  /**
   * Makes the observers that a run asks for. What they need is loaded only then.
   *
   * @param config the run
   * @param context where to note and undo what is made
   * @returns the observers, perhaps none
   * @throws {ConfigError} when an emitter is configured wrongly
   * @throws {IsolationError} when the run cannot be profiled
   */
  static async open(config: RunConfig, context: ObserverContext): Promise<Observers> {
    const observers = new Observers();
    await observers.#openEmitters(config, context);
    if (config.settings.resourceProfiling === true) {
      const { Profiler } = await import("./profiler.ts");
      observers.#profiler = context.stack.use(await Profiler.start(config, context));
    }
    return observers;
  }

  /** Why the run must not count as told, if so. */
  get error(): RunnerError | undefined {
    return this.#error;
  }

  /** The `cgroup.procs` files of the groups that the program must enter. */
  get cgroupFiles(): readonly string[] {
    return this.#profiler?.cgroupFiles ?? [];
  }

  /**
   * Tells of an event, when the caller's handler had it.
   *
   * @param record the event
   * @returns a promise to wait for when an emitter has too much to send
   */
  event(record: EventRecord): void | Promise<void> {
    this.#profiler?.event(record);
    return this.#emitters?.event(record);
  }

  /**
   * Tells of a change of status, when the caller's handler had it.
   *
   * @param event the change
   */
  status(event: StatusEvent): void | Promise<void> {
    return this.#emitters?.status(event);
  }

  /** The program has ended: from now on emitters have a bounded time. */
  programEnded(): void {
    this.#emitters?.ansibleEnded();
  }

  /** Waits until emitters are done or given up; what they did not deliver. */
  async settle(): Promise<readonly UndeliveredMessages[]> {
    return await this.#emitters?.settle() ?? [];
  }

  async #openEmitters(config: RunConfig, context: ObserverContext): Promise<void> {
    const asked = [...context.emitters, ...await configuredEmitters(config)];
    if (asked.length === 0) return;
    const { Emitters } = await import("../emitters/run_emitters.ts");
    this.#emitters = context.stack.use(
      new Emitters(asked, {
        onError: config.settings.emitterOnError,
        deadlineMs: config.settings.emitterDeadlineMs,
        cancel: context.cancel,
        hurry: context.hurry,
        warn: context.warn,
        fail: (error) => {
          this.#error ??= error;
          context.stop();
        },
      }),
    );
  }
}

/** The one that is built in; a library's caller brings others along. */
async function configuredEmitters(config: RunConfig): Promise<Emitter[]> {
  const env = {
    RUNNER_HTTP_URL: Deno.env.get("RUNNER_HTTP_URL"),
    RUNNER_HTTP_PATH: Deno.env.get("RUNNER_HTTP_PATH"),
  };
  if (!env.RUNNER_HTTP_URL && !config.settings.runnerHttpUrl) return [];
  const { httpEmitterOf } = await import("../emitters/http_emitter.ts");
  const emitter = httpEmitterOf(config, env);
  return emitter === undefined ? [] : [emitter];
}
