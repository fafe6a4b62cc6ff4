/**
 * A verdict on the body of a spool line: is it what the callback plugin writes, or text that
 * a job has put there?
 *
 * Looks at each byte once and makes nothing: every event comes by here, and `JSON.parse` takes two
 * to three times as long.
 *
 * @module
 */

/** Deeper nesting is not Ansible's, and overflows the stack of whoever walks through it. */
const MAX_DEPTH = 1000;

const QUOTE = 0x22;
const COMMA = 0x2c;
const PLUS = 0x2b;
const MINUS = 0x2d;
const DOT = 0x2e;
const ZERO = 0x30;
const COLON = 0x3a;
const OPEN_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_BRACKET = 0x5d;
const LETTER_U = 0x75;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const SPACE = 0x20;
/** Stands for "no more bytes": no JSON has it. */
const NOTHING = 0;

const BEGINNING = encode('{"event": "');
const LITERALS: readonly Uint8Array[] = ["true", "false", "null"].map(encode);

/** A field of the top level that is not left to the plugin alone. */
interface KnownField {
  readonly name: Uint8Array;
  /** Bytes with which its value may begin, as handlers rely on it; none: the field must not be there. */
  readonly begin: (byte: number) => boolean;
}

const EVENT_DATA = encode("event_data");

/** By the length of the name: our own fields, the one that stands there already, and some types. */
const FIELDS: readonly (readonly KnownField[])[] = groupByLength([
  ...["uuid", "counter", "stdout", "start_line", "end_line", "runner_ident", "event"]
    .map((name) => ({ name: encode(name), begin: () => false })),
  { name: EVENT_DATA, begin: (byte) => byte === OPEN_BRACE },
  { name: encode("created"), begin: (byte) => byte === QUOTE },
  { name: encode("parent_uuid"), begin: (byte) => byte === QUOTE },
  { name: encode("pid"), begin: isDigit },
]);

/** The bytes that stand for themselves in a string. */
const PLAIN = new Uint8Array(256).fill(1, SPACE, 0x7f);
PLAIN[QUOTE] = PLAIN[BACKSLASH] = 0;

/** The bytes that may follow a backslash. */
const ESCAPED = new Uint8Array(256);
for (const byte of encode('"\\/bfnrtu')) ESCAPED[byte] = 1;

/**
 * Looks for what makes a body none.
 *
 * @param bytes a body as the plugin writes it: one JSON object in ASCII, `event` first, `event_data`
 * in it, none of our own fields
 * @returns what is wrong, or undefined when it may be spliced into an event
 */
export function whyNoBody(bytes: Uint8Array): string | undefined {
  const start = nameEnd(bytes, 0);
  if (typeof start === "string") return start;
  const scanner = new BodyScanner(bytes, start);
  return scanner.findProblem() ??
    (scanner.at < bytes.length ? "it goes on behind its end" : undefined);
}

/**
 * Finds where a body ends that lies among other bytes.
 *
 * @param from where it begins
 * @returns the place behind it; -1 when there is none that {@linkcode whyNoBody} lets through
 */
export function bodyEnd(bytes: Uint8Array, from: number): number {
  const start = nameEnd(bytes, from);
  if (typeof start === "string") return -1;
  const scanner = new BodyScanner(bytes, start);
  return scanner.findProblem() === undefined ? scanner.at : -1;
}

/** Steps over the name of the event, or says why there is none. */
function nameEnd(bytes: Uint8Array, from: number): number | string {
  if (!hasAt(bytes, BEGINNING, from)) return "it does not begin with an event";
  const start = from + BEGINNING.length;
  let at = start;
  while (isWord(bytes[at])) at++;
  if (at === start || bytes[at] !== QUOTE) return "the name of its event is no word";
  return at + 1;
}

