/**
 * Finds programs by their names, runs them and takes what they printed.
 *
 * @module
 */
import { LaunchError, messageOf } from "../errors.ts";
import { workingDirectory } from "./working_directory.ts";

/** Longest first lines of a script that are looked at; the kernel reads 256 bytes. */
const HEAD_BYTES = 512;

/** What a program printed and how it ended. */
export interface ProgramOutput {
  /** Exit code; 128 + n when it died of signal n. */
  readonly code: number;
  /** What it printed on stdout. */
  readonly stdout: string;
  /** What it printed on stderr. */
  readonly stderr: string;
}

/** How a program is run. */
export interface ProgramOptions {
  /** Its whole environment. @default {our own} */
  readonly env?: Readonly<Record<string, string>>;
  /** Its working directory. @default {our own} */
  readonly cwd?: string;
  /** What it reads on stdin. @default {nothing} */
  readonly stdin?: string;
  /** Kills it. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Looks a program up as the system does.
 *
 * @param name a name to look up in `path`, or a path (then taken as it is)
 * @param path colon-separated directories
 * @param options what relative paths are relative to
 * @returns path of an executable file, or undefined
 */
export function findProgram(
  name: string,
  path: string,
  { cwd = "." }: { readonly cwd?: string } = {},
): string | undefined {
  const candidates = name.includes("/")
    ? [name.startsWith("/") ? name : `${cwd}/${name}`]
    : path.split(":").map((dir) => `${dir.startsWith("/") ? dir : `${cwd}/${dir}`}/${name}`);
  const found = candidates.find(isExecutableFile);
  // Whoever starts it may be in another directory by then.
  return found === undefined || found.startsWith("/") ? found : `${workingDirectory()}/${found}`;
}

/**
 * Finds the python3 that runs our own small programs: the system's own first, since shims of version
 * managers take 100 ms to start, then that of a program's first line, then that of PATH.
 *
 * @param program path of a script that may name its python3
 */
export function findPython(program?: string): string | undefined {
  return findProgram("/usr/bin/python3", "") ??
    (program === undefined ? undefined : shebangPython(program)) ??
    findProgram("python3", callerPath());
}

/**
 * Finds that python3, or says what it is for.
 *
 * @param task what it does, such as `starts programs on the terminal`
 * @throws {LaunchError} when there is none
 */
export function pythonFor(task: string, program?: string): string {
  const found = findPython(program);
  if (found !== undefined) return found;
  throw new LaunchError("launch.python", `Cannot find python3, which ${task}`, {
    hint: "Install python3 (Ansible needs it too)",
  });
}

function shebangPython(program: string): string | undefined {
  const interpreter = /^#![ \t]*(\/\S*python[\d.]*)/.exec(headOf(program))?.[1];
  return interpreter === undefined ? undefined : findProgram(interpreter, "");
}

/** How a program's file begins: its first lines when it is a script; empty when it cannot be read. */
export function headOf(program: string): string {
  try {
    using file = Deno.openSync(program);
    const bytes = new Uint8Array(HEAD_BYTES);
    return new TextDecoder().decode(bytes.subarray(0, file.readSync(bytes) ?? 0));
  } catch {
    return "";
  }
}

/** What systems take when there is no PATH. */
const DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** `deno run` adds this directory of its own, also to no PATH at all. */
const DENOS_OWN = /^[^:]*\/node_compat_bin$/;

/**
 * Where the programs of an environment are looked up: an empty PATH is none.
 *
 * @returns colon-separated directories
 */
export function searchPathOf(env: Readonly<Record<string, string | undefined>>): string {
  const path = env["PATH"] ?? "";
  return path === "" || DENOS_OWN.test(path) ? DEFAULT_PATH : path;
}

/** Our own PATH, or what systems take when there is none. */
export function callerPath(): string {
  return searchPathOf({ PATH: Deno.env.get("PATH") });
}

/** Our own environment, which has a PATH in any case: not all programs know what to take for none. */
export function callerEnv(): Record<string, string> {
  return { ...Deno.env.toObject(), PATH: callerPath() };
}

/**
 * Runs a program to its end and keeps what it prints.
 *
 * It gets a session of its own: a Ctrl-C on our terminal reaches us alone, and it finds no terminal
 * to ask questions on.
 *
 * @param argv path of the program and its arguments
 * @returns its output; code 127 when it cannot be started
 */
export async function runProgram(
  argv: readonly [string, ...string[]],
  options: ProgramOptions = {},
): Promise<ProgramOutput> {
  let child: Deno.ChildProcess;
  try {
    child = new Deno.Command(argv[0], {
      args: argv.slice(1),
      ...(options.env === undefined ? {} : { clearEnv: true, env: options.env }),
      // The caller's may be one that we cannot read, such as /root after `sudo -u`.
      cwd: options.cwd ?? "/",
      ...(options.signal === undefined ? {} : { signal: options.signal }),
      stdin: options.stdin === undefined ? "null" : "piped",
      stdout: "piped",
      stderr: "piped",
      detached: true,
    }).spawn();
  } catch (error) {
    return {
      code: 127,
      stdout: "",
      stderr: messageOf(error),
    };
  }
  // What it started holds its output open, and would be waited for.
  const end = (): void => endGroup(child.pid);
  options.signal?.addEventListener("abort", end);
  const [output] = await Promise.all([child.output(), feed(child, options.stdin)]);
  options.signal?.removeEventListener("abort", end);
  const decoder = new TextDecoder();
  return {
    code: output.code,
    stdout: decoder.decode(output.stdout),
    stderr: decoder.decode(output.stderr),
  };
}

/**
 * Ends a program that was started detached, and all that it started.
 *
 * @param pid its pid, which is its group's
 */
export function endGroup(pid: number): void {
  try {
    Deno.kill(-pid, "SIGKILL");
  } catch {
    // Gone in between.
  }
}

async function feed(child: Deno.ChildProcess, text: string | undefined): Promise<void> {
  if (text === undefined) return;
  const writer = child.stdin.getWriter();
  try {
    await writer.write(new TextEncoder().encode(text));
    await writer.close();
  } catch {
    // It ended without reading: its exit code and stderr tell the story.
  }
}

function isExecutableFile(path: string): boolean {
  try {
    const info = Deno.statSync(path);
    return info.isFile && ((info.mode ?? 0) & 0o111) !== 0;
  } catch {
    return false;
  }
}
