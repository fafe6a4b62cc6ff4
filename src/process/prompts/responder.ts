/**
 * Turns prompts on the terminal into answers, and recognises the ones that nobody answers.
 *
 * @module
 */

import { BoundedSearch, SlowPatternError } from "./bounded_search.ts";

/** A prompt and its answer. */
export interface PromptAnswer {
  /** How whoever wrote it calls it: the Python regex, or the name of a credential. */
  readonly name: string;
  /** What the prompt looks like. */
  readonly pattern: RegExp;
  /** What is typed, less the return key; null types nothing. */
  readonly answer: string | null;
}

/** What a responder is made with. */
export interface ResponderOptions {
  /** Prompts in order: of two that match at the same place the first one wins. */
  readonly answers: readonly PromptAnswer[];
  /** Takes out of the output what is not shown to people. */
  readonly clean: (text: string) => string;
  /** Types on the terminal. */
  readonly type: (text: string) => Promise<void>;
  /** Told, once, of a prompt that takes too long to look for; no prompt is answered any more then. */
  readonly onSlow: (name: string) => void;
}

/** A prompt that is looked for. */
interface Question {
  readonly name: string;
  readonly search: BoundedSearch;
  readonly answer: string | null;
}

/** Longest text that is searched, in characters. */
const MAX_WINDOW = 1 << 16;

/** Text kept to say what an unanswered prompt asked. */
const BARE_WINDOW = 1 << 11;

/** A pattern that spans lines may begin this far before the new text. */
const LOOK_BACK = 1024;

/** Answers prompts. */
export class PromptResponder {
  readonly #options: ResponderOptions;
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
    this.#questions = options.answers.map(({ name, pattern, answer }) => ({
      name,
      search: new BoundedSearch(pattern),
      answer,
    }));
  }

  /** The text that a person would take for the prompt: the last line that is not empty. */
  get lastLine(): string {
    return this.#window.trimEnd().split(/[\r\n]+/).at(-1) ?? "";
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
      this.#window = this.#window.slice(next.end);
      from = 0;
      if (next.answer !== null) this.#options.type(next.answer + "\n");
    }
    this.#window = withoutOldText(this.#window);
  }

  /** The match that begins first. */
  #find(from: number): { start: number; end: number; answer: string | null } | undefined {
    let best: { start: number; end: number; answer: string | null } | undefined;
    for (const { name, search, answer } of this.#questions) {
      const match = this.#match(search, { name, from });
      // An empty match would be found again for ever.
      if (match === null || match[0] === "") continue;
      if (best === undefined || match.index < best.start) {
        best = { start: match.index, end: match.index + match[0].length, answer };
      }
    }
    return best;
  }

  #match(
    search: BoundedSearch,
    { name, from }: { readonly name: string; readonly from: number },
  ): RegExpExecArray | null {
    try {
      return search.find(this.#window, from);
    } catch (error) {
      if (!(error instanceof SlowPatternError)) throw error;
      this.#questions = [];
      this.#options.onSlow(name);
      return null;
    }
  }
}

/** The unfinished line and some text before it are looked at again; more would cost with every piece. */
function withoutOldText(text: string): string {
  return text.slice(Math.max(0, Math.min(text.lastIndexOf("\n") + 1, text.length - BARE_WINDOW)));
}