/** Walks through a body from behind the name of its event. */
class BodyScanner {
  readonly #bytes: Uint8Array;
  #at: number;
  #problem: string | undefined;
  /** The objects (true) and lists that are open. */
  readonly #open: boolean[] = [true];
  #hasData = false;

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes;
    this.#at = at;
  }

  /** How far it has come. */
  get at(): number {
    return this.#at;
  }

  /** Goes to the end of the body, unless something is wrong before. */
  findProblem(): string | undefined {
    while (this.#open.length > 0) {
      // Here a value has ended: what it stands in goes on, or ends as well.
      const byte = this.#next();
      const isObject = this.#open.at(-1) === true;
      this.#at++;
      if (byte === (isObject ? CLOSE_BRACE : CLOSE_BRACKET)) this.#open.pop();
      else if (byte !== COMMA || !this.#member(isObject)) return this.#problem ?? "it is no JSON";
    }
    return this.#hasData ? undefined : "it has no event_data";
  }

  /** Steps over a member, or over its beginning up to the first value that has no others in it. */
  #member(isInObject: boolean): boolean {
    let isObject = isInObject;
    while (!isObject || this.#key()) {
      const byte = this.#next();
      if (byte === QUOTE) return this.#string();
      if (byte !== OPEN_BRACE && byte !== OPEN_BRACKET) return this.#scalar(byte);
      isObject = byte === OPEN_BRACE;
      this.#at++;
      if (this.#next() === (isObject ? CLOSE_BRACE : CLOSE_BRACKET)) {
        this.#at++;
        return true;
      }
      if (this.#open.push(isObject) > MAX_DEPTH) return this.#fail("it is nested too deeply");
    }
    return false;
  }

  /** Steps over a key and its colon. */
  #key(): boolean {
    if (this.#next() !== QUOTE) return false;
    const start = this.#at + 1;
    if (!this.#string()) return false;
    const end = this.#at - 1;
    if (this.#next() !== COLON) return false;
    this.#at++;
    return this.#open.length > 1 || this.#isAllowed(start, end);
  }

  /** Looks at a field of the top level. */
  #isAllowed(start: number, end: number): boolean {
    const bytes = this.#bytes;
    for (let at = start; at < end; at++) {
      // It may be any name.
      if (bytes[at] === BACKSLASH) return this.#fail("it has a field with an escape in its name");
    }
    for (const { name, begin } of FIELDS[end - start] ?? []) {
      if (!hasAt(bytes, name, start)) continue;
      if (!begin(this.#next())) {
        return this.#fail(`its field ${new TextDecoder().decode(name)} is not Ansible's`);
      }
      if (name === EVENT_DATA) this.#hasData = true;
      return true;
    }
    return true;
  }

  #string(): boolean {
    const bytes = this.#bytes;
    const { length } = bytes;
    for (let at = this.#at + 1;; at += 2) {
      // Never behind the end: V8 reads ten times as slowly once it had to.
      while (at < length && PLAIN[bytes[at] as number] === 1) at++;
      if (at + 1 >= length) {
        this.#at = length;
        return at < length && bytes[at] === QUOTE;
      }
      if (bytes[at] === QUOTE) {
        this.#at = at + 1;
        return true;
      }
      const escaped = bytes[at + 1] as number;
      if (bytes[at] !== BACKSLASH || ESCAPED[escaped] !== 1) return false;
      if (escaped !== LETTER_U) continue;
      for (const end = at + 4; at < end; at++) if (!isHex(bytes[at + 2])) return false;
    }
  }

  #scalar(byte: number): boolean {
    if (byte === MINUS || isDigit(byte)) return this.#number();
    const literal = LITERALS.find((word) => word[0] === byte);
    if (literal === undefined || !hasAt(this.#bytes, literal, this.#at)) return false;
    this.#at += literal.length;
    return true;
  }

  #number(): boolean {
    const bytes = this.#bytes;
    if (bytes[this.#at] === MINUS) this.#at++;
    const isZero = bytes[this.#at] === ZERO;
    const digits = this.#digits();
    if (digits === 0 || (isZero && digits > 1)) return false;
    if (bytes[this.#at] === DOT) {
      this.#at++;
      if (this.#digits() === 0) return false;
    }
    // E or e
    if (((bytes[this.#at] ?? NOTHING) | SPACE) !== 0x65) return true;
    this.#at++;
    const sign = bytes[this.#at];
    if (sign === PLUS || sign === MINUS) this.#at++;
    return this.#digits() > 0;
  }

  #digits(): number {
    const start = this.#at;
    while (isDigit(this.#bytes[this.#at])) this.#at++;
    return this.#at - start;
  }

  /** Steps over blanks; the byte behind them. */
  #next(): number {
    const bytes = this.#bytes;
    const { length } = bytes;
    let at = this.#at;
    while (at < length && bytes[at] === SPACE) at++;
    this.#at = at;
    return at < length ? bytes[at] as number : NOTHING;
  }

  #fail(problem: string): false {
    this.#problem = problem;
    return false;
  }
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function groupByLength(fields: readonly KnownField[]): (readonly KnownField[])[] {
  return Array.from(
    { length: 16 },
    (_, length) => fields.filter(({ name }) => name.length === length),
  );
}

function hasAt(bytes: Uint8Array, word: Uint8Array, at: number): boolean {
  for (let index = 0; index < word.length; index++) {
    if (bytes[at + index] !== word[index]) return false;
  }
  return true;
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= ZERO && byte <= 0x39;
}

function isHex(byte: number | undefined): boolean {
  return isDigit(byte) || (byte !== undefined && (byte | SPACE) >= 0x61 && (byte | SPACE) <= 0x66);
}

/** `0-9 A-Z a-z _` */
function isWord(byte: number | undefined): boolean {
  if (byte === undefined || byte === 0x5f || isDigit(byte)) return byte !== undefined;
  return (byte | SPACE) >= 0x61 && (byte | SPACE) <= 0x7a && byte > 0x40;
}
