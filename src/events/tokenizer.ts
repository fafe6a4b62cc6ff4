/**
 * Turns terminal text, cut anywhere, into plain text and the callback plugin's markers.
 *
 * A marker is `ESC ] 8473 ; TOKEN ; KEY BEL` (begin) or `ESC ] 8473 ; TOKEN BEL` (end). The token
 * is random per run, so its prefix is searched as one fixed string and nothing that a task prints
 * is ever taken for a marker. What starts like one and goes on otherwise is text.
 *
 * @module
 */

/** Receives what the tokenizer finds, in order. */
export interface TokenSink {
  /** A piece of text, never empty. */
  text(piece: string): void;
  /** A begin marker with the key of its event's body. */
  begin(key: string): void;
  /** An end marker. */
  end(): void;
}

/** Longest key of a marker: `<pid>.<n>`, with room to spare. */
const MAX_KEY_LENGTH = 64;

const BEL = "\x07";

/** Finds markers in a stream of text; looks at each character once. */
export class Tokenizer {
  readonly #prefix: string;
  readonly #sink: TokenSink;
  /** Text that may be the start of a marker: shorter than the longest marker. */
  #held = "";

  /** Makes a tokenizer. */
  constructor(token: string, sink: TokenSink) {
    this.#prefix = `\x1b]8473;${token}`;
    this.#sink = sink;
  }

  /**
   * Takes the next piece of text.
   *
   * @param piece text, cut anywhere
   */
  feed(piece: string): void {
    const text = this.#held === "" ? piece : this.#held + piece;
    this.#held = "";
    let from = 0;
    while (true) {
      const at = text.indexOf(this.#prefix, from);
      if (at < 0) break;
      const next = this.#marker(text, from, at);
      if (next < 0) return;
      from = next;
    }
    const hold = this.#startOfCandidate(text, from);
    this.#text(text, from, hold);
    this.#held = text.slice(hold);
  }

  /** Gives back what was held: no more text comes. */
  flush(): void {
    const held = this.#held;
    this.#held = "";
    this.#text(held, 0, held.length);
  }

  /** Takes the marker at `at`; returns where the text goes on, or -1 when the marker is cut. */
  #marker(text: string, from: number, at: number): number {
    const bodyStart = at + this.#prefix.length;
    const limit = Math.min(text.length, bodyStart + MAX_KEY_LENGTH + 2);
    let stop = bodyStart;
    while (stop < limit && isKeyCharacter(text.charCodeAt(stop))) stop++;
    if (stop === text.length && stop < bodyStart + MAX_KEY_LENGTH + 2) {
      this.#text(text, from, at);
      this.#held = text.slice(at);
      return -1;
    }
    const body = text.slice(bodyStart, stop);
    if (text[stop] !== BEL || (body !== "" && (body[0] !== ";" || body.length < 2))) {
      this.#text(text, from, bodyStart);
      return bodyStart;
    }
    this.#text(text, from, at);
    if (body === "") this.#sink.end();
    else this.#sink.begin(body.slice(1));
    return stop + 1;
  }

  /** Where the unfinished prefix at the end of the text starts, or the text's length. */
  #startOfCandidate(text: string, from: number): number {
    const escape = text.lastIndexOf("\x1b");
    if (escape < from || text.length - escape >= this.#prefix.length) return text.length;
    return this.#prefix.startsWith(text.slice(escape)) ? escape : text.length;
  }

  #text(text: string, from: number, to: number): void {
    if (to > from) this.#sink.text(from === 0 && to === text.length ? text : text.slice(from, to));
  }
}

/** Takes the whole markers out of a text. */
export function withoutMarkers(text: string, token: string): string {
  const prefix = `\x1b]8473;${token}`;
  if (!text.includes(prefix)) return text;
  return text.split(prefix).map((part, index) =>
    index === 0 ? part : part.replace(/^(;[\w.-]+)?\x07/, "")
  ).join("");
}

/**
 * Finds the last whole begin marker of a text.
 *
 * @returns its key, or undefined when there is none
 */
export function lastKey(text: string, token: string): string | undefined {
  const prefix = `\x1b]8473;${token};`;
  for (let at = text.lastIndexOf(prefix); at >= 0; at = text.lastIndexOf(prefix, at - 1)) {
    const start = at + prefix.length;
    const key = /^[\w.-]+(?=\x07)/.exec(text.slice(start, start + MAX_KEY_LENGTH + 1))?.[0];
    if (key !== undefined) return key;
    if (at === 0) break;
  }
  return undefined;
}

/** `0-9 A-Z a-z . - ;` */
function isKeyCharacter(code: number): boolean {
  return (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122) ||
    code === 46 || code === 45 || code === 59;
}
