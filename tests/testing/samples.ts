/**
 * How much the random tests try: a little by default, ten times as much in `deno task test:long`.
 *
 * @module
 */

/** Whether the long tests were asked for. */
export const isLong: boolean = Deno.env.get("RUNNER_TEST_LONG") === "1";

/** Scales a number of samples. */
export function samples(few: number): number {
  return isLong ? few * 10 : few;
}
