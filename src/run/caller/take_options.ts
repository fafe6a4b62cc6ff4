/**
 * Turns what a caller gave as options into what a run may rely on: checked, and a copy of all data.
 *
 * Whoever changes an object after the call, such as the extra vars of the next run, changes nothing.
 *
 * @module
 */
import { ConfigError } from "../../errors.ts";
import { editDistance } from "../../internal/edit_distance.ts";
import { quote } from "../../python/shlex.ts";
import type { RunOptions, TakenOptions } from "../run_options.ts";
import {
  OPTION_KINDS,
  type OptionKind,
  PATH,
  takesCommand,
  takesUrl,
  TEXTS,
} from "./option_kinds.ts";

/** Deeper data is none that anybody wrote. */
const DEEPEST = 500;

const KINDS: ReadonlyMap<string, OptionKind> = new Map(Object.entries(OPTION_KINDS));

/**
 * Checks and copies the options of a run.
 *
 * @throws {ConfigError} which names the option that is wrong, and the nearest one that there is
 */
export function takeOptions(options: RunOptions): TakenOptions {
  const given: unknown = options;
  if (typeof given !== "object" || given === null) {
    throw wrong("options", { expected: "an object", value: given });
  }
  const taken: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(given)) {
    const kind = KINDS.get(name);
    if (kind === undefined) throw unknownOption(name, [...KINDS.keys()]);
    if (value === undefined) continue;
    const copy = kind.isData && typeof value === "object" ? copyOption(name, value) : value;
    checkedOption(copy, { name, kind });
    taken[name] = Array.isArray(copy) && !kind.isData ? [...copy] : copy;
  }
  if (taken["privateDataDir"] === undefined) {
    const { expected } = OPTION_KINDS.privateDataDir;
    throw wrong('option "privateDataDir"', { expected, value: undefined });
  }
  return taken as unknown as TakenOptions;
}

/**
 * The path that an option names.
 *
 * @throws {ConfigError} when it is none, or a URL of something else than a file
 */
export function pathOf(value: string | URL, name: string): string {
  return value instanceof URL ? pathOfUrl(value, name) : checkedOption(value, { name, kind: PATH });
}

/** The paths of a list. */
export function pathsOf(values: readonly (string | URL)[], name: string): readonly string[] {
  const paths = withoutUrls(values, name) as readonly string[];
  return checkedOption(paths, { name, kind: TEXTS });
}

/** The path that an option names, if it is given. */
export function pathIfGiven(value: string | URL | undefined, name: string): string | undefined {
  return value === undefined ? undefined : pathOf(value, name);
}

/**
 * An option of another function than `run`.
 *
 * @throws {ConfigError} when it is of another kind
 */
export function checkedOption<Value>(
  value: Value,
  { name, kind }: { readonly name: string; readonly kind: OptionKind },
): Value {
  if (kind.fits(value)) return value;
  throw wrong(`option "${name}"`, { expected: kind.expected, value });
}

/**
 * Checks the options of a function that has few of its own.
 *
 * @param kinds what there is
 * @throws {ConfigError} when one is unknown, or of another kind
 */
export function checkOptions(
  options: object,
  kinds: Readonly<Record<string, OptionKind>>,
): void {
  for (const [name, value] of Object.entries(options)) {
    const kind = Object.hasOwn(kinds, name) ? kinds[name] : undefined;
    if (kind === undefined) throw unknownOption(name, Object.keys(kinds));
    if (value !== undefined && !(value instanceof URL)) checkedOption(value, { name, kind });
  }
}

function copyOption(name: string, value: unknown): unknown {
  if (value instanceof URL && takesCommand(name)) return quote(pathOfUrl(value, name));
  const copy = takesUrl(name) ? withoutUrls(value, name) : value;
  return copyData(copy, { place: name, above: [] });
}

function withoutUrls(value: unknown, name: string): unknown {
  if (value instanceof URL) return pathOfUrl(value, name);
  return Array.isArray(value)
    ? value.map((item) => item instanceof URL ? pathOfUrl(item, name) : item)
    : value;
}

function pathOfUrl(url: URL, name: string): string {
  if (url.protocol === "file:" && url.host === "") return decodeURIComponent(url.pathname);
  throw wrong(`option "${name}"`, { expected: "a file: URL", value: url.href });
}

/** Where we are in the data: a name for messages, and the objects around. */
interface Position {
  readonly place: string;
  readonly above: readonly object[];
}

/** Copies what JSON can carry, as JSON would. */
function copyData(value: unknown, position: Position): unknown {
  if (typeof value === "number" && !Number.isFinite(value)) throw noData(value, position);
  if (typeof value === "bigint" || typeof value === "symbol" || typeof value === "function") {
    throw noData(value, position);
  }
  if (typeof value !== "object" || value === null) return value;
  const { place, above } = position;
  if (above.includes(value)) {
    throw new ConfigError("config.option", `Cannot use option "${place}": it contains itself`);
  }
  if (above.length > DEEPEST) {
    const [name] = place.split(/[.[]/);
    throw new ConfigError("config.option", `Cannot use option "${name}": its data is too deep`);
  }
  const inside = [...above, value];
  if (Array.isArray(value)) {
    return value.map((item, at) =>
      item === undefined ? null : copyData(item, { place: `${place}[${at}]`, above: inside })
    );
  }
  if ("toJSON" in value && typeof value.toJSON === "function") {
    return copyData(value.toJSON(), { place, above: inside });
  }
  if (value instanceof Map || value instanceof Set || ArrayBuffer.isView(value)) {
    throw noData(value, position);
  }
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  // Not by assignment: a name may be __proto__.
  return Object.fromEntries(
    entries.map(([key, item]) =>
      [key, copyData(item, { place: `${place}.${key}`, above: inside })] as const
    ),
  );
}

function noData(value: unknown, { place }: Position): ConfigError {
  return wrong(`option "${place}"`, { expected: "data that JSON can carry", value });
}

interface Mismatch {
  readonly expected: string;
  readonly value: unknown;
}

function wrong(what: string, { expected, value }: Mismatch): ConfigError {
  return new ConfigError(
    "config.option",
    `Cannot use ${what}: expected ${expected}, got ${nameOf(value)}`,
  );
}

/** The kind of a value; of a number the number: texts may be secrets. */
function nameOf(value: unknown): string {
  if (value === undefined || value === null || typeof value === "number") return String(value);
  if (Array.isArray(value)) return "a list";
  if (typeof value === "string") return "a string";
  if (typeof value === "boolean") return String(value);
  if (typeof value !== "object") return `a ${typeof value}`;
  const { name = "" } = value.constructor ?? {};
  return name === "" || name === "Object" ? "an object" : `a ${name}`;
}

function unknownOption(name: string, known: readonly string[]): ConfigError {
  const camelCase = name.replaceAll(/_+([a-z])/g, (_, letter: string) => letter.toUpperCase());
  const nearest = known.includes(camelCase) ? camelCase : nearestName(camelCase, known);
  return new ConfigError(
    "config.option",
    `Cannot use option ${JSON.stringify(name)}: there is no such option${
      nearest === undefined ? "" : ` (did you mean "${nearest}"?)`
    }`,
  );
}

function nearestName(name: string, names: readonly string[]): string | undefined {
  const byDistance = names.map((known) => {
    const distance = editDistance(name.toLowerCase(), known.toLowerCase());
    return { known, distance };
  }).sort((a, b) => a.distance - b.distance);
  const [best] = byDistance;
  return best !== undefined && best.distance <= Math.max(2, name.length / 3)
    ? best.known
    : undefined;
}
