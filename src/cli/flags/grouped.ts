/**
 * Adds to the rows of one heading what they share.
 *
 * @module
 */
import type { CommandName, Flag, FlagGroup } from "./flag.ts";

/** A flag less what its neighbours share. */
export type FlagRow = Omit<Flag, "group" | "commands"> & {
  /** Commands, where they are not those of the neighbours. */
  readonly commands?: readonly CommandName[];
};

/** A whole flag that remembers what the types of values are made of. */
type Whole<Row extends FlagRow> = Row extends unknown
  ? Flag & Pick<Row, Extract<keyof Row, "key" | "kind" | "repeatable">>
  : never;

/** What the flags of one heading share. */
export interface Shared {
  readonly group: FlagGroup;
  /** Commands for which they mean something. */
  readonly commands: readonly CommandName[];
}

/** Makes whole flags of the rows of one heading. */
export function inGroup<const Row extends FlagRow>(
  shared: Shared,
  rows: readonly Row[],
): readonly Whole<Row>[] {
  return rows.map((row) => ({ ...shared, ...row }) as unknown as Whole<Row>);
}
