/**
 * Finds out from /proc whether a process of a terminal is waiting for somebody to type.
 *
 * A process blocked in a read of the terminal, or in a wait for it and nothing else, shows in
 * /proc/PID/syscall. That is exact where silence is not: a slow task is silent and reads nothing.
 * Two more ask without being seen so: Ansible's own pause (2.15 and later) looks again and again, on
 * a terminal that takes key by key; and sudo of a run that is not root's is another user's process.
 *
 * @module
 */
import { findRunProcesses, type ProcessEntry } from "../process_tree.ts";
import { waitOf } from "./blocked_call.ts";
import { isAsleep, openFile, openFiles, readProcFile, terminalOf } from "./proc_files.ts";

/** The terminal of a run. */
interface Terminal {
  /** Its path. */
  readonly path: string;
  /** Its number, as processes have it that it controls. */
  readonly number: string;
  /** Its device, whatever its name is where a process sees it. */
  readonly device: string | undefined;
}

/** Where to look for a reader. */
export interface ReaderSearch {
  /** Pid of the terminal's outermost process. */
  readonly root: number;
  /** `NAME=VALUE` in the environment of the run's processes alone. @default {descendants only} */
  readonly marker?: string | undefined;
}

/**
 * Looks for a process that waits for input on the terminal of a run.
 *
 * @returns pid of a waiting process, or undefined
 */
export function findWaitingReader({ root, marker }: ReaderSearch): number | undefined {
  // A pinentry is started by an agent that may not descend from us.
  const processes = findRunProcesses({ roots: [root], marker });
  const launcher = processes.find((entry) => entry.ppid === root);
  const terminal = launcher === undefined ? undefined : terminalBehind(launcher.pid);
  if (terminal === undefined) return undefined;
  const reader = processes.find(({ pid }) => isReader(pid, terminal)) ??
    processes.find(({ pid }) => takesKeys(pid, terminal)) ??
    hiddenReader(processes, terminal);
  return reader?.pid;
}

function terminalBehind(pid: number): Terminal | undefined {
  const number = terminalOf(pid);
  const path = openFile(pid, 0);
  if (number === undefined || path === undefined || !isTerminalPath(path)) return undefined;
  return { number, path, device: deviceOf(pid, 0) };
}

function isReader(pid: number, terminal: Terminal): boolean {
  const wait = waitOf(pid);
  if (wait === undefined || wait.isMixed) return false;
  const others = wait.inputs.filter((descriptor) => !isTerminal(pid, { descriptor, terminal }));
  if (others.length === wait.inputs.length) return false;
  return others.every((descriptor) => isOwnWakeUp(pid, descriptor));
}

function isTerminalPath(path: string): boolean {
  return /^\/dev\/(pts\/\d+|tty|console)$/.test(path);
}

/** By its device: a sandbox has other names for it, and the same names for others. */
function isTerminal(
  pid: number,
  { descriptor, terminal }: { readonly descriptor: number; readonly terminal: Terminal },
): boolean {
  const path = openFile(pid, descriptor);
  if (path === undefined || !isTerminalPath(path)) return false;
  if (path === "/dev/tty") return terminalOf(pid) === terminal.number;
  const device = deviceOf(pid, descriptor);
  // Our own helper for ssh reads the terminal by its name, without being on it.
  return device === undefined ? path === terminal.path : device === terminal.device;
}

function deviceOf(pid: number, descriptor: number): string | undefined {
  try {
    const { dev, ino, rdev } = Deno.statSync(`/proc/${pid}/fd/${descriptor}`);
    return `${dev} ${ino} ${rdev}`;
  } catch {
    return undefined;
  }
}

/** A file that only the process itself writes to, to wake itself up: nobody else can end the wait. */
function isOwnWakeUp(pid: number, descriptor: number): boolean {
  const target = openFile(pid, descriptor);
  if (target === undefined) return false;
  if (/^anon_inode:\[?(eventfd|signalfd|io_uring|eventpoll)\]?$/.test(target)) return true;
  const open = openFiles(pid);
  if (target.startsWith("pipe:")) return open.filter((other) => other === target).length > 1;
  // The two ends of a pair of sockets are made one after the other.
  const number = Number(/^socket:\[(\d+)\]$/.exec(target)?.[1]);
  return open.includes(`socket:[${number + 1}]`) || open.includes(`socket:[${number - 1}]`);
}

/** O_NONBLOCK among the flags of an open file. */
const NON_BLOCKING = 0o4000;

/** One that only left the terminal non-blocking does not take key by key. */
function takesKeys(pid: number, terminal: Terminal): boolean {
  if (!isTerminal(pid, { descriptor: 0, terminal })) return false;
  const flags = /^flags:\s*([0-7]+)/m.exec(readProcFile(pid, "fdinfo/0") ?? "")?.[1];
  if (flags === undefined || (parseInt(flags, 8) & NON_BLOCKING) === 0) return false;
  return modesOf(terminal).includes("-icanon");
}

/** Another user's process on the terminal, while that shows nothing of what is typed: sudo, su. */
function hiddenReader(
  processes: readonly ProcessEntry[],
  terminal: Terminal,
): ProcessEntry | undefined {
  const hidden = processes.filter(({ pid }) =>
    terminalOf(pid) === terminal.number && openFile(pid, 0) === undefined && isAsleep(pid)
  );
  if (hidden.length === 0) return undefined;
  const modes = modesOf(terminal);
  return modes.includes("-echo") && modes.includes("icanon") ? hidden.at(-1) : undefined;
}

function modesOf({ path }: Terminal): string[] {
  try {
    const { stdout } = new Deno.Command("stty", {
      args: ["-F", path, "-a"],
      cwd: "/",
      stderr: "null",
    })
      .outputSync();
    return new TextDecoder().decode(stdout).split(/[\s;]+/);
  } catch {
    return [];
  }
}
