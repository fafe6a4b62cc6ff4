/**
 * The parts of OTLP that a run needs, as its JSON has them: 64-bit numbers are texts, ids are
 * hexadecimal. The protobuf encoding is made from the same values.
 *
 * @module
 * @see https://opentelemetry.io/docs/specs/otlp/
 */

/** A value of an attribute. */
export type AnyValue =
  | { readonly stringValue: string }
  | { readonly boolValue: boolean }
  | { readonly intValue: string }
  | { readonly doubleValue: number };

/** An attribute. */
export interface KeyValue {
  readonly key: string;
  readonly value: AnyValue;
}

/** Something that happened during a span. */
export interface SpanEvent {
  readonly timeUnixNano: string;
  readonly name: string;
  readonly attributes: readonly KeyValue[];
}

/** A span that has ended. */
export interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly traceState?: string;
  readonly parentSpanId?: string;
  readonly flags: number;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly KeyValue[];
  readonly events?: readonly SpanEvent[];
  readonly status?: { readonly code: number; readonly message?: string };
}

/** A line of a log. */
export interface LogRecord {
  readonly timeUnixNano: string;
  readonly observedTimeUnixNano: string;
  readonly severityNumber: number;
  readonly severityText: string;
  readonly body: AnyValue;
  readonly attributes: readonly KeyValue[];
  readonly traceId: string;
  readonly spanId: string;
  readonly flags: number;
}

/** A number of a metric. */
export interface NumberPoint {
  readonly attributes: readonly KeyValue[];
  readonly startTimeUnixNano: string;
  readonly timeUnixNano: string;
  readonly asInt?: string;
  readonly asDouble?: number;
}

/** How many values fell between which bounds. */
export interface HistogramPoint {
  readonly attributes: readonly KeyValue[];
  readonly startTimeUnixNano: string;
  readonly timeUnixNano: string;
  readonly count: string;
  readonly sum: number;
  readonly bucketCounts: readonly string[];
  readonly explicitBounds: readonly number[];
  readonly min: number;
  readonly max: number;
}

/** A metric. */
export interface Metric {
  readonly name: string;
  readonly description: string;
  readonly unit: string;
  readonly gauge?: { readonly dataPoints: readonly NumberPoint[] };
  readonly sum?: {
    readonly dataPoints: readonly NumberPoint[];
    readonly aggregationTemporality: number;
    readonly isMonotonic: boolean;
  };
  readonly histogram?: {
    readonly dataPoints: readonly HistogramPoint[];
    readonly aggregationTemporality: number;
  };
}

/** What is sent: each kind has a path of its own. */
export type Signal = "traces" | "metrics" | "logs";

/** Longest text of an attribute, in characters. */
const MOST_TEXT = 4000;

const SCOPE = "ansible-runner";

/** Turns names and values into attributes; those without a value are left out. */
export function attributesOf(
  values: Readonly<Record<string, string | number | boolean | undefined>>,
): KeyValue[] {
  return Object.entries(values).flatMap(([key, value]) =>
    value === undefined ? [] : [{ key, value: valueOf(value) }]
  );
}

/** Turns a value into one of OTLP: what is too long is cut. */
export function valueOf(value: string | number | boolean): AnyValue {
  if (typeof value === "boolean") return { boolValue: value };
  if (typeof value === "number") {
    return Number.isSafeInteger(value) ? { intValue: String(value) } : { doubleValue: value };
  }
  return { stringValue: value.slice(0, MOST_TEXT).toWellFormed() };
}

/** Milliseconds since 1970, perhaps with a fraction, as nanoseconds in a text. */
export function nanosOf(ms: number): string {
  const whole = Math.floor(ms);
  return `${BigInt(whole) * 1_000_000n + BigInt(Math.round((ms - whole) * 1000)) * 1000n}`;
}

/** What {@linkcode requestOf} is given. */
export interface RequestParts {
  /** What they are about: the service. */
  readonly resource: readonly KeyValue[];
  /** Version of this program. */
  readonly version: string;
  /** Spans, metrics or lines of a log. */
  readonly items: readonly unknown[];
}

/** The body of one request, before it is encoded. */
export function requestOf(signal: Signal, { resource, version, items }: RequestParts): unknown {
  const scope = { name: SCOPE, version };
  const [all, scoped, list] = NAMES[signal];
  return {
    [all]: [{ resource: { attributes: resource }, [scoped]: [{ scope, [list]: items }] }],
  };
}

const NAMES = {
  traces: ["resourceSpans", "scopeSpans", "spans"],
  metrics: ["resourceMetrics", "scopeMetrics", "metrics"],
  logs: ["resourceLogs", "scopeLogs", "logRecords"],
} as const;
