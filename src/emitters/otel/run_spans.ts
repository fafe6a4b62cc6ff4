/**
 * What happens in a run as spans, each when it has ended: run, play, task, host.
 *
 * What is open is bounded, whatever a job emits; ids follow from what they name.
 *
 * @module
 * @see https://opentelemetry.io/docs/specs/semconv/cicd/cicd-spans/
 */
import { hostsByState, textOf } from "../../events/event_values.ts";
import { baseName } from "../../internal/paths.ts";
import type { EmitterMessage } from "../emitter.ts";
import { attributesOf, nanosOf, type Span, type SpanEvent } from "./otlp.ts";
import {
  type Attributes,
  exceptionOf,
  hostOutcomeOf,
  rootOf,
  type RunFacts,
  taskAttributes,
} from "./span_attributes.ts";
import { HOST_STATES, isEnd, readEvent, statusOf, timeOf, type ToldEvent } from "../told_event.ts";
import { spanIdOf, type TraceContext } from "./trace_context.ts";

/** Tasks that are open at once, and hosts in all of them. */
const MOST_TASKS = 1000;
const MOST_RUNNING = 20_000;
/** Failed items of a loop that a host's span tells of, and those that are held for all hosts. */
const MOST_ITEMS = 10;
const MOST_HELD_ITEMS = 2000;

const KIND = { internal: 1, server: 2 } as const;
const ERROR = 2;

const TOLD: ReadonlySet<string> = new Set([
  "playbook_on_start",
  "playbook_on_play_start",
  "playbook_on_task_start",
  "playbook_on_handler_task_start",
  "playbook_on_cleanup_task_start",
  "playbook_on_stats",
  "runner_on_start",
  "runner_item_on_failed",
  ...Object.keys(HOST_STATES),
]);

/** A span, before it is one of OTLP. */
interface Draft {
  readonly id: string;
  readonly parent: string | undefined;
  readonly name: string;
  readonly start: number;
  readonly end: number;
  readonly hasFailed: boolean;
  readonly attributes: Attributes;
  readonly kind?: number;
  readonly events?: readonly SpanEvent[];
  readonly message?: string | undefined;
}

interface OpenPlay extends Draft {
  hasFailed: boolean;
}

interface OpenTask extends Draft {
  end: number;
  hasFailed: boolean;
  /** When hosts began, by their names. */
  readonly running: Map<string, number>;
  /** Failed items, by host. */
  readonly items: Map<string, SpanEvent[]>;
}

/** The spans of one run. */
export class RunSpans {
  readonly #context: TraceContext;
  readonly #facts: RunFacts;
  readonly #tasks = new Map<string, OpenTask>();
  readonly #start = Date.now();
  #running = 0;
  #items = 0;
  #opened = 0;
  #play: OpenPlay | undefined;
  #playbook: string | undefined;
  #hosts: Readonly<Record<string, number>> = {};
  #finished: Span[] = [];

  constructor(context: TraceContext, facts: RunFacts) {
    this.#context = context;
    this.#facts = facts;
  }

  /** Takes what happened; returns the spans that have ended by it. */
  fold(message: EmitterMessage): readonly Span[] {
    this.#finished = [];
    const event = readEvent(message, TOLD);
    if (event !== undefined) this.#event(event);
    const status = statusOf(message) ?? "";
    if (isEnd(status)) this.#end(status);
    return this.#finished;
  }

