/**
 * Writes the counters of a run's cgroup to files of samples, one set per task.
 *
 * @module
 * @see manual of ansible-runner, "Runner Resource Profiling"
 */
import { quoteAscii } from "../python/json_write.ts";
import type { Counter } from "./cgroup_layout.ts";

/** What is sampled. */
export interface SamplerOptions {
  /** Reads a counter: microseconds of cpu, bytes of memory, number of processes. */
  readonly read: (counter: Counter) => number;
  /** Where the files go; made (0700) when missing. */
  readonly dir: string;
  /** Time between two samples of each, in milliseconds. */
  readonly intervalsMs: Readonly<Record<Counter, number>>;
  /** Told when a counter cannot be read or a file not be written; sampling ends then. */
  readonly failed: (error: unknown) => void;
}

/** The task that the samples are of. */
export interface SampledTask {
  /** Its uuid. */
  readonly uuid: string;
  /** Its name. */
  readonly name: string;
}

/** Shorter intervals would measure us. */
const MIN_INTERVAL_MS = 10;

const COUNTERS: readonly Counter[] = ["cpu", "memory", "pids"];

const RECORD_SEPARATOR = "\x1e";

/** Samples the counters of one run. */
export class Sampler implements Disposable {
  readonly #options: SamplerOptions;
  #tasks = 0;
  #current = new DisposableStack();
  #failed = false;

  /**
   * Makes a sampler that waits for its first task.
   *
   * @param options what is sampled and where the samples go
   */
  constructor(options: SamplerOptions) {
    this.#options = options;
    Deno.mkdirSync(options.dir, { recursive: true, mode: 0o700 });
  }

  /** Ends the samples of one task and begins those of the next. */
  startTask(task: SampledTask): void {
    this.endTask();
    if (this.#failed) return;
    const prefix = `${this.#options.dir}/${this.#tasks++}-${fileName(task.uuid)}`;
    const stack = this.#current = new DisposableStack();
    for (const counter of COUNTERS) {
      const file = stack.use(new SampleFile(`${prefix}-${counter}.json`, task));
      const sample = this.#sampleOf(counter);
      const every = Math.max(this.#options.intervalsMs[counter], MIN_INTERVAL_MS);
      const timer = setInterval(() => this.#guard(() => file.add(sample())), every);
      stack.defer(() => clearInterval(timer));
    }
  }

  /** Ends the samples of the current task. */
  endTask(): void {
    this.#current.dispose();
  }

  /** Ends all. */
  [Symbol.dispose](): void {
    this.endTask();
  }

  /** Makes the function that gives a counter's next value. */
  #sampleOf(counter: Counter): () => string {
    const { read } = this.#options;
    if (counter === "pids") return () => String(read("pids"));
    if (counter === "memory") return () => pythonFloat(read("memory") / 2 ** 20);
    let before = { at: performance.now(), used: this.#guard(() => read("cpu")) ?? 0 };
    return () => {
      const now = { at: performance.now(), used: read("cpu") };
      const percent = (now.used - before.used) / (now.at - before.at) / 10;
      before = now;
      return pythonFloat(percent);
    };
  }

  #guard<T>(action: () => T): T | undefined {
    if (this.#failed) return undefined;
    try {
      return action();
    } catch (error) {
      this.#failed = true;
      this.endTask();
      this.#options.failed(error);
      return undefined;
    }
  }
}

/** The samples of one counter in one task; there is no file before there is a sample. */
class SampleFile implements Disposable {
  readonly #path: string;
  readonly #fields: string;
  #file: Deno.FsFile | undefined;

  constructor(path: string, task: SampledTask) {
    this.#path = path;
    this.#fields = `"task_name": ${quoteAscii(task.name)}, "task_uuid": ${quoteAscii(task.uuid)}`;
  }

  add(value: string): void {
    const timestamp = pythonFloat(Date.now() / 1000);
    const record = `{"timestamp": ${timestamp}, ${this.#fields}, "value": ${value}}`;
    this.#file ??= create(this.#path);
    this.#file.writeSync(new TextEncoder().encode(`${RECORD_SEPARATOR}${record}\n`));
  }

  [Symbol.dispose](): void {
    this.#file?.close();
  }
}

/** A file of an earlier run, or a link that lies there, is replaced, not written to. */
function create(path: string): Deno.FsFile {
  try {
    Deno.removeSync(path);
  } catch {
    // Usually nothing is there.
  }
  return Deno.openSync(path, { write: true, createNew: true, mode: 0o600 });
}

/** A uuid as part of a file name, whatever a callback plugin made of it. */
function fileName(uuid: string): string {
  return uuid.replace(/[^\w.-]/g, "_").slice(0, 100);
}

/** Python shows a float as one. */
function pythonFloat(value: number): string {
  return Number.isInteger(value) ? `${value}.0` : String(value);
}
