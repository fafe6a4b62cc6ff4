/**
 * Turns the bytes of a message into its value.
 *
 * @module
 */
import { parseJson } from "../../python/json_read.ts";

const decoder = new TextDecoder();

/** A JSON object of the wire. */
export type Message = Readonly<Record<string, unknown>>;

/**
 * Reads a message exactly: numbers as Python has them.
 *
 * @returns the object, or undefined when it is JSON but no object
 * @throws {SyntaxError} when it is no JSON
 */
export function readMessage(bytes: Uint8Array): Message | undefined {
  return objectOf(parseJson(decoder.decode(bytes)));
}

/**
 * Reads one message of thousands: exactly only where JavaScript's own JSON does not do.
 *
 * @returns the object, undefined when it is JSON but no object, or that it is none
 */
export function readLine(bytes: Uint8Array): Message | "broken" | undefined {
  try {
    return objectOf(JSON.parse(decoder.decode(bytes)));
  } catch {
    // Numbers that only Python's JSON has, or no JSON at all.
  }
  try {
    return readMessage(bytes);
  } catch {
    return "broken";
  }
}

/** The value if it is a JSON object. */
export function objectOf(value: unknown): Message | undefined {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  return isObject ? value as Message : undefined;
}

/** The number of bytes that a message announces; undefined when that is no length. */
export function zipLengthOf(message: Message): number | undefined {
  const length = message["zipfile"];
  return Number.isSafeInteger(length) && Number(length) >= 0 ? Number(length) : undefined;
}
