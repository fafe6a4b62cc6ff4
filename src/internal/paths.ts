/**
 * Paths as text: nothing here looks at the file system.
 *
 * @module
 */

/** The last name of a path. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** The directory that an absolute path is in. */
export function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/")) || "/";
}

/** Whether an absolute path names something in a directory, however deep. */
export function isBelow(path: string, dir: string): boolean {
  return path !== dir && path.startsWith(dir === "/" ? "/" : `${dir}/`);
}

/** Whether an absolute path names a directory or something in it. */
export function isWithin(path: string, dir: string): boolean {
  return path === dir || isBelow(path, dir);
}

/** The rest of a path that is below a directory; undefined for any other. */
export function pathBelow(path: string, dir: string): string | undefined {
  return isBelow(path, dir) ? path.slice(dir === "/" ? 1 : dir.length + 1) : undefined;
}

/** Makes a path absolute and takes `.` and `..` out of it. */
export function makeAbsolute(path: string, cwd: string): string {
  const parts: string[] = [];
  for (const part of (path.startsWith("/") ? path : `${cwd}/${path}`).split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return "/" + parts.join("/");
}
