/**
 * What a JavaScript regex may cost at most, and text that it needs.
 *
 * The matcher goes back and tries again: a repetition in a repetition takes exponential time for a
 * text that nearly matches. What is not surely cheap counts as dear.
 *
 * @module
 */

/** What looking for a regex in a text may cost. */
export interface RegexCost {
  /** How the steps grow with the text: with its length, with its square, or beyond all bounds. */
  readonly growth: "linear" | "square" | "unknown";
  /** Text that is in every match; empty when none is known. */
  readonly literal: string;
}

/** One element of a regex. A set is one character. */
const TOKEN =
  /\\u\{[0-9a-fA-F]+\}|\\k<[^>]*>|\\[pP]\{[^}]*\}|\\u[0-9a-fA-F]{4}|\\x[0-9a-fA-F]{2}|\\[^]|\(\?(?:<?[=!]|:|<[^>]*>)|\{\d+(?:,\d*)?\}\??|[*+?]\??|[^]/uy;

/** Alternatives and things that may be there or not: each can double the ways to try. */
const MAX_CHOICES = 5;

/** A group, or the whole: what is in it. */
interface Level {
  readonly isPlain: boolean;
  elements: number;
}

/**
 * Estimates a regex.
 *
 * @param source its source, as in `RegExp.source`
 */
export function costOf(source: string): RegexCost {
  return new CostReader(source).read();
}

class CostReader {
  readonly #tokens: readonly string[];
  readonly #levels: Level[] = [{ isPlain: true, elements: 0 }];
  #repetitions = 0;
  #choices = 0;
  #isUnknown = false;
  /** Whether the last element is one character, in a group of its own or not. */
  #isSingle = false;
  #hasBranches = false;
  #run = "";
  #literal = "";

  constructor(source: string) {
    this.#tokens = withoutSets(source).match(new RegExp(TOKEN.source, "gu")) ?? [];
  }

  read(): RegexCost {
    for (const token of this.#tokens) this.#take(token);
    this.#endRun();
    const literal = this.#hasBranches || this.#literal.length < 3 ? "" : this.#literal;
    const isUnknown = this.#isUnknown || this.#repetitions > 1 || this.#choices > MAX_CHOICES;
    const growth = isUnknown ? "unknown" : this.#repetitions === 1 ? "square" : "linear";
    return { growth, literal };
  }

  #take(token: string): void {
    if (token.startsWith("\\k")) this.#isUnknown = true;
    if (token.startsWith("(")) return this.#open(token);
    if (token === ")") return this.#close();
    if (token === "|") return this.#branch();
    if (/^[*+?{]/.test(token)) return this.#repeat(token);
    if (token === "^" || token === "$" || token === "\\b" || token === "\\B") return this.#endRun();
    this.#element(characterOf(token));
  }

  #element(character: string | undefined): void {
    const level = this.#levels.at(-1);
    if (level !== undefined) level.elements++;
    this.#isSingle = true;
    if (character === undefined || this.#levels.length > 1) this.#endRun();
    else this.#run += character;
  }

  #open(token: string): void {
    this.#endRun();
    const outer = this.#levels.at(-1);
    if (outer !== undefined) outer.elements++;
    this.#levels.push({ isPlain: token === "(?:", elements: 0 });
    this.#isSingle = false;
  }

  #close(): void {
    const level = this.#levels.pop();
    this.#isSingle = level?.isPlain === true && level.elements === 1 && this.#isSingle;
  }

  #branch(): void {
    this.#endRun();
    this.#choices++;
    this.#isSingle = false;
    const level = this.#levels.at(-1);
    // No group with alternatives is one character.
    if (level !== undefined) level.elements += 2;
    if (this.#levels.length === 1) this.#hasBranches = true;
  }

  #repeat(token: string): void {
    const [min, max] = boundsOf(token);
    if (this.#levels.length === 1 && min === 0) this.#run = this.#run.slice(0, -1);
    this.#endRun();
    if (min === max && max <= MAX_CHOICES && this.#isSingle) return;
    if (max <= 1) {
      this.#choices++;
      return;
    }
    this.#repetitions++;
    if (!this.#isSingle) this.#isUnknown = true;
    const level = this.#levels.at(-1);
    // What is repeated is no single character for a repetition around it.
    if (level !== undefined) level.elements++;
  }

  #endRun(): void {
    if (this.#run.length > this.#literal.length) this.#literal = this.#run;
    this.#run = "";
  }
}

/** Sets, nested ones too, as the one character that they are. */
function withoutSets(source: string): string {
  let text = "";
  let depth = 0;
  for (const [part] of source.matchAll(/\\[^]|[^]/g)) {
    if (part === "[") depth++;
    if (depth === 0) text += part;
    if (part === "]" && depth > 0 && --depth === 0) text += "\\w";
  }
  return text;
}

/** The character that an element stands for, if it is one. */
function characterOf(token: string): string | undefined {
  const code = /^\\u\{?([0-9a-fA-F]+)\}?$/.exec(token)?.[1];
  if (code !== undefined) return String.fromCodePoint(parseInt(code, 16));
  if (token.startsWith("\\")) return /^\\[^\w]$/.test(token) ? token[1] : undefined;
  return token === "." ? undefined : token;
}

function boundsOf(token: string): [min: number, max: number] {
  const [, low, comma, high] = /^\{(\d+)(,?)(\d*)\}/.exec(token) ?? [];
  if (low === undefined) return [token[0] === "+" ? 1 : 0, token[0] === "?" ? 1 : Infinity];
  return [Number(low), comma === "" ? Number(low) : high === "" ? Infinity : Number(high)];
}
