/**
 * Rows and columns of a terminal, as `--terminal-size` says them.
 *
 * @module
 */
import type { TerminalSize } from "../../config/options.ts";
import { UsageError } from "../../errors.ts";

/** The largest that a terminal can say. */
const LARGEST = 65535;

/** How the size of the own terminal is found. */
export interface OwnTerminal {
  /** Gives its size; undefined where there is none. */
  readonly ask: () => TerminalSize | undefined;
}

/**
 * Reads the size.
 *
 * @param text value of the option, if it was given
 * @param own how `auto` is found out
 * @returns undefined when it is to be the default
 * @throws {UsageError} when it is no size
 */
export function terminalSizeOf(
  text: string | undefined,
  { ask }: OwnTerminal,
): TerminalSize | undefined {
  if (text === undefined || text === "") return undefined;
  if (text === "auto") {
    const size = ask();
    // A terminal that nobody looks at may have no size.
    return size !== undefined && isFit(size) ? size : undefined;
  }
  const [, rows, columns] = /^(\d+)x(\d+)$/.exec(text) ?? [];
  const size = { rows: Number(rows), columns: Number(columns) };
  if (isFit(size)) return size;
  throw new UsageError(`Option --terminal-size needs auto or ROWSxCOLUMNS, got "${text}"`);
}

function isFit({ rows, columns }: TerminalSize): boolean {
  return [rows, columns].every((size) => size >= 1 && size <= LARGEST);
}