  #event(event: ToldEvent): void {
    const { name, data, time } = event;
    if (name === "playbook_on_start") this.#playbook = nameIn(data["playbook"]);
    else if (name === "playbook_on_play_start") this.#openPlay(event);
    else if (name === "playbook_on_stats") {
      this.#hosts = hostsByState(data);
      this.#closePlay(time);
    } else if (name === "runner_on_start") this.#hostStarts(event);
    else if (name === "runner_item_on_failed") this.#itemFails(event);
    else if (name in HOST_STATES) this.#hostEnds(event);
    else this.#openTask(event);
  }

  #openPlay({ data, time, uuid }: ToldEvent): void {
    this.#closePlay(time);
    const name = textOf(data["name"]) ?? textOf(data["play"]) ?? "play";
    this.#play = {
      id: this.#idOf(`play:${uuid}`),
      parent: this.#context.rootSpanId,
      name,
      start: time,
      end: time,
      hasFailed: false,
      attributes: { "ansible.play.name": name, "ansible.play.pattern": textOf(data["pattern"]) },
    };
  }

  #closePlay(time: number): void {
    for (const key of this.#tasks.keys()) this.#closeTask(key);
    if (this.#play !== undefined) this.#close({ ...this.#play, end: time });
    this.#play = undefined;
  }

  #openTask({ data, time, uuid, name: event }: ToldEvent): void {
    const key = textOf(data["task_uuid"]) ?? uuid;
    for (const [each, { running }] of this.#tasks) {
      // With a strategy that is not linear, hosts are still at earlier tasks.
      if (running.size === 0 || each === key) this.#closeTask(each);
    }
    if (this.#tasks.size >= MOST_TASKS) this.#closeTask(this.#tasks.keys().next().value ?? "");
    const name = textOf(data["name"]) ?? textOf(data["task"]) ?? "task";
    this.#tasks.set(key, {
      id: this.#idOf(`task:${key}`),
      parent: this.#play?.id ?? this.#context.rootSpanId,
      name,
      start: time,
      end: time,
      hasFailed: false,
      attributes: {
        ...taskAttributes(data),
        "ansible.task.name": name,
        "ansible.task.is_handler": event === "playbook_on_handler_task_start" || undefined,
        "cicd.pipeline.task.name": name,
        "cicd.pipeline.task.run.id": key,
      },
      running: new Map(),
      items: new Map(),
    });
  }

  #closeTask(key: string): void {
    const task = this.#tasks.get(key);
    if (task === undefined) return;
    this.#tasks.delete(key);
    this.#running -= task.running.size;
    for (const items of task.items.values()) this.#items -= items.length;
    for (const [host, start] of task.running) {
      this.#close({ ...unfinished(task, host), id: this.#idOf(`host:${host}`), start });
    }
    const result = task.hasFailed || task.running.size > 0 ? "failure" : "success";
    const attributes = { ...task.attributes, "cicd.pipeline.task.run.result": result };
    this.#close({ ...task, attributes, hasFailed: result === "failure" });
  }

  #hostStarts({ data, time }: ToldEvent): void {
    const task = this.#taskOf(data);
    const host = textOf(data["host"]);
    if (task === undefined || host === undefined || this.#running >= MOST_RUNNING) return;
    if (!task.running.has(host)) this.#running++;
    task.running.set(host, time);
  }

  #itemFails(event: ToldEvent): void {
    const task = this.#taskOf(event.data);
    const host = textOf(event.data["host"]) ?? "";
    // Of hosts that run alone, so that there are no more than those.
    if (task === undefined || !task.running.has(host)) return;
    const items = task.items.get(host) ?? [];
    if (items.length >= MOST_ITEMS || this.#items >= MOST_HELD_ITEMS) return;
    items.push(exceptionOf(event, "item_failed"));
    this.#items++;
    task.items.set(host, items);
  }

  #hostEnds(event: ToldEvent): void {
    const { data, time, uuid } = event;
    const task = this.#taskOf(data);
    const host = textOf(data["host"]) ?? "unknown";
    const { events, ...outcome } = hostOutcomeOf(event);
    const end = timeOf(data["end"]) ?? time;
    this.#close({
      ...outcome,
      id: hostSpanId(this.#context, uuid),
      parent: task?.id ?? this.#play?.id ?? this.#context.rootSpanId,
      name: host,
      start: timeOf(data["start"]) ?? task?.running.get(host) ?? end,
      end,
      events: [...task?.items.get(host) ?? [], ...events],
    });
    if (this.#play !== undefined) this.#play.hasFailed ||= outcome.hasFailed;
    if (task === undefined) return;
    if (task.running.delete(host)) this.#running--;
    this.#items -= task.items.get(host)?.length ?? 0;
    task.items.delete(host);
    task.end = Math.max(task.end, end);
    task.hasFailed ||= outcome.hasFailed;
  }

  #end(status: string): void {
    const now = Date.now();
    this.#closePlay(now);
    this.#close({
      ...rootOf(status, { ...this.#facts, playbook: this.#playbook, hosts: this.#hosts }),
      id: this.#context.rootSpanId,
      parent: this.#context.parentSpanId,
      kind: KIND.server,
      start: this.#start,
      end: now,
    });
  }

  #taskOf(data: ToldEvent["data"]): OpenTask | undefined {
    return this.#tasks.get(textOf(data["task_uuid"]) ?? "");
  }

  /** What comes again, such as a play in its next batch, is another span. */
  #idOf(key: string): string {
    return spanIdOf(this.#context, `${key}:${this.#opened++}`);
  }

  #close(draft: Draft): void {
    const { traceId, traceState } = this.#context;
    const { id, parent, name, kind = KIND.internal, start, end, hasFailed, message } = draft;
    this.#finished.push({
      traceId,
      spanId: id,
      ...(traceState === undefined ? {} : { traceState }),
      ...(parent === undefined ? {} : { parentSpanId: parent }),
      flags: 1,
      name: name.slice(0, 200).toWellFormed(),
      kind,
      startTimeUnixNano: nanosOf(start),
      endTimeUnixNano: nanosOf(Math.max(start, end)),
      attributes: attributesOf(draft.attributes),
      ...(draft.events?.length ? { events: draft.events } : {}),
      ...(hasFailed ? { status: { code: ERROR, message: message ?? "" } } : {}),
    });
  }
}

/** Id of the span of a task on a host, by its last event. */
export function hostSpanId(context: TraceContext, uuid: string): string {
  return spanIdOf(context, `host:${uuid}`);
}

/** A host that never came back from a task. */
function unfinished(task: OpenTask, host: string): Omit<Draft, "id" | "start"> {
  return {
    parent: task.id,
    name: host,
    end: Date.now(),
    hasFailed: true,
    message: "The task did not end",
    events: task.items.get(host) ?? [],
    attributes: { "ansible.host.name": host, "error.type": "unfinished" },
  };
}

function nameIn(path: unknown): string | undefined {
  const text = textOf(path);
  return text === undefined ? undefined : baseName(text);
}
