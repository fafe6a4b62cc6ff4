/**
 * Aligns rows of cells, and cuts lines to what fits a terminal.
 *
 * @module
 */
import { printable } from "../../internal/printable.ts";

/** Columns of a terminal that does not say how wide it is. */
const COLUMNS = 80;

/** Aligns columns; what cannot be seen in a cell is escaped. */
export function alignRows(rows: readonly (readonly string[])[]): string[] {
  const shown = rows.map((row) => row.map(printable));
  const widths: number[] = [];
  for (const row of shown) {
    row.slice(0, -1).forEach((cell, at) => widths[at] = Math.max(widths[at] ?? 0, cell.length));
  }
  return shown.map((row) =>
    row.map((cell, at) => at === row.length - 1 ? cell : cell.padEnd(widths[at] ?? 0)).join("  ")
      .trimEnd()
  );
}

/** Cuts a line that would not fit, and says that it was cut. */
export function cutLine(line: string, width = COLUMNS): string {
  const letters = Array.from(line);
  return letters.length <= width ? line : `${letters.slice(0, width - 1).join("")}…`;
}

/** Letters of a line in a colour, or as they are. */
export type Paint = (text: string, colour: Colour) => string;

/** What colours mean here. */
export type Colour = "good" | "changed" | "bad" | "dim";

const CODES: Readonly<Record<Colour, string>> = { good: "32", changed: "33", bad: "31", dim: "2" };

/**
 * Makes what colours the output of a command.
 *
 * @param when value of `--color`; without it colours are for terminals, unless NO_COLOR is set
 */
export function openPaint(when?: string): Paint {
  const isPlain = when === "never" || when !== "always" && (
        !Deno.stdout.isTerminal() || Boolean(Deno.env.get("NO_COLOR")) ||
        Deno.env.get("TERM") === "dumb"
      );
  return (text, colour) => isPlain ? text : `\x1b[${CODES[colour]}m${text}\x1b[0m`;
}
