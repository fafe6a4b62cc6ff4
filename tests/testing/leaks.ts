/**
 * What a run left behind: processes and files.
 *
 * @module
 */
import { slack } from "./slack.ts";

/** A live process. */
export interface LeftProcess {
  /** Its pid. */
  readonly pid: number;
  /** Its command line. */
  readonly command: string;
}

/**
 * Lists the live processes with this in their environment or command line.
 *
 * @param text what to look for, such as `NAME=VALUE` or a path
 * @returns the processes, ourselves and zombies left out
 */
export function processesWith(text: string): LeftProcess[] {
  const found: LeftProcess[] = [];
  for (const { name } of Deno.readDirSync("/proc")) {
    const pid = Number(name);
    if (!Number.isInteger(pid) || pid === Deno.pid) continue;
    const command = read(`/proc/${pid}/cmdline`);
    if (command === "") continue;
    if (`${command}\0${read(`/proc/${pid}/environ`)}`.includes(text)) {
      found.push({ pid, command: command.replaceAll("\0", " ").trim() });
    }
  }
  return found;
}

/**
 * Waits until no process has this in its environment or command line.
 *
 * @param text see {@linkcode processesWith}
 * @param withinMs how long at most on an idle machine
 * @returns those that are left after that time
 */
export async function waitForNone(text: string, withinMs: number): Promise<LeftProcess[]> {
  const start = performance.now();
  while (true) {
    const left = processesWith(text);
    if (left.length === 0 || performance.now() - start > withinMs * slack()) return left;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/**
 * Lists everything below a directory.
 *
 * @param dir the directory
 * @param prefix put before each path
 * @returns relative paths, sorted
 */
export function filesBelow(dir: string, prefix = ""): string[] {
  return [...walk(dir, prefix)].sort();
}

function* walk(dir: string, prefix: string): Generator<string> {
  for (const entry of Deno.readDirSync(dir)) {
    yield prefix + entry.name;
    if (!entry.isDirectory) continue;
    try {
      yield* walk(`${dir}/${entry.name}`, `${prefix}${entry.name}/`);
    } catch (error) {
      // Somebody removed it meanwhile.
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
}

function read(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return "";
  }
}

/**
 * Measures a file that this process has open and that has lost its name.
 *
 * @param path where it was
 * @returns its size; 0 when there is none
 */
export function sizeOfNameless(path: string): number {
  for (const { name } of Deno.readDirSync("/proc/self/fd")) {
    try {
      if (Deno.readLinkSync(`/proc/self/fd/${name}`) !== `${path} (deleted)`) continue;
      return Deno.statSync(`/proc/self/fd/${name}`).size;
    } catch {
      // The directory's own descriptor.
    }
  }
  return 0;
}
