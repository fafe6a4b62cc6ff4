/**
 * Tells where on the way to a path other users could put something else in its place.
 *
 * @module
 */
import { realPath } from "./file_system.ts";
import { parentOf } from "./paths.ts";

/** A directory in which a path could be replaced. */
export interface Reach {
  /** The directory. */
  readonly parent: string;
  /** By whom; `unknown` where we may not look. */
  readonly by: "everybody" | "group" | "user" | "unknown";
  /** User id of the directory's owner. */
  readonly uid?: number | null;
  /** Whether each may replace only what is theirs in it; its owner may replace all. */
  readonly isSticky?: boolean;
}

/**
 * Looks at the directories that a path is in, as it is given and with its links followed.
 *
 * @param itself whether it counts as one of them: for what is yet to be made in it
 */
export function othersReach(path: string, { itself = false } = {}): Reach[] {
  const parents = [path, realPath(path)].flatMap((each) => [...parentsOf(each)]);
  return [...new Set(itself ? [path, ...parents] : parents)].flatMap((parent) => reachIn(parent));
}

function reachIn(parent: string): Reach[] {
  try {
    const { uid, mode } = Deno.statSync(parent);
    const bits = mode ?? 0;
    const isSticky = (bits & 0o1000) !== 0;
    if ((bits & 0o002) !== 0 && !isSticky) return [{ parent, by: "everybody", uid, isSticky }];
    if (uid !== 0 && uid !== Deno.uid()) return [{ parent, by: "user", uid, isSticky }];
    return (bits & 0o020) !== 0 && !isSticky ? [{ parent, by: "group", uid, isSticky }] : [];
  } catch {
    return [{ parent, by: "unknown" }];
  }
}

function* parentsOf(path: string): Generator<string> {
  for (let parent = path; parent !== "/";) {
    parent = parentOf(parent);
    yield parent;
  }
}
