/**
 * Reads what a collector says of a request that it took: that it threw some of it away, and why.
 *
 * @module
 * @see https://opentelemetry.io/docs/specs/otlp/#partial-success
 */
import { recordOf, textOf } from "../../events/event_values.ts";
import { printable } from "../../internal/printable.ts";

/** What it said. */
export interface PartialSuccess {
  /** How many spans, points or lines it threw away. */
  readonly rejected: number;
  /** Why, or what else it has to say; may be empty. */
  readonly message: string;
}

/** How an answer is read. */
export interface AnswerForm {
  /** JSON; protobuf else. */
  readonly isJson: boolean;
  /** How many were sent: no more can be thrown away. */
  readonly sent: number;
}

/** Fields of an answer and of its `partial_success`, the same for all signals. */
const PARTIAL_SUCCESS = 1;
const REJECTED = 1;
const MESSAGE = 2;

/** Longest message that is shown, in characters. */
const MOST_TEXT = 200;

/** What an answer says; an answer that cannot be read says nothing. */
export function partialSuccessIn(
  answer: Uint8Array,
  { isJson, sent }: AnswerForm,
): PartialSuccess {
  const { rejected = 0, message = "" } = isJson ? inJson(answer) : inProtobuf(answer);
  const count = Number.isSafeInteger(rejected) ? Math.min(Math.max(0, rejected), sent) : 0;
  return { rejected: count, message: printable(message.slice(0, MOST_TEXT)) };
}

function inJson(answer: Uint8Array): Partial<PartialSuccess> {
  try {
    const text = new TextDecoder().decode(answer);
    const partial = recordOf(recordOf(JSON.parse(text))["partialSuccess"]);
    const counts = ["rejectedSpans", "rejectedDataPoints", "rejectedLogRecords"]
      .map((key) => Number(partial[key] ?? 0));
    const message = textOf(partial["errorMessage"]);
    return { rejected: Math.max(...counts), ...(message === undefined ? {} : { message }) };
  } catch {
    return {};
  }
}

function inProtobuf(answer: Uint8Array): Partial<PartialSuccess> {
  const partial = fieldsOf(answer).get(PARTIAL_SUCCESS);
  if (!(partial instanceof Uint8Array)) return {};
  const fields = fieldsOf(partial);
  const [rejected, message] = [fields.get(REJECTED), fields.get(MESSAGE)];
  return {
    ...(typeof rejected === "number" ? { rejected } : {}),
    ...(message instanceof Uint8Array ? { message: new TextDecoder().decode(message) } : {}),
  };
}

/** The fields of a message, numbers and bytes; those behind one that is malformed are not read. */
function fieldsOf(bytes: Uint8Array): Map<number, number | Uint8Array> {
  const fields = new Map<number, number | Uint8Array>();
  const at = { value: 0 };
  while (at.value < bytes.length) {
    const key = varint(bytes, at);
    const kind = key % 8;
    const number = Math.floor(key / 8);
    if (kind === 0) fields.set(number, varint(bytes, at));
    else if (kind === 2) {
      const length = varint(bytes, at);
      fields.set(number, bytes.subarray(at.value, at.value + length));
      at.value += length;
    } else if (kind === 1 || kind === 5) at.value += kind === 1 ? 8 : 4;
    else break;
  }
  return fields;
}

/** A number of 7 bits per byte; what is cut off or longer than any number is infinite. */
function varint(bytes: Uint8Array, at: { value: number }): number {
  let value = 0;
  for (let turn = 0; turn < 10; turn++) {
    const byte = bytes[at.value++];
    if (byte === undefined) break;
    value += (byte & 0x7f) * 2 ** (7 * turn);
    if (byte < 0x80) return value;
  }
  return Infinity;
}
