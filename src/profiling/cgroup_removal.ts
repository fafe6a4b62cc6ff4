/**
 * Removes a cgroup that is not used any more.
 *
 * @module
 */
import { isBelow } from "../internal/paths.ts";
import { sleep } from "../internal/sleep.ts";

/** How long processes that just ended may hold a group, in milliseconds. */
const REMOVE_MS = 2000;

/**
 * Removes a group with the groups below it. What a play left running there (a daemon) is moved to
 * the group that we are in, not ended.
 *
 * @param dir the group's directory; need not exist
 * @returns whether it is gone
 */
export async function removeGroup(dir: string): Promise<boolean> {
  const deadline = performance.now() + REMOVE_MS;
  while (true) {
    try {
      Deno.removeSync(dir);
      return true;
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return true;
      if (performance.now() > deadline) return false;
    }
    for (const name of directoriesIn(dir)) await removeGroup(`${dir}/${name}`);
    moveOut(dir);
    await sleep(5);
  }
}

/** Whether a path is a cgroup's directory. */
export function isGroup(path: string): boolean {
  try {
    return Deno.lstatSync(`${path}/cgroup.procs`).isFile && Deno.lstatSync(path).isDirectory;
  } catch {
    return false;
  }
}

function moveOut(dir: string): void {
  const target = `${ownGroup(dir)}/cgroup.procs`;
  for (const pid of read(`${dir}/cgroup.procs`).split("\n").filter(Boolean)) {
    try {
      Deno.writeTextFileSync(target, pid, { create: false });
    } catch {
      // It has ended in between, or is another user's.
    }
  }
}

/** Our own group in the same hierarchy: where the processes would be without us. */
function ownGroup(dir: string): string {
  for (const line of read("/proc/self/mountinfo").split("\n")) {
    const [, , , , path = ""] = line.split(" ");
    if (!/ - cgroup2? /.test(line) || !isBelow(dir, path)) continue;
    const options = line.split(" ").at(-1)?.split(",") ?? [];
    const isV2 = line.includes(" - cgroup2 ");
    for (const entry of read("/proc/self/cgroup").split("\n")) {
      const [, names = "", group = ""] = /^\d+:([^:]*):(.*)$/.exec(entry) ?? [];
      const isIt = isV2
        ? entry.startsWith("0::")
        : names.split(",").some((name) => name !== "" && options.includes(name));
      if (isIt) return path + (group === "/" ? "" : group);
    }
  }
  return dir;
}

function directoriesIn(dir: string): string[] {
  try {
    return [...Deno.readDirSync(dir)].filter((entry) => entry.isDirectory)
      .map((entry) => entry.name);
  } catch {
    return [];
  }
}

function read(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return "";
  }
}
