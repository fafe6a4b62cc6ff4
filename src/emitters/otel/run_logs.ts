/**
 * What happens in a run as lines of a log: changes of status, failures and warnings, each
 * with the span that it belongs to.
 *
 * @module
 */
import { textOf } from "../../events/event_values.ts";
import { HOST_FAILURES } from "../../events/failure_events.ts";
import type { EmitterMessage } from "../emitter.ts";
import { attributesOf, type LogRecord, nanosOf, valueOf } from "./otlp.ts";
import { hostSpanId } from "./run_spans.ts";
import { hostOutcomeOf } from "./span_attributes.ts";
import { failureText, isEnd, readEvent, statusOf } from "../told_event.ts";
import type { TraceContext } from "./trace_context.ts";

const SEVERITY = { INFO: 9, WARN: 13, ERROR: 17 } as const;

const TOLD: ReadonlySet<string> = new Set([
  ...HOST_FAILURES,
  "warning",
  "deprecated",
  "system_warning",
  "error",
]);

/** What a line says, before it is one of OTLP. */
interface Line {
  readonly time: number;
  readonly severity: keyof typeof SEVERITY;
  readonly text: string;
  readonly spanId: string;
  readonly attributes: Parameters<typeof attributesOf>[0];
}

/** The log of one run. */
export class RunLogs {
  readonly #context: TraceContext;
  readonly #ident: string;

  constructor(context: TraceContext, { ident }: { readonly ident: string }) {
    this.#context = context;
    this.#ident = ident;
  }

  /** Takes what happened; returns what the log says of it. */
  fold(message: EmitterMessage): readonly LogRecord[] {
    const line = this.#statusLine(message) ?? this.#eventLine(message);
    return line === undefined ? [] : [this.#record(line)];
  }

  #statusLine(message: EmitterMessage): Line | undefined {
    const status = statusOf(message);
    if (status === undefined) return undefined;
    const isBad = isEnd(status) && status !== "successful" && status !== "canceled";
    return {
      time: Date.now(),
      severity: isBad ? "ERROR" : "INFO",
      text: `run ${this.#ident}: ${status}`,
      spanId: this.#context.rootSpanId,
      attributes: { "ansible.run.status": status },
    };
  }

  #eventLine(message: EmitterMessage): Line | undefined {
    const event = readEvent(message, TOLD);
    if (event === undefined) return undefined;
    const { name, time, uuid, stdout, data } = event;
    if (!HOST_FAILURES.includes(name)) {
      const severity = name === "error" ? "ERROR" : "WARN";
      const spanId = this.#context.rootSpanId;
      return { time, severity, text: stdout.trim(), spanId, attributes: { "event.name": name } };
    }
    const { hasFailed, status, attributes } = hostOutcomeOf(event);
    const [host = "?", task = "?"] = [textOf(data["host"]), textOf(data["task"])];
    return {
      time,
      severity: hasFailed ? "ERROR" : "WARN",
      text: `${host} ${status}: ${task}: ${failureText(event)}`,
      spanId: hostSpanId(this.#context, uuid),
      attributes,
    };
  }

  #record({ time, severity, text, spanId, attributes }: Line): LogRecord {
    return {
      timeUnixNano: nanosOf(time),
      observedTimeUnixNano: nanosOf(Date.now()),
      severityNumber: SEVERITY[severity],
      severityText: severity,
      body: valueOf(text),
      attributes: attributesOf({ "ansible.runner.ident": this.#ident, ...attributes }),
      traceId: this.#context.traceId,
      spanId,
      flags: this.#context.isSampled ? 1 : 0,
    };
  }
}
