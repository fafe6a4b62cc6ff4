/**
 * Versions of programs that take half a second to say theirs: they are kept from one run of the tests to
 * the next, as long as the program is the same file and its interpreter too.
 *
 * @module
 */
import { runProgram } from "./run_cli.ts";

/** Where versions are kept, and with what a program is asked. */
export interface VersionOptions {
  /** A directory, made when it is not there. */
  readonly cache: string;
  /** The whole environment of the program. */
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Finds the version of a program: the first number that it says to `--version`.
 *
 * @param program its absolute path
 * @param options where versions are kept, and the environment
 * @returns the version, or undefined when it says none or does not run, which is not kept
 */
export async function programVersion(
  program: string,
  { cache, env }: VersionOptions,
): Promise<string | undefined> {
  const stamp = stampOf(program);
  const kept = `${cache}/${program.replaceAll("/", "_")}`;
  const [keptStamp, keptVersion] = readOrEmpty(kept).split("\n");
  if (keptStamp === stamp && keptVersion !== undefined) return keptVersion;
  const { code, stdout } = await runProgram([program, "--version"], { env });
  if (code !== 0) return undefined;
  const version = /\d+(?:\.\d+)+/.exec(new TextDecoder().decode(stdout))?.[0];
  if (version !== undefined) keep(kept, `${stamp}\n${version}`);
  return version;
}

function keep(path: string, text: string): void {
  const aside = `${path}.${Deno.pid}`;
  try {
    Deno.mkdirSync(path.slice(0, path.lastIndexOf("/")), { recursive: true });
    Deno.writeTextFileSync(aside, text);
    Deno.renameSync(aside, path);
  } catch {
    // Then the program is asked again next time.
  }
}

/** What changes when a program, or the interpreter that its first line names, is installed anew. */
function stampOf(program: string): string {
  const interpreter = /^#! *(\/\S+)/.exec(readOrEmpty(program))?.[1];
  const files = [program, ...interpreter === undefined ? [] : [interpreter]];
  return files.map((path) => {
    const real = Deno.realPathSync(path);
    const { mtime, size } = Deno.statSync(real);
    return `${real} ${mtime?.getTime()} ${size}`;
  }).join(", ");
}

function readOrEmpty(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return "";
  }
}
