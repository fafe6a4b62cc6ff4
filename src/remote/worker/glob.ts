/**
 * Python's `glob`: the paths that match a pattern.
 *
 * @module
 */
import { exists } from "../../internal/file_system.ts";

/**
 * Finds what matches a pattern: `*`, `?`, `[abc]`, `[!abc]`; a name with a point in front only when the
 * pattern has one too.
 *
 * @returns the paths, sorted
 */
export function glob(pattern: string): string[] {
  const isAbsolute = pattern.startsWith("/");
  let found = [isAbsolute ? "/" : ""];
  for (const part of pattern.split("/").filter((each) => each !== "")) {
    found = found.flatMap((parent) => step(parent, part));
  }
  return pattern === "" ? [] : found.sort();
}

function step(parent: string, part: string): string[] {
  const inside = parent === "" || parent.endsWith("/") ? parent : `${parent}/`;
  if (!/[*?[]/.test(part)) return exists(inside + part) ? [inside + part] : [];
  const regex = new RegExp(`^${translate(part)}$`, "su");
  try {
    return Array.from(Deno.readDirSync(inside === "" ? "." : inside), ({ name }) => name)
      .filter((name) => (!name.startsWith(".") || part.startsWith(".")) && regex.test(name))
      .map((name) => inside + name);
  } catch {
    // No directory, or not ours to read.
    return [];
  }
}

function translate(part: string): string {
  return part.replace(/\[(!?)(\]?[^\]]*)\]|[\s\S]/gu, (found, not: string, set?: string) => {
    if (set !== undefined) {
      return `[${not === "" ? "" : "^"}${set.replace(/[\\\]^[&~|]/g, "\\$&")}]`;
    }
    if (found === "*") return ".*";
    if (found === "?") return ".";
    return RegExp.escape(found);
  });
}
