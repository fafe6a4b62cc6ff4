/**
 * The open files that a process waits to read, by the system call in which it is blocked.
 *
 * /proc/PID/syscall has the call and its arguments; sets of files are in the process's memory, or,
 * for epoll, in /proc/PID/fdinfo. A wait with a time limit ends by itself: it is none here.
 *
 * @module
 */
import { readProcFile } from "./proc_files.ts";

/** How the files of a call are found. */
type Form = "read" | "poll" | "ppoll" | "select" | "pselect" | "epoll" | "epoll_pwait2";

/** Calls that wait for input, by architecture. */
const CALLS: Readonly<Record<string, Readonly<Record<string, Form>>>> = {
  x86_64: {
    0: "read",
    7: "poll",
    19: "read",
    23: "select",
    232: "epoll",
    270: "pselect",
    271: "ppoll",
    281: "epoll",
    441: "epoll_pwait2",
  },
  aarch64: {
    22: "epoll",
    63: "read",
    65: "read",
    72: "pselect",
    73: "ppoll",
    441: "epoll_pwait2",
  },
};

/** What a process waits for. */
export interface Wait {
  /** Descriptors that it waits to read. */
  readonly inputs: readonly number[];
  /** It waits for something else as well, such as room to write. */
  readonly isMixed: boolean;
}

/** More files than a program with a person in front of it waits for. */
const MAX_FILES = 1024;

const POLLIN = 1;
const POLL_ENTRY = 8;

/**
 * Tells what a process waits for, without limit of time.
 *
 * @returns the descriptors, or undefined when it runs, waits for something else, or is not ours to see
 */
export function waitOf(pid: number): Wait | undefined {
  const words = readProcFile(pid, "syscall")?.trim().split(" ") ?? [];
  const form = CALLS[Deno.build.arch]?.[words[0] ?? ""];
  if (form === undefined) return undefined;
  const [a = 0, b = 0, c = 0, d = 0, e = 0] = words.slice(1, 6).map(Number);
  const [, , , third = "0", fourth = "0"] = words;
  try {
    switch (form) {
      case "read":
        return { inputs: [a], isMixed: false };
      case "poll":
        return isForEver(third) ? polled(pid, { at: a, count: b }) : undefined;
      case "ppoll":
        return c === 0 ? polled(pid, { at: a, count: b }) : undefined;
      case "select":
      case "pselect":
        return e === 0 ? selected(pid, { count: a, sets: [b, c, d] }) : undefined;
      case "epoll":
        return isForEver(fourth) ? watched(pid, a) : undefined;
      case "epoll_pwait2":
        return d === 0 ? watched(pid, a) : undefined;
    }
  } catch {
    // Gone in between, or another user's.
    return undefined;
  }
}

/** A negative number of milliseconds; the upper half of the register may be anything. */
function isForEver(milliseconds: string): boolean {
  return BigInt.asIntN(32, BigInt(milliseconds)) < 0n;
}

function polled(
  pid: number,
  { at, count }: { readonly at: number; readonly count: number },
): Wait | undefined {
  if (count === 0 || count > MAX_FILES) return undefined;
  const view = new DataView(readMemory(pid, { at, length: count * POLL_ENTRY }).buffer);
  const inputs: number[] = [];
  let isMixed = false;
  for (let offset = 0; offset < count * POLL_ENTRY; offset += POLL_ENTRY) {
    const descriptor = view.getInt32(offset, true);
    const events = view.getInt16(offset + 4, true);
    // Contract of poll: a negative descriptor is passed by.
    if (descriptor < 0) continue;
    if ((events & POLLIN) !== 0) inputs.push(descriptor);
    else if (events !== 0) isMixed = true;
  }
  return { inputs, isMixed };
}

function selected(
  pid: number,
  { count, sets: [read = 0, ...others] }: { readonly count: number; readonly sets: number[] },
): Wait | undefined {
  if (count === 0 || count > MAX_FILES || read === 0) return undefined;
  const members = (at: number): number[] => {
    if (at === 0) return [];
    // The kernel reads whole words of 64 bits.
    const bytes = readMemory(pid, { at, length: Math.ceil(count / 64) * 8 });
    return Array.from({ length: count }, (_, index) => index)
      .filter((index) => ((bytes[index >> 3] ?? 0) & (1 << (index & 7))) !== 0);
  };
  const inputs = members(read);
  const rest = others.flatMap(members).filter((descriptor) => !inputs.includes(descriptor));
  return { inputs, isMixed: rest.length > 0 };
}

function watched(pid: number, epoll: number): Wait {
  const info = readProcFile(pid, `fdinfo/${epoll}`) ?? "";
  const entries = [...info.matchAll(/^tfd:\s*(\d+)\s+events:\s*([0-9a-f]+)/gm)];
  const inputs = entries.filter(([, , events = "0"]) => (parseInt(events, 16) & POLLIN) !== 0);
  return {
    inputs: inputs.map(([, descriptor]) => Number(descriptor)),
    // Errors and hang-ups are always among the events, also where nothing is wanted.
    isMixed: entries.some(([, , events = "0"]) => (parseInt(events, 16) & 0b101) === 0b100),
  };
}

function readMemory(
  pid: number,
  { at, length }: { readonly at: number; readonly length: number },
): Uint8Array<ArrayBuffer> {
  using memory = Deno.openSync(`/proc/${pid}/mem`);
  memory.seekSync(at, Deno.SeekMode.Start);
  const bytes = new Uint8Array(length);
  if (memory.readSync(bytes) !== length) throw new Deno.errors.UnexpectedEof();
  return bytes;
}
