/**
 * Times and sizes as people write them: `2h`, `2026-01-31`, `2G`.
 *
 * @module
 */
import { RunnerError } from "../errors.ts";

const MS: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

const BYTES = ["", "K", "M", "G", "T"];

/** Reads a span of time such as `90s`, `30m`, `2h`, `30d`; undefined when it is none. */
export function parseSpan(text: string): number | undefined {
  const [, count, unit] = /^(\d+(?:\.\d+)?)\s*([smhdw])$/.exec(text.trim()) ?? [];
  return count === undefined || unit === undefined ? undefined : Number(count) * (MS[unit] ?? 0);
}

/**
 * Reads a moment: so long ago, or a date, of this time zone unless it says another.
 *
 * @throws {RunnerError} when it is neither
 */
export function parseMoment(text: string, now: number): number {
  const span = parseSpan(text);
  if (span !== undefined) return now - span;
  const isDate = /^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$/.test(
    text,
  );
  // A date alone would be midnight in Greenwich.
  const moment = isDate ? Date.parse(/[T ]/.test(text) ? text : `${text}T00:00`) : NaN;
  if (!Number.isNaN(moment)) return moment;
  throw badValue("time", { text, expected: "a time ago such as 2h, or a date such as 2026-01-31" });
}

/**
 * Reads a span of time that has to be one.
 *
 * @throws {RunnerError} when it is none
 */
export function needSpan(text: string): number {
  const span = parseSpan(text);
  if (span !== undefined) return span;
  throw badValue("age", { text, expected: "a span of time such as 12h or 30d" });
}

/** Reads a size such as `500M` or `2G` (powers of 1024); undefined when it is none. */
export function parseSize(text: string): number | undefined {
  const [, count, unit = ""] = /^(\d+(?:\.\d+)?)\s*([KMGT]?)(?:i?B)?$/i.exec(text.trim()) ?? [];
  if (count === undefined) return undefined;
  return Number(count) * 1024 ** BYTES.indexOf(unit.toUpperCase());
}

/**
 * Reads a size that has to be one.
 *
 * @throws {RunnerError} when it is none
 */
export function needSize(text: string): number {
  const size = parseSize(text);
  if (size !== undefined) return size;
  throw badValue("size", { text, expected: "a size such as 500M or 2G" });
}

function badValue(
  what: string,
  { text, expected }: { text: string; expected: string },
): RunnerError {
  return new RunnerError(
    "usage",
    `Cannot read the ${what} ${JSON.stringify(text)}: expected ${expected}`,
    {
      exitCode: 2,
    },
  );
}

/** Writes a duration for people, in at most five letters: `0.4s`, `27s`, `12m`, `3h2m`, `5d`. */
export function spanText(seconds: number): string {
  if (seconds < 9.95) return `${seconds.toFixed(1)}s`;
  if (seconds < 99.5) return `${Math.round(seconds)}s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes}m`;
  if (minutes < 600) return `${Math.floor(minutes / 60)}h${minutes % 60}m`;
  return minutes < 60 * 48 ? `${Math.round(minutes / 60)}h` : `${Math.round(minutes / 1440)}d`;
}

/** Writes a size for people: `512 B`, `1.5 MiB`. */
export function sizeText(bytes: number): string {
  let at = 0;
  while (bytes >= 1024 && at < BYTES.length - 1) {
    bytes /= 1024;
    at++;
  }
  return at === 0 ? `${bytes} B` : `${bytes.toFixed(1)} ${BYTES[at]}iB`;
}
