/**
 * Runs text through tokenizer and pairing, for tests.
 *
 * @module
 */
import { type PairedEvent, Pairing } from "../../src/events/pairing.ts";
import type { EventBody } from "../../src/events/spool/spool.ts";
import { Tokenizer } from "../../src/events/tokenizer.ts";

/** The token of these tests. */
export const TOKEN = "0123456789abcdef0123456789abcdef";

/** A begin marker. */
export function begin(key: string): string {
  return `\x1b]8473;${TOKEN};${key}\x07`;
}

/** An end marker. */
export const END = `\x1b]8473;${TOKEN}\x07`;

/** What came out: each event as `[stdout, startLine, endLine, key]`, and the text as people see it. */
export interface Paired {
  readonly events: [stdout: string, startLine: number, endLine: number, key: string | undefined][];
  readonly display: string;
}

/** Pairs pieces of text; every key has a body. */
export function pair(pieces: readonly string[], rest: readonly EventBody[] = []): Paired {
  const events: PairedEvent[] = [];
  let display = "";
  const pairing = new Pairing({
    event: (event) => void events.push(event),
    display: (piece) => void (display += piece),
  }, (key) => ({ key, uuid: `uuid-${key}`, json: new TextEncoder().encode('{"event": "x"}') }));
  const tokenizer = new Tokenizer(TOKEN, pairing);
  for (const piece of pieces) tokenizer.feed(piece);
  tokenizer.flush();
  pairing.end();
  for (const body of rest) pairing.unclaimed(body);
  return {
    events: events.map((
      { stdout, startLine, endLine, body },
    ) => [typeof stdout === "string" ? stdout : "(long)", startLine, endLine, body?.key]),
    display,
  };
}
