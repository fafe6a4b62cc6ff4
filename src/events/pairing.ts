/**
 * Turns text and markers into numbered events with the output that belongs to each.
 *
 * The text model is a contract (the original's): text outside markers becomes one `verbose` event a
 * line, text between markers is one event, lines are counted by their newlines.
 *
 * @module
 */
import { splitLines } from "../python/splitlines.ts";
import type { TokenSink } from "./tokenizer.ts";
import { LongText } from "./long_text.ts";
import type { EventBody } from "./spool/spool.ts";

/** An event before it is written: our own fields and the plugin's body. */
export interface PairedEvent {
  /** 1, 2, 3… in the order of the output. */
  readonly counter: number;
  /** The event's text less `\r` and `\n` at its end. */
  readonly stdout: string | LongText;
  /** Newlines before the event. */
  readonly startLine: number;
  /** Newlines up to the event's end. */
  readonly endLine: number;
  /** What the plugin wrote, or undefined for text that is no event of Ansible's. */
  readonly body: EventBody | undefined;
}

/** Receives events, and the text as people see it. */
export interface PairingSink {
  /** An event is complete. */
  event(event: PairedEvent): void;
  /** Text as it goes to the console and the stdout file, pieces in order. */
  display(piece: string): void;
  /** Makes a text that may become long; without it all texts are kept in memory. */
  longText?(): LongText;
}

/** The one event whose end marker has not come yet. */
interface OpenEvent {
  readonly body: EventBody | undefined;
  readonly startLine: number;
  /** Text so far, less the line ends at its end. */
  readonly text: LongText;
  /** Line ends that belong to the text only if more of it follows. */
  lineEnds: string;
}

/** Pairs text with events. */
export class Pairing implements TokenSink {
  readonly #sink: PairingSink;
  readonly #takeBody: (key: string) => EventBody | undefined;
  #counter = 0;
  #line = 0;
  #open: OpenEvent | undefined;
  /** The unfinished line of plain text. */
  #pending: LongText;
  /** Whether a "\r" comes behind it that may be half of "\r\n". */
  #heldReturn = false;

  /**
   * Makes a pairing.
   *
   * @param takeBody finds the body of a begin marker
   */
  constructor(sink: PairingSink, takeBody: (key: string) => EventBody | undefined) {
    this.#sink = sink;
    this.#takeBody = takeBody;
    this.#pending = this.#longText();
  }

  /** Takes text. */
  text(piece: string): void {
    if (this.#open === undefined) this.#plainText(piece);
    else this.#eventText(this.#open, piece);
  }

  /** Takes a begin marker. Contract: it closes an event that is still open. */
  begin(key: string): void {
    this.end();
    const body = this.#takeBody(key);
    this.#open = { body, startLine: this.#line, text: this.#longText(), lineEnds: "" };
  }

  /** Takes an end marker; with nothing open it only ends the line of plain text. */
  end(): void {
    const open = this.#open;
    if (open === undefined) {
      this.#endPlainText();
      return;
    }
    this.#open = undefined;
    if (!open.text.isEmpty) this.#sink.display("\n");
    this.#emit(textOf(open.text), open.startLine, open.body);
  }

  /**
   * Gives what had no marker an event; when no more text comes and {@linkcode end} was called.
   *
   * @param body a body left in the spool
   * @param text text that is there in place of a body
   */
  unclaimed(body: EventBody | undefined, text = ""): void {
    this.#emit(text, this.#line, body);
  }

  #eventText(open: OpenEvent, piece: string): void {
    this.#line += countNewlines(piece);
    const end = endOfText(piece);
    if (end === 0 && open.lineEnds.length < MAX_LINE_ENDS) {
      open.lineEnds += piece;
      return;
    }
    const text = open.lineEnds + (end === piece.length ? piece : piece.slice(0, end));
    open.text.append(text);
    open.lineEnds = end === piece.length ? "" : piece.slice(end);
    this.#sink.display(text);
  }

  #plainText(piece: string): void {
    this.#sink.display(piece);
    const text = this.#heldReturn ? "\r" + piece : piece;
    if (!this.#heldReturn && !endsALine(piece)) {
      this.#pending.append(piece);
      return;
    }
    const lines = splitLines(text);
    const last = lines.at(-1) ?? "";
    this.#heldReturn = last.endsWith("\r");
    const isUnfinished = this.#heldReturn || !LINE_END.test(last.slice(-1));
    if (isUnfinished) lines.pop();
    for (const line of lines) this.#verbose(line);
    if (isUnfinished) this.#pending.append(this.#heldReturn ? last.slice(0, -1) : last);
  }

  #endPlainText(): void {
    const end = this.#heldReturn ? "\r" : "";
    this.#heldReturn = false;
    if (end !== "" || !this.#pending.isEmpty) this.#verbose(end);
  }

  /** Makes an event of the unfinished line and what ends it. */
  #verbose(rest: string): void {
    const startLine = this.#line;
    this.#line += countNewlines(rest);
    const pending = this.#pending;
    if (pending.isEmpty) {
      this.#emit(rest.slice(0, endOfText(rest)), startLine, undefined);
      return;
    }
    this.#pending = this.#longText();
    pending.append(rest.slice(0, endOfText(rest)));
    this.#emit(textOf(pending), startLine, undefined);
  }

  #longText(): LongText {
    return this.#sink.longText?.() ?? new LongText("", () => {});
  }

  #emit(stdout: string | LongText, startLine: number, body: EventBody | undefined): void {
    this.#sink.event({ counter: ++this.#counter, stdout, startLine, endLine: this.#line, body });
  }
}

/** More line ends than this are text, whatever follows: they are not kept in memory. */
const MAX_LINE_ENDS = 1 << 20;

/** Most are short, and need no file. */
function textOf(text: LongText): string | LongText {
  return text.isLong ? text.ended() : text.short;
}

/** The line ends of Python's `str.splitlines`. */
const LINE_END = /[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]/;

function endsALine(text: string): boolean {
  return text.includes("\n") || LINE_END.test(text);
}

/** Length of the text less `\r` and `\n` at its end. */
function endOfText(text: string): number {
  let end = text.length;
  while (end > 0) {
    const code = text.charCodeAt(end - 1);
    if (code !== 10 && code !== 13) break;
    end--;
  }
  return end;
}

function countNewlines(text: string): number {
  let count = 0;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) count++;
  return count;
}
