/**
 * Writes what happens in a run to a file of metrics in Prometheus' text format, for the textfile
 * collector of node_exporter: written whole every 15 s and at the end.
 *
 * @module
 */
import { messageOf } from "../../errors.ts";
import { hostsByState } from "../../events/event_values.ts";
import { writeFileWhole } from "../../internal/atomic_write.ts";
import type { Emitter, EmitterMessage } from "../emitter.ts";
import { eventNameOf } from "../event_name.ts";
import { readEvent, statusOf } from "../told_event.ts";

/** What a file of metrics is made with. */
export interface MetricsFileOptions {
  /** Path of the file. */
  readonly path: string;
  /** The run's ident. */
  readonly ident: string;
  /** Messages that each emitter has still to send, by its name. */
  readonly waiting: () => readonly (readonly [emitter: string, messages: number])[];
  /** Takes a line for the log. */
  readonly warn: (message: string) => void;
  /** Time between two writes, in milliseconds. @default {15_000} */
  readonly everyMs?: number;
}

/** Statuses, in the order of a run. */
const STATUSES = [
  "starting",
  "running",
  "successful",
  "failed",
  "timeout",
  "canceled",
  "error",
] as const;

/** Names of events that are counted apart, and their letters: a job or a worker chooses them. */
const MOST_NAMES = 200;
const LONGEST_NAME = 100;

const STATISTICS: ReadonlySet<string> = new Set(["playbook_on_stats"]);

/** Counts a run. */
export class MetricsFile implements Emitter {
  /** What it is called in messages. */
  readonly name = "metrics";
  readonly #options: MetricsFileOptions;
  readonly #started = Date.now();
  readonly #events = new Map<string, number>();
  #hosts: Readonly<Record<string, number>> = {};
  #status = "starting";
  #timer: ReturnType<typeof setInterval> | undefined;
  #hasFailed = false;

  constructor(options: MetricsFileOptions) {
    this.#options = options;
  }

  /** Counts a message. */
  send(message: EmitterMessage): Promise<void> {
    if (message.kind === "status") this.#status = statusOf(message) ?? this.#status;
    else this.#count(message);
    if (this.#timer === undefined) {
      this.#write();
      this.#timer = setInterval(() => this.#write(), this.#options.everyMs ?? 15_000);
    }
    return Promise.resolve();
  }

  /** Writes the file for the last time. */
  close(): void {
    clearInterval(this.#timer);
    this.#write();
  }

  #count(message: EmitterMessage): void {
    const told = eventNameOf(message.json) ?? "unknown";
    const isKnown = this.#events.has(told) ||
      (this.#events.size < MOST_NAMES && told.length <= LONGEST_NAME);
    const name = isKnown ? told : "other";
    this.#events.set(name, (this.#events.get(name) ?? 0) + 1);
    const stats = readEvent(message, STATISTICS);
    if (stats !== undefined) this.#hosts = hostsByState(stats.data);
  }

  #write(): void {
    try {
      const { path } = this.#options;
      writeFileWhole(path, this.#render());
      // The collector is another user.
      Deno.chmodSync(path, 0o644);
    } catch (error) {
      if (!this.#hasFailed) {
        this.#options.warn(`Cannot write "${this.#options.path}": ${messageOf(error)}`);
      }
      this.#hasFailed = true;
    }
  }

  #render(): string {
    const seconds = (Date.now() - this.#started) / 1000;
    const ident = quoted(this.#options.ident);
    return [
      ...family(["run_info", "the run that the others are about"], [[`{ident=${ident}}`, 1]]),
      ...family(
        ["run_status", "1 for the status of the run"],
        STATUSES.map((each) => [`{status="${each}"}`, each === this.#status ? 1 : 0]),
      ),
      ...family(["run_start_time_seconds", "when the run began"], [["", this.#started / 1000]]),
      ...family(["run_duration_seconds", "how long it has taken"], [["", seconds]]),
      ...family(["run_events", "events by name"], labelled("event", this.#events)),
      ...family(
        ["run_hosts", "hosts by state, at the end"],
        labelled("state", Object.entries(this.#hosts)),
      ),
      ...family(
        ["emitter_waiting_messages", "messages that are still to be sent"],
        labelled("emitter", this.#options.waiting()),
      ),
    ].join("\n") + "\n";
  }
}

type Sample = readonly [labels: string, value: number];

function family([name, help]: readonly [string, string], samples: readonly Sample[]): string[] {
  const full = `ansible_runner_${name}`;
  const head = [`# HELP ${full} ${help}`, `# TYPE ${full} gauge`];
  return [...head, ...samples.map(([labels, value]) => `${full}${labels} ${value}`)];
}

function labelled(label: string, values: Iterable<readonly [string, number]>): Sample[] {
  return Array.from(values, ([name, value]) => [`{${label}=${quoted(name)}}`, value]);
}

/** A label's value: backslash, quotation mark and line feed are escaped. */
function quoted(text: string): string {
  return `"${text.replace(/[\\"]/g, "\\$&").replaceAll("\n", "\\n")}"`;
}
