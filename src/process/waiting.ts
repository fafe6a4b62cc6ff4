/**
 * Turns /proc into the answer to: is a process of this terminal waiting for somebody to type?
 *
 * A process blocked in `read` on the terminal shows in /proc/PID/syscall. That is exact where
 * silence is not: a slow task is silent and reads nothing.
 *
 * @module
 */
import { findRunProcesses } from "./tree.ts";

/** Number of the system call `read`, by architecture. */
const READ_CALL: Readonly<Record<string, string>> = { x86_64: "0", aarch64: "63" };

/**
 * Looks for a process that waits for input on the terminal of a run.
 *
 * @param root pid of the terminal's outermost process
 * @returns pid of a waiting process, or undefined
 */
export function findWaitingReader(root: number): number | undefined {
  const processes = findRunProcesses({ roots: [root] });
  const launcher = processes.find((entry) => entry.ppid === root);
  const terminal = launcher === undefined ? undefined : terminalOf(launcher.pid);
  if (terminal === undefined) return undefined;
  return processes.find(({ pid }) => terminalOf(pid) === terminal && readsTerminal(pid))?.pid;
}

/** Number of a process's controlling terminal. */
function terminalOf(pid: number): string | undefined {
  const stat = readProc(pid, "stat");
  const number = stat?.slice(stat.lastIndexOf(")") + 2).split(" ")[4];
  return number === "0" ? undefined : number;
}

function readsTerminal(pid: number): boolean {
  const [call, descriptor] = readProc(pid, "syscall")?.split(" ") ?? [];
  if (call === undefined || call !== READ_CALL[Deno.build.arch]) return false;
  try {
    return /^\/dev\/(pts\/\d+|tty)$/.test(
      Deno.readLinkSync(`/proc/${pid}/fd/${Number(descriptor)}`),
    );
  } catch {
    return false;
  }
}

function readProc(pid: number, name: string): string | undefined {
  try {
    return Deno.readTextFileSync(`/proc/${pid}/${name}`);
  } catch {
    return undefined;
  }
}
