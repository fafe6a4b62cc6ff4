/**
 * Measures a run whose resources are to be profiled, task by task.
 *
 * @module
 */
import type { RunConfig } from "../../config/run_config.ts";
import { ConfigError } from "../../errors.ts";
import type { EventRecord } from "../../events/event_json.ts";
import { Cgroup } from "../../profiling/cgroup.ts";
import { Sampler } from "../../profiling/sampler.ts";

/** Time between two samples, in milliseconds. */
const INTERVAL_MS = 250;

const BASE_GROUP = "ansible-runner";

/** What profiling is done with. */
export interface ProfilerContext {
  /** Notes a cgroup that must not outlive the run. */
  readonly noteRemains: (dir: string) => void;
  /** Takes a warning for the log. */
  readonly warn: (message: string) => void;
}

/** Measures one run. */
export class Profiler implements AsyncDisposable {
  readonly #group: Cgroup;
  readonly #sampler: Sampler;

  private constructor(group: Cgroup, sampler: Sampler) {
    this.#group = group;
    this.#sampler = sampler;
  }

  /**
   * Makes the group of a run and the directory of its samples.
   *
   * @param config a run that asks for profiling
   * @param context where to note what is made
   * @returns the profiler; dispose it after the run
   * @throws {IsolationError} when the group cannot be had
   * @throws {ConfigError} when the samples cannot be written, or the run is in a container
   */
  static async start(config: RunConfig, context: ProfilerContext): Promise<Profiler> {
    const { settings } = config;
    if (config.isolation?.kind === "container") {
      throw new ConfigError(
        "config.profiling_in_container",
        "Cannot profile a run in a container: its processes are the engine's, not ours",
      );
    }
    const group = await Cgroup.create({
      base: settings.resourceProfilingBaseCgroup || BASE_GROUP,
      name: config.ident,
      noteRemains: context.noteRemains,
    });
    const dir = settings.resourceProfilingResultsDir || `${config.privateDataDir}/profiling_data`;
    try {
      const sampler = new Sampler({
        read: (counter) => group.read(counter),
        dir,
        intervalsMs: {
          cpu: settings.resourceProfilingCpuPollIntervalMs ?? INTERVAL_MS,
          memory: settings.resourceProfilingMemoryPollIntervalMs ?? INTERVAL_MS,
          pids: settings.resourceProfilingPidPollIntervalMs ?? INTERVAL_MS,
        },
        failed: (error) => context.warn(`Profiling ended: ${(error as Error).message}`),
      });
      return new Profiler(group, sampler);
    } catch (cause) {
      await group[Symbol.asyncDispose]();
      throw new ConfigError(
        "config.profiling_dir",
        `Cannot make "${dir}" (resource_profiling_results_dir): ${(cause as Error).message}`,
        { cause },
      );
    }
  }

  /** Files by which the program enters the group. */
  get cgroupFiles(): readonly string[] {
    return this.#group.procsFiles;
  }

  /** Lets the samples follow the tasks. */
  event(record: EventRecord): void {
    if (record.isNamed("playbook_on_stats")) return this.#sampler.endTask();
    if (!record.isNamed("playbook_on_task_start")) return;
    const { uuid, event_data: data } = record.parsed() as TaskStart;
    this.#sampler.startTask({
      // Without event data the event's own uuid, less the suffix of a task that comes again.
      uuid: String(data.task_uuid ?? uuid.replace(/_\d+$/, "")),
      name: String(data.name ?? data.task ?? ""),
    });
  }

  /** Ends the samples and removes the group. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#sampler[Symbol.dispose]();
    await this.#group[Symbol.asyncDispose]();
  }
}

/** Its data is empty when the run omits event data. */
interface TaskStart {
  readonly uuid: string;
  // deno-lint-ignore camelcase -- wire name
  readonly event_data: {
    // deno-lint-ignore camelcase -- wire name
    readonly task_uuid?: string;
    readonly task?: string;
    readonly name?: string;
  };
}
