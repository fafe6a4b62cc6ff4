/**
 * Reads the text of a Python regex character by character, and says what is wrong with it.
 *
 * @module
 */
import { ConfigError, type ErrorCode } from "../../errors.ts";

/** Reads a pattern by code points, as Python does. */
export class RegexReader {
  readonly #source: string;
  readonly #chars: readonly string[];
  #position = 0;

  /** Makes a reader. */
  constructor(source: string) {
    this.#source = source;
    this.#chars = [...source];
  }

  /** Offset of the next character. */
  get position(): number {
    return this.#position;
  }

  /** Goes back to an earlier offset. */
  rewind(position: number): void {
    this.#position = position;
  }

  /** Gives the next character, or an empty text at the end. */
  peek(): string {
    return this.#chars[this.#position] ?? "";
  }

  /** Takes the next character; an empty text at the end. */
  next(): string {
    const char = this.peek();
    if (char !== "") this.#position++;
    return char;
  }

  /** Takes the next character if it is this one. */
  eat(char: string): boolean {
    if (this.peek() !== char) return false;
    this.#position++;
    return true;
  }

  /** Takes characters of a set, at most so many. */
  take(set: RegExp, most = Infinity): string {
    let taken = "";
    while (taken.length < most && this.peek() !== "" && set.test(this.peek())) taken += this.next();
    return taken;
  }

  /** Takes all up to a character, and that one. */
  takeUntil(end: string, reason: string): string {
    const start = this.#position;
    while (!this.eat(end)) if (this.next() === "") throw this.invalid(reason);
    return this.#chars.slice(start, this.#position - 1).join("");
  }

  /** Makes the error for a pattern that Python refuses too. */
  invalid(reason: string): ConfigError {
    return this.#error("config.regex_invalid", reason);
  }

  /** Makes the error for a pattern that Python takes and JavaScript has no counterpart for. */
  unsupported(reason: string): ConfigError {
    return this.#error("config.regex_unsupported", `${reason} is not supported`);
  }

  #error(code: ErrorCode, reason: string): ConfigError {
    const shown = this.#source.length > 200 ? `${this.#source.slice(0, 200)}…` : this.#source;
    return new ConfigError(code, `Cannot use the regex ${JSON.stringify(shown)}: ${reason}`);
  }
}
