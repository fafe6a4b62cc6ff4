/**
 * Turns the text of a Python literal into its value.
 *
 * @module
 */
import { exactJson, PyFloat, pyFloat, pyInt, pythonText } from "./values.ts";
import { readPythonString } from "./string_literal.ts";

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

/** Reads one literal, by recursive descent. */
export class LiteralParser {
  readonly #text: string;
  /** Arrays that were tuples: they can be keys and elements of sets. */
  readonly #tuples = new WeakSet<unknown[]>();
  #position = 0;
  #depth = 0;
  /** Whether the value just read is a number without sign: only such a one can have a sign. */
  #isNumber = false;

  /**
   * Makes a parser.
   *
   * @param text the literal, with line ends of one character
   */
  constructor(text: string) {
    if (text.includes("\0")) throw new SyntaxError("a literal cannot contain null bytes");
    this.#text = text;
  }

  /**
   * Reads the literal.
   *
   * @returns its value
   * @throws {SyntaxError} when it is no literal
   */
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
    return this.#tuple(items);
  }

  #tuple(items: unknown[]): unknown[] {
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
    if (!this.#eat(")")) {
      const value = this.#parseMaybeTuple();
      this.#expect(")");
      return value;
    }
    return this.#tuple([]);
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
    const entries = new Map<string, [key: string, value: unknown]>();
    this.#addEntry(entries, first);
    while (this.#eat(",") && !this.#peek("}")) {
      const key = this.#parseValue();
      this.#expect(":");
      this.#addEntry(entries, key);
    }
    this.#expect("}");
    this.#isNumber = false;
    return Object.fromEntries(entries.values());
  }

  /** Of equal keys (`1` and `True` are) the first stays, with the last value. */
  #addEntry(entries: Map<string, [string, unknown]>, key: unknown): void {
    const text = this.#keyText(key);
    const known = entries.get(identity(key));
    entries.set(identity(key), [known?.[0] ?? text, this.#parseValue()]);
  }

  #parseSet(first: unknown): Set<unknown> {
    const items = [first, ...(this.#eat(",") ? this.#parseItems("}") : (this.#expect("}"), []))];
    if (!items.every((item) => this.#isHashable(item))) throw new SyntaxError("unhashable element");
    this.#isNumber = false;
    const byIdentity = new Map(items.toReversed().map((item) => [identity(item), item]));
    // Of equal elements the first stays.
    return new Set(items.filter((item) => byIdentity.get(identity(item)) === item));
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

/** The same text for values that are equal in Python: `1`, `1.0` and `True`. */
function identity(value: unknown): string {
  if (typeof value === "boolean" || value instanceof PyFloat) return String(Number(value));
  return exactJson(value);
}
