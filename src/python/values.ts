/**
 * Values of Python that JavaScript lacks, and the text that Python prints for any value.
 *
 * A JavaScript number stands for an int when it is integral and for a float when it is not;
 * {@linkcode PyFloat} stands for the floats that this cannot tell (`1.0`), `bigint` for big ints.
 *
 * @module
 */

/** A float whose value is integral: `1.0`, `-0.0`, `1e+16`. */
export class PyFloat {
  /** The value. */
  readonly value: number;

  /** Wraps a float. */
  constructor(value: number) {
    this.value = value;
  }

  /** Gives the number, so that comparing and computing work. */
  valueOf(): number {
    return this.value;
  }

  /** Gives what Python prints. */
  toString(): string {
    return floatText(this.value);
  }

  /** Keeps the point in JSON, where Python's `json` writes it too. */
  toJSON(): unknown {
    return rawJson(floatText(this.value));
  }
}

/** An int above 2^53 that `JSON.stringify` can write, which it cannot with a `bigint`. */
export class BigNumber {
  /** The value. */
  readonly value: bigint;

  /** Wraps an int. */
  constructor(value: bigint) {
    this.value = value;
  }

  /** Gives its digits. */
  toString(): string {
    return this.value.toString();
  }

  /** Keeps all digits in JSON. */
  toJSON(): unknown {
    return rawJson(this.value.toString());
  }
}

/** A date or a time of YAML, as the text that Python prints for it. */
export class PyDate {
  /** Python's `str()` of it: `2020-01-01`, `2020-01-01 10:00:00+02:00`. */
  readonly text: string;

  /** Wraps a date. */
  constructor(text: string) {
    this.text = text;
  }

  /** Gives what Python prints. */
  toString(): string {
    return this.text;
  }

  /** Gives what Python prints, as JSON has no dates. */
  toJSON(): string {
    return this.text;
  }
}

/**
 * Makes the value that stands for a float of Python's.
 *
 * @returns the number itself, or a {@linkcode PyFloat} when it would pass for an int
 */
export function pyFloat(value: number): number | PyFloat {
  return Number.isInteger(value) ? new PyFloat(value) : value;
}

/**
 * Makes the value that stands for an int of Python's.
 *
 * @returns a number when it is exact, else the bigint
 */
export function pyInt(value: bigint): number | bigint {
  const small = Number(value);
  return Number.isSafeInteger(small) ? small : value;
}

/**
 * Gives what Python's `str()` prints for a scalar.
 *
 * @param value a scalar as read from YAML or JSON
 * @throws {TypeError} when it is a list or a mapping
 */
export function pythonText(value: unknown): string {
  if (value === null || value === undefined) return "None";
  if (value instanceof Uint8Array) return bytesText(value);
  if (value instanceof PyFloat || value instanceof PyDate || value instanceof BigNumber) {
    return value.toString();
  }
  switch (typeof value) {
    case "string":
      return value;
    case "boolean":
      return value ? "True" : "False";
    case "bigint":
      return value.toString();
    case "number":
      return Number.isInteger(value) ? BigInt(value).toString() : floatText(value);
    default:
      throw new TypeError(`Cannot print ${kindOf(value)} as text: expected a scalar`);
  }
}

/**
 * Names the kind of a value as a person who writes YAML would.
 *
 * @param value anything read from a file
 * @returns `a mapping`, `a list`, `a number` and so on
 */
export function kindOf(value: unknown): string {
  if (value === null || value === undefined) return "null";
  if (Array.isArray(value)) return "a list";
  if (value instanceof PyFloat || value instanceof BigNumber) return "a number";
  if (value instanceof PyDate) return "a date";
  if (value instanceof Uint8Array) return "binary data";
  if (value instanceof Set) return "a set";
  switch (typeof value) {
    case "string":
      return "a string";
    case "boolean":
      return "a boolean";
    case "number":
    case "bigint":
      return "a number";
    default:
      return "a mapping";
  }
}

/**
 * Prints a value as JSON without losing what JavaScript would: `1.0` and big integers.
 *
 * @param value anything read from a file
 */
export function exactJson(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) => {
    if (typeof item === "bigint") return rawJson(item.toString());
    // JSON has no such numbers: `inf` and `nan` as text.
    if (typeof item === "number" && !Number.isFinite(item)) return floatText(item);
    if (item instanceof Set) return [...item];
    if (item instanceof Uint8Array) return bytesText(item);
    return item;
  }) ?? "null";
}

/** Writes a float as Python's `repr` does: shortest digits, exponent below 1e-4 and from 1e16. */
function floatText(value: number): string {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value < 0 ? "-inf" : "inf";
  const sign = value < 0 || Object.is(value, -0) ? "-" : "";
  const [mantissa = "0", exponentText = "0"] = Math.abs(value).toExponential().split("e");
  const digits = mantissa.replace(".", "");
  const exponent = Number(exponentText);
  if (exponent < -4 || exponent >= 16) {
    const padded = String(Math.abs(exponent)).padStart(2, "0");
    return `${sign}${mantissa}e${exponent < 0 ? "-" : "+"}${padded}`;
  }
  if (exponent < 0) return `${sign}0.${"0".repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, "0");
  return `${sign}${whole}.${digits.slice(exponent + 1) || "0"}`;
}

/** Writes bytes as Python's `repr` does: `b'a\x00'`. */
function bytesText(bytes: Uint8Array): string {
  const quote = bytes.includes(0x27) && !bytes.includes(0x22) ? '"' : "'";
  let text = "";
  for (const byte of bytes) {
    const char = String.fromCharCode(byte);
    if (char === quote || char === "\\") text += `\\${char}`;
    else if (char === "\n") text += "\\n";
    else if (char === "\r") text += "\\r";
    else if (char === "\t") text += "\\t";
    else if (byte < 0x20 || byte > 0x7e) text += `\\x${byte.toString(16).padStart(2, "0")}`;
    else text += char;
  }
  return `b${quote}${text}${quote}`;
}

/** TypeScript's library does not know `JSON.rawJSON` yet. */
function rawJson(text: string): unknown {
  return (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON(text);
}
