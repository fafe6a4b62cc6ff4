/**
 * A program on a pseudo-terminal of its own; the one file that knows `script`.
 *
 * `script` (util-linux) makes the terminal and runs our launcher on it, which sets the window size,
 * starts the program with exactly the given argv, environment and cwd, and leaves its wait status
 * in a file. Where `script` is missing, the launcher makes the terminal itself; one of another kind is
 * refused by name.
 *
 * @module
 */
import { SCRATCH } from "../run_layout.ts";
import type { EndReason } from "../end_reason.ts";
import { LaunchError, messageOf } from "../errors.ts";
import { callerPath, findProgram, pythonFor } from "../internal/programs.ts";
import { join } from "../python/shlex.ts";
import { findOddVariables } from "./non_utf8_variables.ts";
import launcherSource from "./launcher.py" with { type: "text" };
import { exists } from "../internal/file_system.ts";
import { callLater } from "../internal/sleep.ts";
import { readSmallFile } from "../internal/small_file.ts";

/** How long what script complains of is read, in milliseconds, and how much of it, in characters. */
const COMPLAINT_MS = 1000;
const MAX_COMPLAINT = 4096;

/** What runs on the terminal. */
export interface PtyCommand {
  /** Path of the program, looked up already. */
  readonly program: string;
  /** Its whole argv, the name first. */
  readonly argv: readonly string[];
  /** Its whole environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Its working directory. */
  readonly cwd: string;
  /** More arguments, right after its name, which must not show in the process list; it takes `--args FD`. */
  readonly hiddenArgs?: readonly string[] | undefined;
  /** The `cgroup.procs` files of the groups that it enters before it starts. */
  readonly cgroupFiles?: readonly string[] | undefined;
}

/** Where the terminal keeps its files, and its size. */
export interface PtyOptions {
  /** Private (0700) directory for the launch file and the wait status; best one that no job sees. */
  readonly privateDir: string;
  /** Rows of the terminal. @default {24} */
  readonly rows?: number;
  /** Columns of the terminal; Ansible wraps by it. @default {80} */
  readonly columns?: number;
  /** Make the terminal without `script`. @default {false} */
  readonly withoutScript?: boolean;
}

/** A program running on a pseudo-terminal. */
export class Pty {
  readonly #child: Deno.ChildProcess;
  readonly #statusPath: string;
  readonly #launchPath: string;
  readonly #program: string;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;

  private constructor(
    child: Deno.ChildProcess,
    { program, ...files }: LaunchFiles & { readonly program: string },
  ) {
    this.#child = child;
    this.#statusPath = files.status;
    this.#launchPath = files.launch;
    this.#program = program;
    this.#input = child.stdin.getWriter();
  }

  /**
   * Starts a program on a terminal of its own.
   *
   * @throws {LaunchError} when the system refuses the fork, or there is no Python for the launcher
   */
  static spawn(command: PtyCommand, options: PtyOptions): Pty {
    const python = pythonFor("starts programs on the terminal", command.program);
    // script must die with us: its end hangs up the terminal and all that is on it. The launcher
    // sees to that by itself, so that it makes the terminal where setpriv is missing.
    const setpriv = findProgram("setpriv", callerPath());
    const script = options.withoutScript || setpriv === undefined
      ? undefined
      : findProgram("script", callerPath());
    const files = writeLaunchFiles(command, { ...options, withoutScript: script === undefined });
    const launch = [python, "-I", "-S", files.launcher, files.launch];
    const argv = script === undefined
      ? [...launch, "pty"]
      : [script, "-qefc", "exec " + join(launch), "-E", "never", "/dev/null"];
    if (setpriv !== undefined) argv.unshift(setpriv, "--pdeathsig", "KILL");
    try {
      const child = new Deno.Command(argv[0] ?? "", {
        args: argv.slice(1),
        // Ours may be one that we cannot read, such as /root after `sudo -u`.
        cwd: "/",
        clearEnv: true,
        // The shell that script starts must be one that takes -c, whatever the user's is.
        env: { SHELL: "/bin/sh", PATH: callerPath(), TERM: "dumb" },
        stdin: "piped",
        stdout: "piped",
        stderr: "piped",
        // Out of our process group, so that a Ctrl-C on our terminal reaches us alone.
        detached: true,
      }).spawn();
      return new Pty(child, { ...files, program: command.program });
    } catch (error) {
      throw new LaunchError("launch.spawn", `Cannot start "${argv[0]}": ${messageOf(error)}`, {
        cause: error,
      });
    }
  }

  /** Pid of the terminal's outermost process; all of the run descends from it. */
  get pid(): number {
    return this.#child.pid;
  }

  /** The bytes that the terminal shows. Read it to its end: the program waits for its reader. */
  get output(): ReadableStream<Uint8Array<ArrayBuffer>> {
    return this.#child.stdout;
  }

  /**
   * Types on the terminal.
   *
   * @param text what to type; a newline is the return key
   */
  async write(text: string): Promise<void> {
    try {
      await this.#input.write(new TextEncoder().encode(text));
    } catch {
      // The program ended before it read the answer: its end tells the story.
    }
  }

