/**
 * The value that PyYAML's safe loader makes of the text of a scalar.
 *
 * @module
 */
import { PyDate, pyFloat, pyInt } from "../values.ts";

/** Prefix of the tags that `!!name` stands for. */
export const TAG_PREFIX = "tag:yaml.org,2002:";

// Contract: the same patterns as PyYAML's, which are narrower than YAML 1.1 says.
const BOOL = /^(?:yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF)$/;
const FLOAT =
  /^(?:[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/;
const INT =
  /^(?:[-+]?0b[01_]+|[-+]?0[0-7_]+|[-+]?(?:0|[1-9][0-9_]*)|[-+]?0x[0-9a-fA-F_]+|[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+)$/;
const NULL = /^(?:~|null|Null|NULL|)$/;
const TIMESTAMP =
  /^(?:\d{4}-\d\d-\d\d|\d{4}-\d\d?-\d\d?(?:[Tt]|[ \t]+)\d\d?:\d\d:\d\d(?:\.\d*)?(?:[ \t]*(?:Z|[-+]\d\d?(?::\d\d)?))?)$/;
const TIME_PARTS =
  /^(\d{4})-(\d\d?)-(\d\d?)(?:(?:[Tt]|[ \t]+)(\d\d?):(\d\d):(\d\d)(?:\.(\d*))?(?:[ \t]*(Z|([-+])(\d\d?)(?::(\d\d))?))?)?$/;

/**
 * Tells the tag of a plain scalar that has none.
 *
 * @returns the name behind `!!`, such as `int`
 */
export function implicitTag(text: string): string {
  if (BOOL.test(text)) return "bool";
  if (FLOAT.test(text)) return "float";
  if (INT.test(text)) return "int";
  if (text === "<<") return "merge";
  if (NULL.test(text)) return "null";
  if (TIMESTAMP.test(text)) return "timestamp";
  return text === "=" ? "value" : "str";
}

/**
 * Makes the value of a scalar.
 *
 * @param tag the name behind `!!`
 * @throws {SyntaxError} when the text does not fit the tag
 */
export function scalarValue(tag: string, text: string): unknown {
  switch (tag) {
    case "str":
      return text;
    case "null":
      return null;
    case "bool":
      return boolValue(text);
    case "int":
      return intValue(text);
    case "float":
      return floatValue(text);
    case "timestamp":
      return timestampValue(text);
    case "binary":
      return binaryValue(text);
    default:
      throw new SyntaxError("a scalar cannot have this tag");
  }
}

function boolValue(text: string): boolean {
  const word = text.toLowerCase();
  if (!BOOL.test(word)) throw unfit("boolean");
  return word === "yes" || word === "true" || word === "on";
}

function intValue(text: string): number | bigint {
  const bare = text.replaceAll("_", "");
  const negative = bare.startsWith("-");
  const digits = /^[-+]/.test(bare) ? bare.slice(1) : bare;
  const value = unsignedInt(digits);
  if (value === undefined) throw unfit("integer");
  return pyInt(negative ? -value : value);
}

function unsignedInt(digits: string): bigint | undefined {
  if (/^0b[01]+$/.test(digits) || /^0x[0-9a-f]+$/i.test(digits)) return BigInt(digits);
  if (/^0[0-7]*$/.test(digits)) return BigInt(`0o${digits}`);
  if (!/^[1-9][0-9]*(?::[0-9]+)*$/.test(digits)) return undefined;
  return digits.split(":").reduce((sum, part) => sum * 60n + BigInt(part), 0n);
}

function floatValue(text: string): unknown {
  const bare = text.replaceAll("_", "").toLowerCase();
  const sign = bare.startsWith("-") ? -1 : 1;
  const digits = /^[-+]/.test(bare) ? bare.slice(1) : bare;
  if (digits === ".inf") return sign * Infinity;
  if (digits === ".nan") return NaN;
  let value = 0;
  let base = 1;
  for (const part of digits.split(":").reverse()) {
    if (!/^(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$/.test(part)) throw unfit("float");
    value += Number(part) * base;
    base *= 60;
  }
  return pyFloat(sign * value);
}

function binaryValue(text: string): Uint8Array {
  // As Python's decoder does: what is not of the alphabet is skipped.
  const clean = text.replaceAll(/[^A-Za-z0-9+/=]/g, "");
  const fits = clean.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(clean);
  if (!fits || /[^\x00-\x7f]/.test(text)) {
    throw new SyntaxError("expected base64 text after !!binary");
  }
  return Uint8Array.from(atob(clean), (char) => char.charCodeAt(0));
}

function timestampValue(text: string): PyDate {
  const match = TIME_PARTS.exec(text);
  if (!match) throw unfit("date");
  const [, year = "", month = "", day = "", hour, minute = "", second = "", fraction] = match;
  const date = `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`;
  if (!isDate([Number(year), Number(month), Number(day)])) throw unfit("date");
  if (hour === undefined) return new PyDate(date);
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) throw unfit("time");
  const micros = (fraction ?? "").slice(0, 6).padEnd(6, "0");
  const tail = Number(micros) === 0 ? "" : `.${micros}`;
  const zone = zoneText(match.slice(8));
  if (zone === undefined) throw unfit("time");
  return new PyDate(`${date} ${hour.padStart(2, "0")}:${minute}:${second}${tail}${zone}`);
}

function isDate([year, month, day]: [number, number, number]): boolean {
  if (year < 1 || month < 1 || month > 12 || day < 1) return false;
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0;
  return day <= days;
}

/** The offset as Python prints it; undefined when it is a day or more. */
function zoneText([zone, sign = "+", hour = "0", minute = "0"]: string[]): string | undefined {
  if (zone === undefined) return "";
  const minutes = Number(hour) * 60 + Number(minute);
  if (minutes >= 24 * 60) return undefined;
  const pad = (value: number) => String(value).padStart(2, "0");
  return `${minutes === 0 ? "+" : sign}${pad(Math.floor(minutes / 60))}:${pad(minutes % 60)}`;
}

/** Errors have the place and not the text: it may be a password. */
function unfit(kind: string): SyntaxError {
  return new SyntaxError(`not a valid ${kind}`);
}
