/**
 * Turns /proc into the answer to: is a process of this terminal waiting for somebody to type?
 *
 * A process blocked in `read` on the terminal shows in /proc/PID/syscall. That is exact where
 * silence is not: a slow task is silent and reads nothing. Ansible's own pause (2.15 and later)
 * polls instead: then the terminal is non-blocking and takes key by key.
 *
 * @module
 */
import { findRunProcesses } from "../process_tree.ts";

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
  if (launcher === undefined) return undefined;
  const number = terminalOf(launcher.pid);
  const path = terminalPath(launcher.pid, 0);
  if (number === undefined || path === undefined) return undefined;
  // Our own helper for ssh reads the terminal by its name, without being on it.
  const isOurs = (pid: number, found: string | undefined): boolean =>
    found === path || found === "/dev/tty" && terminalOf(pid) === number;
  const reader = processes.find(({ pid }) => isOurs(pid, readPath(pid)));
  return reader?.pid ?? processes.find(({ pid }) => isOurs(pid, polledPath(pid)))?.pid;
}

/** Number of a process's controlling terminal. */
function terminalOf(pid: number): string | undefined {
  const stat = readProc(pid, "stat");
  const number = stat?.slice(stat.lastIndexOf(")") + 2).split(" ")[4];
  return number === "0" ? undefined : number;
}

/** The terminal that a process is blocked reading. */
function readPath(pid: number): string | undefined {
  const [call, descriptor] = readProc(pid, "syscall")?.split(" ") ?? [];
  if (call === undefined || call !== READ_CALL[Deno.build.arch]) return undefined;
  return terminalPath(pid, Number(descriptor));
}

/** O_NONBLOCK among the flags of an open file. */
const NON_BLOCKING = 0o4000;

/** The terminal that a process polls: one that only left it non-blocking does not take key by key. */
function polledPath(pid: number): string | undefined {
  const path = terminalPath(pid, 0);
  const flags = /^flags:\s*([0-7]+)/m.exec(readProc(pid, "fdinfo/0") ?? "")?.[1];
  if (path === undefined || flags === undefined) return undefined;
  return (parseInt(flags, 8) & NON_BLOCKING) !== 0 && takesKeys(path) ? path : undefined;
}

function takesKeys(path: string): boolean {
  try {
    const { stdout } = new Deno.Command("stty", { args: ["-F", path, "-a"], stderr: "null" })
      .outputSync();
    return new TextDecoder().decode(stdout).includes("-icanon");
  } catch {
    return false;
  }
}

/** Path of the terminal behind an open file. */
function terminalPath(pid: number, descriptor: number): string | undefined {
  try {
    const path = Deno.readLinkSync(`/proc/${pid}/fd/${descriptor}`);
    return /^\/dev\/(pts\/\d+|tty)$/.test(path) ? path : undefined;
  } catch {
    return undefined;
  }
}

function readProc(pid: number, name: string): string | undefined {
  try {
    return Deno.readTextFileSync(`/proc/${pid}/${name}`);
  } catch {
    return undefined;
  }
}
