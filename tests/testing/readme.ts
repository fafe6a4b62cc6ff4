/**
 * Turns a README into its commands and what they are said to print.
 *
 * @module
 */

/** A block of commands. */
export interface CommandBlock {
  /** Line of the README, from 1. */
  readonly line: number;
  /** The commands. */
  readonly commands: string;
  /** What they print, when the README shows it. */
  readonly expected: string | undefined;
}

/**
 * Finds the blocks of commands (`sh`), each with the block of output (`text`) right after it.
 *
 * @param text Markdown
 * @returns the blocks in their order
 */
export function readBlocks(text: string): CommandBlock[] {
  const pattern = /^```sh\n([\s\S]*?)^```\n(?:```text\n([\s\S]*?)^```\n)?/gm;
  return [...text.matchAll(pattern)].map((match) => ({
    line: text.slice(0, match.index).split("\n").length,
    commands: match[1] ?? "",
    expected: match[2],
  }));
}

/**
 * Compares output with what the README shows. There `…` stands for anything within a line, and alone
 * on a line for any number of lines.
 *
 * @param expected what the README shows
 * @param actual what was printed
 * @returns whether it is that
 */
export function matchesShown(expected: string, actual: string): boolean {
  const lines = expected.split("\n").map((line) =>
    line.trim() === "…" ? "(?:.*\n)*?" : `${line.split("…").map(escape).join(".*")}\n`
  );
  return new RegExp(`^${lines.join("").replace(/\n$/, "")}$`).test(actual);
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
