/**
 * Turns Python literals into values as `ast.literal_eval` does, and the text of `--role-vars` into
 * variables.
 *
 * @module
 */
import { ConfigError } from "../errors.ts";
import type { JsonObject } from "./options.ts";
import { BigNumber, exactJson, PyFloat, pyFloat, pyInt, pythonText } from "./python_text.ts";
import { readPythonString } from "./python_string.ts";

/** Numbers of Python, less complex ones. */
const NUMBER =
  /(0[xX](?:_?[\da-fA-F])+|0[oO](?:_?[0-7])+|0[bB](?:_?[01])+)|((?:\d(?:_?\d)*)?\.\d(?:_?\d)*(?:[eE][-+]?\d(?:_?\d)*)?|\d(?:_?\d)*\.(?:[eE][-+]?\d(?:_?\d)*)?|\d(?:_?\d)*[eE][-+]?\d(?:_?\d)*)|([1-9](?:_?\d)*|0(?:_?0)*)/y;
const WORD = /(?:None|True|False|set\(\))(?![\w.(])/y;
const BLANK = /[ \t\f]*/y;
const BLANK_IN_BRACKETS = /(?:[ \t\f\n]|#[^\n]*(?=\n))*/y;
const TAIL = /[ \t\f]*(?:#[^\n]*)?[ \t\f\n]*$/y;

/** Python's own limits: brackets in brackets, digits of a decimal int. */
const MAX_DEPTH = 199;
const MAX_DIGITS = 4300;

/**
 * Reads one Python literal.
 *
 * Tuples and lists come as arrays, sets as `Set`, bytes as `Uint8Array`, dicts as objects whose keys
 * are what Python's `json` writes for them.
 *
 * @param text the literal
 * @returns the value
 * @throws {SyntaxError} when it is no literal, or one that JSON has no counterpart for (`1j`, `...`)
 */
export function parsePythonLiteral(text: string): unknown {
  return new LiteralParser(text.replaceAll(/\r\n?/g, "\n").replace(/^[ \t]+/, "")).parse();
}

class LiteralParser {
  readonly #text: string;
  /** Arrays that were tuples: they can be keys and elements of sets. */
  readonly #tuples = new WeakSet<unknown[]>();
  #position = 0;
  #depth = 0;
  /** Whether the value just read is a number without sign: only such a one can have a sign. */
  #isNumber = false;

  constructor(text: string) {
    if (text.includes("\0")) throw new SyntaxError("a literal cannot contain null bytes");
    this.#text = text;
  }

  parse(): unknown {
    const value = this.#parseMaybeTuple();
    if (!this.#take(TAIL) || this.#position < this.#text.length) throw this.#unexpected();
    return value;
  }

  /** Reads `a` or `a, b` or `a,`, as at the top and in parentheses. */
  #parseMaybeTuple(): unknown {
    const first = this.#parseValue();
    if (!this.#peek(",")) return first;
    const items = [first];
    while (this.#eat(",")) {
      if (["", ")", "#", "\n"].some((end) => this.#peek(end))) break;
      items.push(this.#parseValue());
    }
    this.#isNumber = false;
    this.#tuples.add(items);
    return items;
  }

  #parseValue(): unknown {
    this.#skip();
    const char = this.#text[this.#position] ?? "";
    if (char === "+" || char === "-") return this.#parseSigned(char);
    if (char === "(") return this.#inBrackets(() => this.#parseParentheses());
    this.#isNumber = false;
    if (char === "[") return this.#inBrackets(() => this.#parseItems("]"));
    if (char === "{") return this.#inBrackets(() => this.#parseBraces());
    const word = this.#take(WORD);
    if (word) {
      return word[0] === "set()" ? new Set() : { None: null, True: true, False: false }[word[0]];
    }
    const string = this.#parseStrings();
    return string ?? this.#parseNumber();
  }

  #parseSigned(sign: string): unknown {
    this.#position++;
    const value = this.#parseValue();
    if (!this.#isNumber) throw this.#unexpected();
    this.#isNumber = false;
    if (sign === "+") return value;
    if (typeof value === "bigint") return pyInt(-value);
    if (value instanceof PyFloat) return pyFloat(-value.value);
    return value === 0 ? 0 : -(value as number);
  }

  #inBrackets(parse: () => unknown): unknown {
    if (++this.#depth > MAX_DEPTH) throw new SyntaxError("nested too deeply");
    this.#position++;
    const value = parse();
    this.#depth--;
    return value;
  }

  #parseParentheses(): unknown {
    if (this.#eat(")")) {
      this.#isNumber = false;
      const empty: unknown[] = [];
      this.#tuples.add(empty);
      return empty;
    }
    const value = this.#parseMaybeTuple();
    this.#expect(")");
    return value;
  }

  #parseItems(close: string): unknown[] {
    const items: unknown[] = [];
    while (!this.#eat(close)) {
      items.push(this.#parseValue());
      if (!this.#eat(",")) {
        this.#expect(close);
        break;
      }
    }
    this.#isNumber = false;
    return items;
  }

  #parseBraces(): unknown {
    if (this.#eat("}")) return {};
    const first = this.#parseValue();
    if (!this.#eat(":")) return this.#parseSet(first);
    const entries = new Map([[this.#keyText(first), this.#parseValue()]]);
    while (this.#eat(",") && !this.#peek("}")) {
      const key = this.#keyText(this.#parseValue());
      this.#expect(":");
      entries.set(key, this.#parseValue());
    }
    this.#expect("}");
    this.#isNumber = false;
    return Object.fromEntries(entries);
  }

  #parseSet(first: unknown): Set<unknown> {
    const rest = this.#eat(",") ? this.#parseItems("}") : (this.#expect("}"), []);
    const items = [first, ...rest];
    if (!items.every((item) => this.#isHashable(item))) throw new SyntaxError("unhashable element");
    this.#isNumber = false;
    return new Set(new Map(items.map((item) => [exactJson(item), item])).values());
  }

  #isHashable(value: unknown): boolean {
    if (Array.isArray(value)) {
      return this.#tuples.has(value) && value.every((item) => this.#isHashable(item));
    }
    return !(value instanceof Set) &&
      (value === null || Object.getPrototypeOf(value) !== Object.prototype);
  }

  #keyText(key: unknown): string {
    if (typeof key === "string") return key;
    if (key instanceof Uint8Array || Array.isArray(key) || !this.#isHashable(key)) {
      throw new SyntaxError("a key must be a text, a number, True, False or None");
    }
    return key === null || typeof key === "boolean" ? String(key) : pythonText(key);
  }

  /** Reads string literals that stand one after another: they are joined. */
  #parseStrings(): string | Uint8Array | undefined {
    let joined: string | Uint8Array | undefined;
    for (;;) {
      const literal = readPythonString(this.#text, this.#position);
      if (!literal) return joined;
      const { value } = literal;
      if (joined === undefined) joined = value;
      else if (typeof joined === "string" && typeof value === "string") joined += value;
      else if (joined instanceof Uint8Array && value instanceof Uint8Array) {
        joined = new Uint8Array([...joined, ...value]);
      } else throw new SyntaxError("bytes and text cannot be joined");
      this.#position = literal.end;
      this.#skip();
    }
  }

  #parseNumber(): unknown {
    const match = this.#take(NUMBER);
    if (!match || /[\w.\x80-\uffff]/.test(this.#text[this.#position] ?? "")) {
      throw this.#unexpected();
    }
    const digits = match[0].replaceAll("_", "");
    this.#isNumber = true;
    if (match[2] !== undefined) return pyFloat(Number(digits));
    if (match[1] === undefined && digits.length > MAX_DIGITS) {
      throw new SyntaxError("too many digits");
    }
    return pyInt(BigInt(digits));
  }

  #skip(): void {
    this.#take(this.#depth > 0 ? BLANK_IN_BRACKETS : BLANK);
  }

  #peek(char: string): boolean {
    this.#skip();
    return (this.#text[this.#position] ?? "") === char;
  }

  #eat(char: string): boolean {
    if (!this.#peek(char)) return false;
    this.#position++;
    return true;
  }

  #expect(char: string): void {
    if (!this.#eat(char)) throw this.#unexpected();
  }

  #take(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#position;
    const match = pattern.exec(this.#text);
    if (match) this.#position = pattern.lastIndex;
    return match;
  }

  #unexpected(): SyntaxError {
    return new SyntaxError(`unexpected text at column ${this.#position + 1}`);
  }
}

/** Blanks of Python's `str.split()`. */
const BLANKS = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/;

/**
 * Reads the variables of `--role-vars`: `key=value` words, values as Python literals or else as text.
 *
 * Contract: words end at any blank, also inside quotes. Where that leaves a word without `=`, which
 * the original refuses, quotes and brackets hold a value together: `a="x y" b=[1, 2]`.
 *
 * @param text what follows the flag
 * @returns the variables, as JSON can carry them: bytes as text, sets and tuples as lists
 * @throws {ConfigError} when a word is not `key=value`
 */
export function parseRoleVars(text: string): JsonObject {
  const words = text.split(BLANKS).filter((word) => word !== "");
  const isPlain = words.every((word) => word.indexOf("=") > 0);
  const entries = (isPlain ? words : splitByLiterals(text)).map((word) => {
    const equals = word.indexOf("=");
    if (equals <= 0) {
      const message = `Cannot read --role-vars: expected key=value, got ${JSON.stringify(word)}`;
      throw new ConfigError("config.role_vars", message, {
        hint: "write values with blanks in quotes, as in --role-vars 'a=1 b=\"two words\"'",
      });
    }
    return [word.slice(0, equals), literalOrText(word.slice(equals + 1))] as const;
  });
  return Object.fromEntries(entries) as JsonObject;
}

/** Splits at blanks that stand neither in quotes nor in brackets. */
function splitByLiterals(text: string): string[] {
  const word =
    /(?:[^\s"'[\](){}]|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\[[^\]]*\]|\{[^}]*\}|\([^)]*\)|[^\s])+/gs;
  return text.match(word) ?? [];
}

function literalOrText(text: string): unknown {
  try {
    return toJson(parsePythonLiteral(text));
  } catch (error) {
    if (error instanceof SyntaxError) return text;
    throw error;
  }
}

/** Makes a value that JSON can carry, and that `JSON.stringify` writes exactly. */
function toJson(value: unknown): unknown {
  if (typeof value === "bigint") return new BigNumber(value);
  if (value instanceof Uint8Array) return new TextDecoder().decode(value);
  if (value instanceof Set) return [...value].map(toJson);
  if (Array.isArray(value)) return value.map(toJson);
  if (typeof value !== "object" || value === null || value instanceof PyFloat) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, toJson(item)]));
}
