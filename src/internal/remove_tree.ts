/**
 * Removes a tree that a job may have closed to us.
 *
 * @module
 */
import { exists } from "./file_system.ts";
import { findProgram } from "./programs.ts";

/**
 * Removes a file or a directory with all in it; it need not exist. Symbolic links are not followed.
 *
 * @returns whether it is gone
 */
export function removeTree(path: string): boolean {
  // A disk that fails once, or a process that was writing there, is no reason to leave it.
  for (let attempt = 1; attempt <= 2; attempt++) {
    try {
      Deno.removeSync(path, { recursive: true });
      return true;
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return true;
    }
  }
  // Directories without write permission, which a job may have left. The programs have descriptors of their own.
  const seen = path.replace(/^\/proc\/self\//, `/proc/${Deno.pid}/`);
  runQuietly("chmod", ["-R", "u+rwX", "--", seen]);
  runQuietly("rm", ["-rf", "--", seen]);
  return !exists(path);
}

function runQuietly(name: string, args: string[]): void {
  const program = findProgram(name, "/usr/bin:/bin");
  if (program === undefined) return;
  try {
    new Deno.Command(program, { args, cwd: "/", stdin: "null", stdout: "null", stderr: "null" })
      .outputSync();
  } catch {
    // Descriptors or processes are short, or we may start none: the result says that it is still there.
  }
}
