/**
 * The words of `deno task bench`.
 *
 * @module
 */

/** What is measured, and where it goes. */
export interface BenchArgs {
  readonly isLong: boolean;
  /** Titles of the rows. */
  readonly only: RegExp;
  readonly minutes: number;
  readonly out: string;
}

/** Reads the words. */
export function parseArgs(words: readonly string[]): BenchArgs {
  const rest = [...words];
  const take = (name: string): string | undefined => {
    const at = rest.indexOf(name);
    return at < 0 ? undefined : rest.splice(at, 2)[1];
  };
  const only = new RegExp(take("--only") ?? "");
  const minutes = take("--minutes");
  const out = take("--out") ?? new URL("../../.github", import.meta.url).pathname;
  const isLong = rest.includes("--long");
  const odd = rest.find((word) => word !== "--long");
  if (odd !== undefined) {
    throw new RangeError(
      `Cannot read "${odd}": expected --long, --only REGEX, --minutes N or --out DIR`,
    );
  }
  return { isLong, only, minutes: Number(minutes ?? (isLong ? 60 : 4)), out };
}
