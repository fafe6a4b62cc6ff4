/**
 * Turns the value of one setting into the type we use, or says what was expected.
 *
 * @module
 */
import { PyFloat, pythonText } from "../../python/values.ts";

/**
 * What a setting may hold.
 *
 * - `timeout`: seconds; 0 and null stand for none
 * - `seconds`: seconds; null stands for the default
 * - `seconds_or_off`: seconds; 0 and null switch it off
 */
export type SettingType =
  | "timeout"
  | "seconds"
  | "seconds_or_off"
  | "boolean"
  | "integer"
  | "text"
  | "paths"
  | "list"
  | "headers"
  | "receivers"
  | "registry"
  | readonly string[];

/** A value that does not fit; the message says what was expected. */
export class TypeMismatch extends Error {}

/** A value as we use it; times are in milliseconds. */
type Reader = (value: unknown) => unknown;

/**
 * Reads the value of a setting.
 *
 * @returns the value as we use it; undefined for none, or for the default
 * @throws {TypeMismatch} when it holds anything else
 */
export function readSetting(type: SettingType, value: unknown): unknown {
  if (typeof type !== "string") return readChoice(type, value);
  if (value === null || value === undefined) return type === "seconds_or_off" ? 0 : undefined;
  return READERS[type](value);
}

/**
 * Says in words what a setting may hold, for the reference and for messages.
 *
 * @returns such as `seconds` or `a string or a list of strings`
 */
export function describeType(type: SettingType): string {
  return typeof type === "string" ? WORDS[type] : type.map((choice) => `"${choice}"`).join(" or ");
}

const WORDS: Readonly<Record<Extract<SettingType, string>, string>> = {
  timeout: "a number of seconds (0 or null for none)",
  seconds: "a number of seconds",
  seconds_or_off: "a number of seconds (0 for off)",
  boolean: "true or false",
  integer: "a whole number, 0 or more",
  text: "a string",
  paths: "a path or a list of paths",
  list: "a list of strings",
  headers: "a mapping of names to strings",
  receivers: "a list of mappings",
  registry: "a mapping with host, username, password and perhaps verify_ssl",
};

const READERS: Readonly<Record<Extract<SettingType, string>, Reader>> = {
  timeout: (value) => readSeconds("timeout", value) || undefined,
  seconds: (value) => readSeconds("seconds", value),
  seconds_or_off: (value) => readSeconds("seconds_or_off", value),
  boolean: readBoolean,
  integer: readInteger,
  text: readText,
  paths: (value) => typeof value === "string" ? [value] : readTexts("paths", value),
  list: (value) => readTexts("list", value),
  headers: readHeaders,
  receivers: readMappings,
  registry: readRegistry,
};

/** setTimeout cannot count further; 24 days and more are as good as never. */
const LONGEST_MS = 2 ** 31 - 1;

function readSeconds(type: Extract<SettingType, string>, value: unknown): number {
  const seconds = value instanceof PyFloat || typeof value === "bigint" ? Number(value) : value;
  if (typeof seconds !== "number" || !(seconds >= 0)) throw mismatch(type);
  // However short, it is a time: 0 means none.
  return seconds === 0 ? 0 : Math.min(Math.max(Math.round(seconds * 1000), 1), LONGEST_MS);
}

function readBoolean(value: unknown): boolean {
  // Python takes 0 and 1 for booleans, and so did users.
  if (value === 0 || value === 1) return value === 1;
  if (typeof value !== "boolean") throw mismatch("boolean");
  return value;
}

function readInteger(value: unknown): number {
  const number = value instanceof PyFloat ? value.value : value;
  if (!Number.isSafeInteger(number) || (number as number) < 0) throw mismatch("integer");
  return number as number;
}

function readText(value: unknown): string {
  if (typeof value !== "string") throw mismatch("text");
  return value;
}

function readTexts(type: "paths" | "list", value: unknown): readonly string[] {
  if (!Array.isArray(value) || !value.every((item) => typeof item === "string")) {
    throw mismatch(type);
  }
  return value;
}

function readChoice(choices: readonly string[], value: unknown): string | undefined {
  if (value === null || value === undefined) return undefined;
  if (typeof value !== "string" || !choices.includes(value)) throw mismatch(choices);
  return value;
}

function readHeaders(value: unknown): Readonly<Record<string, string>> {
  if (!isMapping(value)) throw mismatch("headers");
  try {
    return Object.fromEntries(
      Object.entries(value).map(([name, text]) => [name, pythonText(text)]),
    );
  } catch (error) {
    throw error instanceof TypeError ? mismatch("headers") : error;
  }
}

function readMappings(value: unknown): readonly Record<string, unknown>[] {
  if (!Array.isArray(value) || !value.every(isMapping)) throw mismatch("receivers");
  return value;
}

function readRegistry(value: unknown): unknown {
  if (!isMapping(value)) throw mismatch("registry");
  const { host, username, password, verify_ssl: verifySsl = true } = value;
  const texts = [host, username, password];
  if (!texts.every((text) => typeof text === "string") || typeof verifySsl !== "boolean") {
    throw mismatch("registry");
  }
  return { host, username, password, verifySsl };
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null &&
    Object.getPrototypeOf(value) === Object.prototype;
}

function mismatch(type: SettingType): TypeMismatch {
  return new TypeMismatch(`expected ${describeType(type)}`);
}
