/**
 * Names a process for good: by pid, start time, boot, and where the pid means something.
 *
 * @module
 */
import { readProc, readProcLink } from "../process/proc_access.ts";
import { readProcess } from "../process/process_tree.ts";

/** A process, named for good: a pid alone is used again. */
export interface ProcessIdentity {
  /** Its pid. */
  readonly pid: number;
  /** Its start time in clock ticks since boot. */
  readonly startTime: string;
  /** Id of the boot it runs in. */
  readonly boot: string;
  /** Its pid namespace: a container has its own. */
  readonly namespace: string;
  /** Name of its host. */
  readonly host: string;
}

/** Our own process. */
export function ownIdentity(): ProcessIdentity {
  return {
    pid: Deno.pid,
    startTime: startTimeOf(Deno.pid),
    boot: bootId(),
    namespace: pidNamespace(),
    host: hostName(),
  };
}

/** Whether the pid of this process means the same to us as to it. */
export function isVisible(process: ProcessIdentity): boolean {
  return process.boot === bootId() && process.namespace === pidNamespace();
}

/** Start time of a process, empty when there is none. */
export function startTimeOf(pid: number): string {
  return readProcess(pid)?.startTime ?? "";
}

/** Id of the running boot: start times of another boot mean nothing. */
export function bootId(): string {
  try {
    return readProc("/proc/sys/kernel/random/boot_id").trim();
  } catch {
    return "";
  }
}

/** Name of this host. */
export function hostName(): string {
  try {
    return Deno.hostname();
  } catch {
    // Without the permission to ask.
    return "";
  }
}

function pidNamespace(): string {
  try {
    return readProcLink("/proc/self/ns/pid");
  } catch {
    return "";
  }
}
