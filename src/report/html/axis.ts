/**
 * The axis of time that lanes and charts share, and the numbers on it.
 *
 * @module
 */

/** The moments between which a timeline lies, in milliseconds since 1970. */
export interface Axis {
  readonly start: number;
  readonly end: number;
}

/** Units that a lane is wide. */
export const WIDTH = 1000;

/** A number as short as a path needs it. */
export function short(value: number): string {
  return String(Math.round(value * 10) / 10);
}
