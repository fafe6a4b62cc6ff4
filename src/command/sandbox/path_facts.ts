/**
 * What the plan of a sandbox has to know of paths on this host.
 *
 * @module
 */

/** What is known of a path on the host. */
export interface PathFact {
  /** The path with all symbolic links resolved. */
  readonly real: string;
  /** Whether it is a directory (behind links). */
  readonly isDirectory: boolean;
  /** Where the link points, when the path itself is one. */
  readonly link?: string | undefined;
}

/** Facts of all paths asked for that exist. */
export type PathFacts = ReadonlyMap<string, PathFact>;
