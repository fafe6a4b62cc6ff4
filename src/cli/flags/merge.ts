/**
 * Turns rows that share a heading into flags of the table.
 *
 * @module
 */
import type { CommandName, Flag, FlagGroup } from "./flag.ts";

/** A flag less what its neighbours share. */
export type FlagRow = Omit<Flag, "group" | "commands"> & {
  /** Commands, where they are not those of the neighbours. */
  readonly commands?: readonly CommandName[];
};

/**
 * Adds the shared parts to the rows of one heading.
 *
 * @param group the heading
 * @param commands commands for which the flags mean something
 * @param rows the rest of each flag
 * @returns whole flags
 */
export function inGroup(
  group: FlagGroup,
  commands: readonly CommandName[],
  rows: readonly FlagRow[],
): readonly Flag[] {
  return rows.map((row) => ({ commands, ...row, group }));
}
