/**
 * Answers prompts on the terminal.
 *
 * @module
 */

import { type SearchOptions, SlowPatternError } from "./bounded_search.ts";
import { BARE_WINDOW } from "./byte_tail.ts";
import { type Place, type PromptAnswer, Question } from "./question.ts";

/** What a responder is made with. */
export interface ResponderOptions extends SearchOptions {
  /** Prompts in order: of two that match at the same place the first one wins. */
  readonly answers: readonly PromptAnswer[];
  /** Takes out of the output what is not shown to people. */
  readonly clean: (text: string) => string;
  /** Types on the terminal. */
  readonly type: (text: string) => Promise<void>;
  /** Told what answers a question, and the line that asks it, before it is typed. */
  readonly onAnswer?: (answer: string, question: string) => void;
  /** Told, once, of a prompt that takes too long to look for; no prompt is answered any more then. */
  readonly onSlow: (name: string) => void;
}

/** Longest text that is searched, in characters. */
const MAX_WINDOW = 1 << 16;

/** Answers that wait to be taken by the terminal. */
const MAX_UNTYPED = 1000;

/** A pattern that spans lines may begin this far before the new text. */
const LOOK_BACK = 1024;

/** Answers prompts. */
export class PromptResponder {
  readonly #options: ResponderOptions;
  #untyped = 0;
  #questions: readonly Question[];
  readonly #decoder = new TextDecoder();
  /** Output since the last answer; its end is the unfinished line. */
  #window = "";

  /**
   * Makes a responder.
   *
   * @param options prompts, and how to type
   */
  constructor(options: ResponderOptions) {
    this.#options = options;
    this.#questions = options.answers.map((prompt) => new Question(prompt, options));
  }

  /** Output since the last answer, bounded. */
  get window(): string {
    return this.#window;
  }

  /**
   * Takes output and answers what it asks.
   *
   * @param bytes a buffer that may be used again
   */
  feed(bytes: Uint8Array): void {
    const before = this.#window;
    const piece = this.#decoder.decode(bytes, { stream: true });
    // A marker may be cut between two reads: it is taken out once it is whole.
    const isBare = this.#questions.length === 0;
    this.#window = this.#options.clean(before + piece).slice(-(isBare ? BARE_WINDOW : MAX_WINDOW));
    if (isBare) return;
    const lineStart = before.lastIndexOf("\n") + 1;
    let from = Math.max(
      0,
      Math.min(lineStart, before.length - LOOK_BACK, this.#window.length - piece.length),
    );
    for (let next = this.#find(from); next !== undefined; next = this.#find(from)) {
      const question = lineOf(this.#window, next);
      this.#window = this.#window.slice(next.end);
      from = 0;
      const { answer } = next.question;
      if (answer !== null) this.#type(answer, question);
    }
    this.#window = withoutOldText(this.#window);
  }

  /** Whoever asks again and again and reads nothing is not answered without end. */
  #type(answer: string, question: string): void {
    if (this.#untyped >= MAX_UNTYPED) return;
    this.#untyped++;
    this.#options.onAnswer?.(answer, question);
    this.#options.type(answer + "\n").finally(() => void this.#untyped--);
  }

  /** The question that begins first. */
  #find(from: number): Asked | undefined {
    let best: Asked | undefined;
    for (const question of this.#questions) {
      const place = this.#placeOf(question, from);
      if (place === undefined) continue;
      if (best === undefined || place.start < best.start) best = { ...place, question };
    }
    return best;
  }

  #placeOf(question: Question, from: number): Place | undefined {
    try {
      return question.find(this.#window, from);
    } catch (error) {
      if (!(error instanceof SlowPatternError)) throw error;
      this.#questions = [];
      this.#options.onSlow(question.name);
      return undefined;
    }
  }
}

/** A question and where it stands. */
interface Asked extends Place {
  readonly question: Question;
}

/** The whole lines where a question stands. */
function lineOf(text: string, { start, end }: Place): string {
  const lineEnd = text.indexOf("\n", end);
  const from = text.lastIndexOf("\n", start) + 1;
  return text.slice(from, lineEnd < 0 ? undefined : lineEnd).replace(/^.*\r(?!$)/s, "");
}

/** The unfinished line and some text before it are looked at again; more would cost with every piece. */
function withoutOldText(text: string): string {
  return text.slice(Math.max(0, Math.min(text.lastIndexOf("\n") + 1, text.length - BARE_WINDOW)));
}
