/**
 * The texts and open files that /proc shows of a process; what is not to be seen is
 * undefined.
 *
 * @module
 */

/** Reads a file of a process's directory. */
export function readProcFile(pid: number, name: string): string | undefined {
  try {
    return Deno.readTextFileSync(`/proc/${pid}/${name}`);
  } catch {
    return undefined;
  }
}

/** What an open file leads to, such as `/dev/pts/3` or `pipe:[123]`. */
export function openFile(pid: number, descriptor: number): string | undefined {
  try {
    return Deno.readLinkSync(`/proc/${pid}/fd/${descriptor}`);
  } catch {
    return undefined;
  }
}

/** All that a process's open files lead to. */
export function openFiles(pid: number): string[] {
  try {
    return [...Deno.readDirSync(`/proc/${pid}/fd`)]
      .map(({ name }) => openFile(pid, Number(name)))
      .filter((target) => target !== undefined);
  } catch {
    return [];
  }
}

/** Number of a process's controlling terminal. */
export function terminalOf(pid: number): string | undefined {
  const number = statFields(pid)?.[4];
  return number === "0" ? undefined : number;
}

/** Whether a process sleeps until something happens. */
export function isAsleep(pid: number): boolean {
  return statFields(pid)?.[0] === "S";
}

/** The fields after the name, which may hold spaces and parentheses itself. */
function statFields(pid: number): string[] | undefined {
  const stat = readProcFile(pid, "stat");
  return stat?.slice(stat.lastIndexOf(")") + 2).split(" ");
}
