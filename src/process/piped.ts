/**
 * A program between pipes, for programs whose answer is data.
 *
 * @module
 */
import type { EndReason } from "../end_reason.ts";
import { LaunchError, messageOf } from "../errors.ts";
import { callerPath, findProgram, pythonFor } from "../internal/programs.ts";
import { type PtyCommand, writeLaunchFiles } from "./pty.ts";
import type { SupervisedProgram } from "./supervise.ts";

/** Where the streams of a piped program come from and go. */
export interface PipedOptions {
  /** Private (0700) directory for the launch file; best one that no job sees. */
  readonly privateDir: string;
  /** What it reads. @default {nothing} */
  readonly input?: ReadableStream<Uint8Array> | undefined;
  /** Whether it has our own stdin, stdout and stderr: it is in our process group then. @default {false} */
  readonly isInherited?: boolean;
  /** Takes the bytes of its stderr. */
  readonly onError: (bytes: Uint8Array<ArrayBuffer>) => void;
}

/** A program between pipes. */
export class PipedProgram implements SupervisedProgram {
  /** There is no terminal around it. */
  readonly isBare = true;
  /** What it writes to stdout. */
  readonly output: ReadableStream<Uint8Array<ArrayBuffer>>;
  readonly #child: Deno.ChildProcess;
  readonly #errorsRead: Promise<void>;
  readonly #stopFeeding = new AbortController();

  private constructor(child: Deno.ChildProcess, options: PipedOptions) {
    this.#child = child;
    const isInherited = options.isInherited === true;
    this.output = isInherited ? endOf(child) : child.stdout;
    this.#errorsRead = isInherited ? Promise.resolve() : readAll(child.stderr, options.onError);
    const { signal } = this.#stopFeeding;
    // A program that ends without reading all has no use for the rest.
    options.input?.pipeTo(child.stdin, { signal }).catch(() => {});
  }

  /**
   * Starts a program between pipes.
   *
   * @throws {LaunchError} when the system refuses the start
   */
  static spawn(command: PtyCommand, options: PipedOptions): PipedProgram {
    const start = mayReachOthers(command) ? throughLauncher(command, options) : directly(command);
    const [program = "", ...args] = start.argv;
    try {
      const child = new Deno.Command(program, {
        args,
        clearEnv: true,
        env: start.env,
        cwd: start.cwd,
        ...stdioFor(options),
      }).spawn();
      return new PipedProgram(child, options);
    } catch (cause) {
      const reason = messageOf(cause);
      throw new LaunchError("launch.spawn", `Cannot start "${command.argv[0]}": ${reason}`, {
        cause,
      });
    }
  }

  /** Its pid. */
  get pid(): number {
    return this.#child.pid;
  }

  /** Waits until it is gone and all of its stderr is read. */
  async ended(): Promise<EndReason> {
    const { code, signal } = await this.#child.status;
    this.#stopFeeding.abort();
    await this.#errorsRead;
    return signal === null ? { reason: "exit", code } : { reason: "signal", signal: code - 128 };
  }
}

function stdioFor(options: PipedOptions) {
  // In another session it could not read our terminal, nor ask for a password there.
  if (options.isInherited) {
    return { stdin: "inherit", stdout: "inherit", stderr: "inherit", detached: false } as const;
  }
  return {
    stdin: options.input === undefined ? "null" : "piped",
    stdout: "piped",
    stderr: "piped",
    // Out of our process group, so that a Ctrl-C on our terminal reaches us alone.
    detached: true,
  } as const;
}

/** Nothing, until the program has ended. */
function endOf(child: Deno.ChildProcess): ReadableStream<Uint8Array<ArrayBuffer>> {
  return new ReadableStream({
    type: "bytes",
    async start(controller) {
      await child.status;
      controller.close();
      controller.byobRequest?.respond(0);
    },
  });
}

interface Start {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
}

/** Whether a program between us and it would take its environment, or the process list its secrets, amiss. */
function mayReachOthers({ env, hiddenArgs = [] }: PtyCommand): boolean {
  return hiddenArgs.length > 0 ||
    Object.keys(env).some((name) => name.startsWith("LD_") && env[name] !== Deno.env.get(name));
}

function directly(command: PtyCommand): Start {
  const argv = [command.program, ...command.argv.slice(1)];
  const setpriv = findProgram("setpriv", callerPath());
  if (setpriv !== undefined) argv.unshift(setpriv, "--pdeathsig", "KILL", "--");
  return { argv, env: command.env, cwd: command.cwd };
}

/** 10 ms more: Python. */
function throughLauncher(command: PtyCommand, options: PipedOptions): Start {
  const files = writeLaunchFiles(command, options);
  const python = pythonFor("starts programs between pipes", command.program);
  return {
    argv: [python, "-I", "-S", files.launcher, files.launch, "exec"],
    env: { PATH: callerPath() },
    cwd: "/",
  };
}

async function readAll(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
  take: (bytes: Uint8Array<ArrayBuffer>) => void,
): Promise<void> {
  for await (const bytes of stream) take(bytes);
}