  /**
   * Waits until the terminal is gone.
   *
   * @returns how the program ended, or undefined when it was killed with the terminal
   * @throws {LaunchError} when the terminal could not be made: says what `script` complained of
   */
  async ended(): Promise<EndReason | undefined> {
    const { code, signal } = await this.#child.status;
    this.#input.close().catch(() => {});
    const exit = signal === null ? this.#readStatus(code) : undefined;
    // Nearly nothing is ever said there, and it fits in the pipe: read only when it matters.
    if (exit !== undefined || !exists(this.#launchPath)) {
      this.#child.stderr.cancel().catch(() => {});
    } else {
      const complaint = await complaintOf(this.#child.stderr);
      refuseWithoutTerminals();
      throw new LaunchError(
        "launch.script",
        `Cannot make a terminal with script: ${complaint.trim() || "no reason given"}`,
        { hint: "Install script of util-linux 2.35 or newer (package bsdutils or util-linux)" },
      );
    }
    return exit;
  }

  /**
   * The terminal's own exit code is what counts; the file says what it means. One that does not fit
   * was not written by our launcher.
   */
  #readStatus(code: number): EndReason | undefined {
    const text = readSmallFile(this.#statusPath) ?? "";
    const [reason, number, ...words] = text.split(" ");
    if (reason === "signal" && Number(number) + 128 === code) {
      return { reason, signal: code - 128 };
    }
    if (reason === "error" && code === 126) {
      return { reason: "could_not_start", program: this.#program, error: words.join(" ") };
    }
    if (reason === "exit" && Number(number) === code) return { reason, code };
    // Without file, on a full disk perhaps, 128 + 9 may be script's own word for lost.
    return code < 128 && !exists(this.#launchPath) ? { reason: "exit", code } : undefined;
  }
}

/** A bare chroot, or a container made by hand, has none. */
function refuseWithoutTerminals(): void {
  if (exists("/dev/pts/ptmx")) return;
  throw new LaunchError(
    "launch.terminal",
    "Cannot make a terminal: no pseudo-terminals are mounted at /dev/pts",
    { hint: "mount -t devpts -o ptmxmode=0666 devpts /dev/pts" },
  );
}

/** Where the launcher opens {@linkcode PtyCommand.hiddenArgs}. */
const HIDDEN_ARGS_FD = "3";

/** Paths of the files that the launcher reads and writes. */
export interface LaunchFiles {
  readonly launcher: string;
  readonly launch: string;
  readonly status: string;
}

/** Writes the launcher and what it is to start. */
export function writeLaunchFiles(command: PtyCommand, options: PtyOptions): LaunchFiles {
  const files = {
    launcher: `${options.privateDir}/${SCRATCH.launcher}`,
    launch: `${options.privateDir}/${SCRATCH.launch}`,
    status: `${options.privateDir}/${SCRATCH.ended}`,
  };
  const env = Object.entries(command.env);
  const oddVariables = findOddVariables(command.env);
  const { hiddenArgs = [] } = command;
  const [name = "", ...words] = command.argv;
  const argv = hiddenArgs.length === 0 ? command.argv : [name, "--args", HIDDEN_ARGS_FD, ...words];
  const fields = [
    files.status,
    command.program,
    command.cwd,
    String(options.rows ?? 24),
    String(options.columns ?? 80),
    String(argv.length),
    String(env.length + oddVariables.length),
    String(hiddenArgs.length),
    ...argv,
    ...env.map(([name, value]) => `${name}=${value}`),
    ...oddVariables,
    ...hiddenArgs,
    ...command.cgroupFiles ?? [],
  ];
  refuseNul(fields, command.argv[0] ?? "");
  const options0600 = { createNew: true, mode: 0o600 };
  const source = options.withoutScript ? launcherSource : withoutPart(launcherSource);
  Deno.writeTextFileSync(files.launcher, source, options0600);
  Deno.writeFileSync(files.launch, joinFields(fields), options0600);
  return files;
}

/** Python compiles the launcher for each run: what makes a terminal is a third of that. */
function withoutPart(source: string): string {
  return source.slice(0, source.indexOf("# part:")) +
    source.slice(source.indexOf("# end of part"));
}

function refuseNul(fields: readonly (string | Uint8Array)[], program: string): void {
  for (const field of fields) {
    if (typeof field !== "string" || !field.includes("\0")) continue;
    const shown = Deno.inspect(field.slice(0, 60));
    throw new LaunchError("launch.nul", `Cannot start "${program}": a NUL character in ${shown}`);
  }
}

function joinFields(fields: readonly (string | Uint8Array)[]): Uint8Array {
  const encoder = new TextEncoder();
  const parts = fields.map((field) => typeof field === "string" ? encoder.encode(field) : field);
  const joined = new Uint8Array(parts.reduce((sum, { length }) => sum + length + 1, -1));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length + 1;
  }
  return joined;
}

/** What script said, as much as a message can have; whoever else holds the pipe is not waited for. */
async function complaintOf(stream: ReadableStream<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  const reader = stream.getReader();
  using _enough = callLater(COMPLAINT_MS, () => void reader.cancel().catch(() => {}));
  let text = "";
  try {
    while (text.length < MAX_COMPLAINT) {
      const { value, done } = await reader.read();
      if (done) break;
      text += decoder.decode(value, { stream: true });
    }
  } catch {
    // What it said until then is enough.
  }
  reader.cancel().catch(() => {});
  return text.slice(0, MAX_COMPLAINT);
}
