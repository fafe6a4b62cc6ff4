/**
 * Runs our command line to its end, from source or as a compiled program.
 *
 * @module
 */
import { cliCommand } from "./cli_command.ts";

/** What a finished program left behind. */
export interface ProgramResult {
  /** Its exit code; 128 + n when signal n ended it. */
  readonly code: number;
  /** What it wrote to standard output. */
  readonly stdout: Uint8Array<ArrayBuffer>;
  /** What it wrote to standard error. */
  readonly stderr: Uint8Array<ArrayBuffer>;
}

/** Where and with what a program runs. */
export interface ProgramOptions {
  /** Its working directory. @default {the caller's} */
  readonly cwd?: string;
  /** Its whole environment: nothing is inherited. @default {the caller's} */
  readonly env?: Readonly<Record<string, string>>;
  /** Seconds after which it is ended and the call fails. @default {120} */
  readonly timeout?: number;
}

/**
 * Runs our command line to its end, without standard input.
 *
 * @param args the words after the program's name
 * @param options working directory, environment
 * @returns exit code and output
 */
export function runCli(
  args: readonly string[],
  options: ProgramOptions = {},
): Promise<ProgramResult> {
  return runProgram([...cliCommand(), ...args], options);
}

/**
 * Runs any program to its end, without standard input.
 *
 * @param argv the program and its arguments
 * @param options working directory, environment
 * @returns exit code and output
 * @throws {Error} when it was still running at the end of its time
 */
export async function runProgram(
  argv: readonly string[],
  options: ProgramOptions = {},
): Promise<ProgramResult> {
  const [program = "", ...args] = argv;
  const timeout = options.timeout ?? 120;
  const child = new Deno.Command(program, {
    args,
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(options.env === undefined ? {} : { env: { ...options.env }, clearEnv: true }),
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    child.kill("SIGTERM");
  }, timeout * 1000);
  const { code, stdout, stderr } = await child.output();
  clearTimeout(timer);
  if (late) throw new Error(`Still running after ${timeout} s: ${argv.join(" ")}`);
  return { code, stdout, stderr };
}

/**
 * The directory where Deno keeps what it has downloaded, to hand on to a child with another HOME.
 *
 * @returns an absolute path
 */
export function denoDirectory(): string {
  const own = Deno.env.get("DENO_DIR");
  if (own !== undefined && own !== "") return own;
  const cache = Deno.env.get("XDG_CACHE_HOME") || `${Deno.env.get("HOME") ?? ""}/.cache`;
  return `${cache}/deno`;
}
