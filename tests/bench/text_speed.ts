/**
 * How fast text without events goes through tokenizer and pairing.
 *
 * @module
 */
import { Pairing } from "../../src/events/pairing.ts";
import { Tokenizer } from "../../src/events/tokenizer.ts";

const ROUNDS = 5;

const LINES = [
  ["plain lines", "x".repeat(98) + "\r\n"],
  ["ESC[K lines", "\x1b[K".repeat(20) + "x\r\n"],
  ["one long line", "x".repeat(100)],
] as const;

/** One kind of text. */
export interface TextSpeed {
  readonly name: string;
  readonly mbPerSecond: number;
  /** Time of twice the text, as a multiple. */
  readonly growth: number;
}

/** Seconds for a text in chunks of 8 KiB. */
function secondsFor(text: string): number {
  const pairing = new Pairing({ event() {}, display() {} }, () => undefined);
  const tokenizer = new Tokenizer("0".repeat(32), pairing);
  const start = performance.now();
  for (let at = 0; at < text.length; at += 8192) tokenizer.feed(text.slice(at, at + 8192));
  tokenizer.flush();
  pairing.end();
  return (performance.now() - start) / 1000;
}

/** The best of five, the sizes in turn: other work on the machine only adds. */
export function measureText(): TextSpeed[] {
  return LINES.map(([name, line]) => {
    const texts = [32, 64].map((mb) => line.repeat(Math.ceil(mb * 1e6 / line.length)));
    const times = Array.from({ length: ROUNDS }, () => texts.map(secondsFor));
    const [small = NaN, large = NaN] = texts.map((_, size) =>
      Math.min(...times.map((round) => round[size] ?? NaN))
    );
    return { name, mbPerSecond: 64 / large, growth: large / small };
  });
}
