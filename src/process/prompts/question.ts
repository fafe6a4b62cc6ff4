/**
 * A prompt that is looked for, and where output asks it.
 *
 * @module
 */
import { BoundedSearch, type SearchOptions } from "./bounded_search.ts";

/** A prompt and its answer. */
export interface PromptAnswer {
  /** How whoever wrote it calls it: the Python regex, or the name of a credential. */
  readonly name: string;
  /** What the prompt looks like. */
  readonly pattern: RegExp;
  /** What is typed, less the return key; null types nothing. */
  readonly answer: string | null;
}

/** Where a question stands in a text. */
export interface Place {
  /** Where it begins. */
  readonly start: number;
  /** Where what follows it begins. */
  readonly end: number;
}

/** `$` and `\Z` as they are translated. */
const HAS_END = /\$|\(\?!\[\^(\\n)?\]\)/;

/** A prompt that is looked for. */
export class Question {
  /** How whoever wrote it calls it. */
  readonly name: string;
  /** What is typed. */
  readonly answer: string | null;
  readonly #search: BoundedSearch;
  readonly #hasEnd: boolean;

  /**
   * Makes a question.
   *
   * @param prompt what it looks like, and its answer
   * @param limits how long looking for it may take
   */
  constructor({ name, pattern, answer }: PromptAnswer, limits?: SearchOptions) {
    this.name = name;
    this.answer = answer;
    this.#search = new BoundedSearch(pattern, limits);
    this.#hasEnd = HAS_END.test(pattern.source);
  }

  /**
   * Looks for the first place where it is asked. Prompts end in a blank, and people write `:$`: an end
   * is also before the blanks at the end of the unfinished line.
   *
   * @returns the place; an empty match is none, as it would be found again for ever
   * @throws {SlowPatternError} when it takes too long
   */
  find(text: string, from: number): Place | undefined {
    const match = this.#search.find(text, from);
    if (match !== null && match[0] !== "") {
      return { start: match.index, end: match.index + match[0].length };
    }
    if (!this.#hasEnd || !/\S[ \t]+$/.test(text.slice(-80))) return undefined;
    const bare = text.trimEnd();
    const early = this.#search.find(bare, Math.min(from, bare.length));
    if (early === null || early[0] === "") return undefined;
    const end = early.index + early[0].length;
    return { start: early.index, end: end === bare.length ? text.length : end };
  }
}
