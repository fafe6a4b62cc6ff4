/**
 * Turns a version of ansible-core into a way to run the original Python ansible-runner with it.
 *
 * @module
 */
import { type ProgramOptions, type ProgramResult, runProgram } from "./run_cli.ts";

/** A Python ansible-runner and the ansible-core that it starts. */
export interface AnsibleStack {
  /** Short name: `2.14`. */
  readonly name: string;
  /** The directories where both programs are, as PATH. */
  readonly path: string;
  /** Full version of ansible-core. */
  readonly ansibleVersion: string;
  /** The original's program. */
  readonly runner: string;
  /** The original's version. */
  readonly runnerVersion: string;
}

/** A stack, or why there is none on this machine. */
export type StackSearch =
  | { readonly stack: AnsibleStack }
  | { readonly missing: string };

const systemPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/**
 * Finds the ansible-core and the original that the system packages installed.
 *
 * @returns the stack, or what is missing
 */
export function findSystemStack(): Promise<StackSearch> {
  return findStack("system", systemPath);
}

/**
 * Finds ansible-core 2.19 and the original in a Python environment of their own: the one that
 * ANSIBLE_219_VENV names, else the one in the user's cache directory.
 *
 * @returns the stack, or what is missing
 */
export function findStack219(): Promise<StackSearch> {
  const venv = Deno.env.get("ANSIBLE_219_VENV") || `${testCacheDirectory()}/ansible-core-2.19`;
  return findStack("2.19", `${venv}/bin:${systemPath}`);
}

/**
 * The directory where tests keep what is costly to make again.
 *
 * @returns an absolute path, perhaps of a directory that is not there yet
 */
export function testCacheDirectory(): string {
  const cache = Deno.env.get("XDG_CACHE_HOME") || `${Deno.env.get("HOME") ?? ""}/.cache`;
  return `${cache}/ansible-runner-tests`;
}

/**
 * Runs the original to its end.
 *
 * @param stack which one
 * @param args the words after the program's name
 * @param options working directory, environment
 * @returns exit code and output
 */
export function runOriginal(
  stack: AnsibleStack,
  args: readonly string[],
  options: ProgramOptions = {},
): Promise<ProgramResult> {
  return runProgram([stack.runner, ...args], options);
}

async function findStack(wanted: string, path: string): Promise<StackSearch> {
  const runner = await findProgram("ansible-runner", path);
  const playbook = await findProgram("ansible-playbook", path);
  const first = path.split(":", 1)[0] ?? "";
  if (wanted !== "system" && !playbook?.startsWith(first)) {
    return { missing: `ansible-core ${wanted} is not installed in ${first}` };
  }
  if (playbook === undefined) return { missing: "ansible-playbook is not installed" };
  if (runner === undefined) return { missing: "the original ansible-runner is not installed" };
  const env = { PATH: path, HOME: "/nonexistent", LANG: "C.UTF-8" };
  const [ansible, original] = await Promise.all([
    firstVersion([playbook, "--version"], env),
    firstVersion([runner, "--version"], env),
  ]);
  if (ansible === undefined) return { missing: `${playbook} does not run` };
  if (original === undefined) return { missing: `${runner} does not run` };
  const name = ansible.split(".").slice(0, 2).join(".");
  if (wanted !== "system" && name !== wanted) {
    return { missing: `ansible-core in ${first} is ${ansible}, expected ${wanted}` };
  }
  return { stack: { name, path, ansibleVersion: ansible, runner, runnerVersion: original } };
}

async function findProgram(name: string, path: string): Promise<string | undefined> {
  for (const directory of path.split(":")) {
    const info = await Deno.stat(`${directory}/${name}`).catch(() => undefined);
    if (info?.isFile) return `${directory}/${name}`;
  }
  return undefined;
}

async function firstVersion(
  argv: readonly string[],
  env: Record<string, string>,
): Promise<string | undefined> {
  const { code, stdout } = await runProgram(argv, { env });
  if (code !== 0) return undefined;
  return /\d+(?:\.\d+)+/.exec(new TextDecoder().decode(stdout))?.[0];
}
