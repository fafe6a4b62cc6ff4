/**
 * Turns the colours of a terminal into HTML.
 *
 * Colours become classes, so that they are readable on light and dark ground alike; of the 256 and
 * the 16 million colours the nearest of the sixteen is taken.
 *
 * @module
 */
import { escapeBlock } from "./escape.ts";

/** Sequences other than colours: moves, titles, modes. */
const OTHER =
  /\x1b(?:\[[0-?]*[ -/]*[@-ln-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[PX^_][^\x1b]*(?:\x1b\\)?|[ -/]*[0-OQ-WYZ\\`-~])/g;

const COLOUR = /\x1b\[([0-9;:]*)m/g;

interface Style {
  foreground: number | undefined;
  background: number | undefined;
  readonly marks: Set<string>;
}

/** Codes that switch a mark on, by the letter of its class. */
const ON: Readonly<Record<number, string>> = { 1: "b", 2: "d", 3: "i", 4: "u", 7: "v", 9: "s" };

/** Codes that switch marks off. */
const OFF: Readonly<Record<number, string>> = {
  22: "bd",
  23: "i",
  24: "u",
  27: "v",
  29: "s",
};

/** Renders a text with the colours of a terminal. */
export function ansiToHtml(text: string): string {
  const lines = overwritten(text).replace(OTHER, "");
  const style: Style = { foreground: undefined, background: undefined, marks: new Set() };
  let html = "";
  let at = 0;
  const add = (piece: string): void => {
    if (piece === "") return;
    const classes = classesOf(style);
    const escaped = escapeBlock(piece);
    html += classes === "" ? escaped : `<span class="${classes}">${escaped}</span>`;
  };
  for (const match of lines.matchAll(COLOUR)) {
    add(lines.slice(at, match.index));
    at = match.index + match[0].length;
    apply(style, (match[1] ?? "").split(/[;:]/).map(Number));
  }
  add(lines.slice(at));
  return html;
}

/** What a terminal shows of lines that go back to their start and write on. */
function overwritten(text: string): string {
  if (!text.includes("\r")) return text;
  return text.replace(/\r+\n/g, "\n").replace(/\r+$/g, "").replace(/^.*\r(?=[^\r\n])/gm, "");
}

function apply(style: Style, codes: number[]): void {
  for (let at = 0; at < codes.length; at++) {
    const code = codes[at] ?? 0;
    if (code === 38 || code === 48) {
      const { colour, used } = extendedColour(codes.slice(at + 1));
      if (code === 38) style.foreground = colour;
      else style.background = colour;
      at += used;
    } else applyOne(style, code);
  }
}

function applyOne(style: Style, code: number): void {
  const mark = ON[code];
  if (code === 0) {
    style.foreground = style.background = undefined;
    style.marks.clear();
  } else if (mark !== undefined) style.marks.add(mark);
  else if (OFF[code] !== undefined) { for (const off of OFF[code]) style.marks.delete(off); }
  else if (code === 39) style.foreground = undefined;
  else if (code === 49) style.background = undefined;
  else if (code >= 30 && code <= 37) style.foreground = code - 30;
  else if (code >= 40 && code <= 47) style.background = code - 40;
  else if (code >= 90 && code <= 97) style.foreground = code - 82;
  else if (code >= 100 && code <= 107) style.background = code - 92;
}

/** Reads `5;N` and `2;R;G;B`. */
function extendedColour(
  [kind, ...rest]: readonly number[],
): { readonly colour: number | undefined; readonly used: number } {
  if (kind === 5) return { colour: indexed(rest[0] ?? 0), used: 2 };
  if (kind === 2) return { colour: nearestColour(rest.slice(0, 3)), used: 4 };
  return { colour: undefined, used: 1 };
}

function indexed(index: number): number {
  if (index < 16) return index;
  if (index >= 232) return nearestColour(Array(3).fill((index - 232) * 10 + 8));
  const cube = index - 16;
  return nearestColour(
    [Math.floor(cube / 36), Math.floor(cube / 6) % 6, cube % 6].map((level) => level * 51),
  );
}

/** Which of red, green and blue are in it, and whether it is bright. */
function nearestColour(channels: readonly number[]): number {
  const [red = 0, green = 0, blue = 0] = channels;
  const strongest = Math.max(red, green, blue);
  if (strongest - Math.min(red, green, blue) < 40) {
    return strongest < 64 ? 0 : strongest < 144 ? 8 : strongest < 216 ? 7 : 15;
  }
  const bits = [red, green, blue].map((value) => Number(value > strongest * 0.6));
  const base = (bits[0] ?? 0) + (bits[1] ?? 0) * 2 + (bits[2] ?? 0) * 4;
  return strongest > 210 ? base + 8 : base;
}

function classesOf({ foreground, background, marks }: Style): string {
  const classes = [...marks];
  if (foreground !== undefined) classes.push(`f${foreground}`);
  if (background !== undefined) classes.push(`g${background}`);
  return classes.join(" ");
}
