/**
 * Turns requests of OTLP, as their JSON has them, into protobuf by a table of fields.
 *
 * @module
 * @see https://protobuf.dev/programming-guides/encoding/
 * @see https://github.com/open-telemetry/opentelemetry-proto
 */
import type { Signal } from "./otlp.ts";

/** How a value is written; the fields of a message are a table of their own. */
type FieldType =
  | "string"
  | "hex"
  | "bool"
  | "varint"
  | "fixed32"
  | "fixed64"
  | "double"
  | (() => Fields);

/** Number and type by name. */
type Fields = Readonly<Record<string, readonly [number: number, type: FieldType]>>;

const ANY_VALUE: Fields = {
  stringValue: [1, "string"],
  boolValue: [2, "bool"],
  intValue: [3, "varint"],
  doubleValue: [4, "double"],
};

const KEY_VALUE: Fields = { key: [1, "string"], value: [2, () => ANY_VALUE] };

const RESOURCE: Fields = { attributes: [1, () => KEY_VALUE] };

const SCOPE: Fields = { name: [1, "string"], version: [2, "string"] };

const SPAN_EVENT: Fields = {
  timeUnixNano: [1, "fixed64"],
  name: [2, "string"],
  attributes: [3, () => KEY_VALUE],
};

const STATUS: Fields = { message: [2, "string"], code: [3, "varint"] };

const SPAN: Fields = {
  traceId: [1, "hex"],
  spanId: [2, "hex"],
  traceState: [3, "string"],
  parentSpanId: [4, "hex"],
  name: [5, "string"],
  kind: [6, "varint"],
  startTimeUnixNano: [7, "fixed64"],
  endTimeUnixNano: [8, "fixed64"],
  attributes: [9, () => KEY_VALUE],
  events: [11, () => SPAN_EVENT],
  status: [15, () => STATUS],
  flags: [16, "fixed32"],
};

const NUMBER_POINT: Fields = {
  startTimeUnixNano: [2, "fixed64"],
  timeUnixNano: [3, "fixed64"],
  asDouble: [4, "double"],
  asInt: [6, "fixed64"],
  attributes: [7, () => KEY_VALUE],
};

const HISTOGRAM_POINT: Fields = {
  startTimeUnixNano: [2, "fixed64"],
  timeUnixNano: [3, "fixed64"],
  count: [4, "fixed64"],
  sum: [5, "double"],
  bucketCounts: [6, "fixed64"],
  explicitBounds: [7, "double"],
  attributes: [9, () => KEY_VALUE],
  min: [11, "double"],
  max: [12, "double"],
};

const METRIC: Fields = {
  name: [1, "string"],
  description: [2, "string"],
  unit: [3, "string"],
  gauge: [5, () => ({ dataPoints: [1, () => NUMBER_POINT] })],
  sum: [7, () => ({
    dataPoints: [1, () => NUMBER_POINT],
    aggregationTemporality: [2, "varint"],
    isMonotonic: [3, "bool"],
  })],
  histogram: [9, () => ({
    dataPoints: [1, () => HISTOGRAM_POINT],
    aggregationTemporality: [2, "varint"],
  })],
};

const LOG_RECORD: Fields = {
  timeUnixNano: [1, "fixed64"],
  severityNumber: [2, "varint"],
  severityText: [3, "string"],
  body: [5, () => ANY_VALUE],
  attributes: [6, () => KEY_VALUE],
  flags: [8, "fixed32"],
  traceId: [9, "hex"],
  spanId: [10, "hex"],
  observedTimeUnixNano: [11, "fixed64"],
};

const REQUESTS: Readonly<Record<Signal, Fields>> = {
  traces: inScopes(["resourceSpans", "scopeSpans"], { spans: [2, () => SPAN] }),
  metrics: inScopes(["resourceMetrics", "scopeMetrics"], { metrics: [2, () => METRIC] }),
  logs: inScopes(["resourceLogs", "scopeLogs"], { logRecords: [2, () => LOG_RECORD] }),
};

function inScopes([all, scoped]: readonly [string, string], items: Fields): Fields {
  const scope: Fields = { scope: [1, () => SCOPE], ...items };
  return { [all]: [1, () => ({ resource: [1, () => RESOURCE], [scoped]: [2, () => scope] })] };
}

/** Encodes a request. */
export function encodeProtobuf(signal: Signal, request: unknown): Uint8Array<ArrayBuffer> {
  const writer = new Writer();
  writer.message(request as Readonly<Record<string, unknown>>, REQUESTS[signal]);
  return writer.bytes();
}

/** Bytes that grow. */
class Writer {
  readonly #encoder = new TextEncoder();
  #buffer = new Uint8Array(4096);
  #length = 0;

  bytes(): Uint8Array<ArrayBuffer> {
    return this.#buffer.subarray(0, this.#length);
  }

  message(value: Readonly<Record<string, unknown>>, fields: Fields): void {
    for (const [name, field] of Object.entries(fields)) {
      const given = value[name];
      if (given === undefined) continue;
      // Several numbers are written unpacked: readers take both.
      for (const each of Array.isArray(given) ? given : [given]) this.#field(field, each);
    }
  }

  #field([number, type]: Fields[string], value: unknown): void {
    switch (type) {
      case "bool":
      case "varint":
        this.#varint(number << 3);
        return this.#varint(BigInt.asUintN(64, BigInt(value as string | number | boolean)));
      case "fixed64":
        this.#varint(number << 3 | 1);
        return this.#fixed(8, (view) => view.setBigUint64(0, BigInt(value as string), true));
      case "double":
        this.#varint(number << 3 | 1);
        return this.#fixed(8, (view) => view.setFloat64(0, value as number, true));
      case "fixed32":
        this.#varint(number << 3 | 5);
        return this.#fixed(4, (view) => view.setUint32(0, value as number, true));
      default:
        this.#varint(number << 3 | 2);
        return this.#delimited(type, value);
    }
  }

  #delimited(type: "string" | "hex" | (() => Fields), value: unknown): void {
    const bytes = typeof type === "function"
      ? encoded(value as Readonly<Record<string, unknown>>, type())
      : type === "hex"
      ? Uint8Array.fromHex(value as string)
      : this.#encoder.encode(value as string);
    this.#varint(bytes.length);
    this.#reserve(bytes.length);
    this.#buffer.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  #varint(value: number | bigint): void {
    this.#reserve(10);
    let rest = BigInt(value);
    for (; rest > 0x7fn; rest >>= 7n) {
      this.#buffer[this.#length++] = Number(rest & 0x7fn) | 0x80;
    }
    this.#buffer[this.#length++] = Number(rest);
  }

  #fixed(size: number, set: (view: DataView) => void): void {
    this.#reserve(size);
    set(new DataView(this.#buffer.buffer, this.#length, size));
    this.#length += size;
  }

  #reserve(count: number): void {
    if (this.#length + count <= this.#buffer.length) return;
    const grown = new Uint8Array(Math.max(this.#buffer.length * 2, this.#length + count));
    grown.set(this.bytes());
    this.#buffer = grown;
  }
}

function encoded(value: Readonly<Record<string, unknown>>, fields: Fields): Uint8Array {
  const writer = new Writer();
  writer.message(value, fields);
  return writer.bytes();
}
