/**
 * Runs the original Python ansible-runner with a version of ansible-core.
 *
 * @module
 */
import { programVersion } from "./program_version.ts";
import { type ProgramOptions, type ProgramResult, runProgram } from "./run_cli.ts";

/** A Python ansible-runner and the ansible-core that it starts. */
export interface AnsibleStack {
  /** Short name: `2.14`. */
  readonly name: string;
  /** The directories where both programs are, as PATH. */
  readonly path: string;
  /** Full version of ansible-core. */
  readonly ansibleVersion: string;
  /** Whether its mappings come in any order: Python 2. */
  readonly anyOrder: boolean;
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
  return findStack("system", { path: systemPath });
}

/** A version of Ansible that is tested: how its Python environment is made, and what it is compared with. */
export interface TestedVersion {
  /** Short name, also of its environment: `2.21`. */
  readonly name: string;
  /** The Python that it runs with, first choice first. */
  readonly pythons: readonly string[];
  /** What pip installs, with blanks between. */
  readonly requirement: string;
  /** The original of its time, in an environment of its own where the two do not go together. */
  readonly original: "2.3" | "2.4";
}

/** Every version that is claimed, oldest first; Debian's 2.14 comes from the system. */
export const TESTED_VERSIONS: readonly TestedVersion[] = [
  // Later ones of cryptography warn of an old Python in the middle of the output.
  {
    name: "2.9-python2.7",
    pythons: ["2.7"],
    original: "2.3",
    requirement: "ansible==2.9.27 cryptography==2.6.1",
  },
  {
    name: "2.9",
    pythons: ["3.8"],
    original: "2.3",
    requirement: "ansible==2.9.27 cryptography==41.*",
  },
  {
    name: "2.10",
    pythons: ["3.8"],
    original: "2.3",
    requirement: "ansible-base==2.10.* cryptography==41.*",
  },
  {
    name: "2.11",
    pythons: ["3.8"],
    original: "2.3",
    requirement: "ansible-core==2.11.* cryptography==41.*",
  },
  {
    name: "2.12",
    pythons: ["3.8"],
    original: "2.3",
    requirement: "ansible-core==2.12.* cryptography==41.*",
  },
  { name: "2.13", pythons: ["3.9"], original: "2.3", requirement: "ansible-core==2.13.*" },
  { name: "2.15", pythons: ["3.11"], original: "2.3", requirement: "ansible-core==2.15.*" },
  { name: "2.16", pythons: ["3.11"], original: "2.3", requirement: "ansible-core==2.16.*" },
  { name: "2.17", pythons: ["3.12", "3.11"], original: "2.4", requirement: "ansible-core==2.17.*" },
  { name: "2.18", pythons: ["3.12", "3.11"], original: "2.4", requirement: "ansible-core==2.18.*" },
  { name: "2.19", pythons: ["3.11", "3.12"], original: "2.3", requirement: "ansible-core==2.19.*" },
  { name: "2.20", pythons: ["3.13", "3.12"], original: "2.4", requirement: "ansible-core==2.20.*" },
  { name: "2.21", pythons: ["3.13", "3.12"], original: "2.4", requirement: "ansible-core==2.21.*" },
];

/**
 * Finds one of the tested versions in the user's cache directory, with the original of its time.
 *
 * @param version which one
 * @returns the stack, or what is missing
 */
export function findTestedVersion(version: TestedVersion): Promise<StackSearch> {
  const cache = testCacheDirectory();
  const path = `${cache}/ansible-core-${version.name}/bin:${systemPath}`;
  return findStack(version.name, {
    path,
    runnerPath: `${cache}/runner-${version.original}/bin:${path}`,
  });
}

/** The versions that the default tests hold against, first choice first: 2.19 is the last for Python 3.11. */
export const NEWEST_VERSIONS: readonly TestedVersion[] = TESTED_VERSIONS
  .filter(({ name }) => ["2.19", "2.20", "2.21"].includes(name)).toReversed();

/**
 * Finds the newest version that is installed.
 *
 * @returns the stack, or what is missing
 */
export async function findNewestStack(): Promise<StackSearch> {
  let search: StackSearch = { missing: "no newer ansible-core is installed" };
  for (const version of NEWEST_VERSIONS) {
    search = await findTestedVersion(version);
    if ("stack" in search) return search;
  }
  return search;
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

async function findStack(
  wanted: string,
  { path, runnerPath = path }: { readonly path: string; readonly runnerPath?: string },
): Promise<StackSearch> {
  const runner = await findProgram("ansible-runner", runnerPath);
  const playbook = await findProgram("ansible-playbook", path);
  const first = path.split(":", 1)[0] ?? "";
  if (wanted !== "system" && !playbook?.startsWith(first)) {
    return { missing: `ansible-core ${wanted} is not installed in ${first}` };
  }
  if (playbook === undefined) return { missing: "ansible-playbook is not installed" };
  if (runner === undefined) return { missing: "the original ansible-runner is not installed" };
  const env = { PATH: path, HOME: "/nonexistent", LANG: "C.UTF-8" };
  const options = { cache: `${testCacheDirectory()}/versions`, env };
  const [ansible, original] = await Promise.all([
    programVersion(playbook, options),
    programVersion(runner, options),
  ]);
  if (ansible === undefined) return { missing: `${playbook} does not run` };
  if (original === undefined) return { missing: `${runner} does not run` };
  const name = ansible.split(".").slice(0, 2).join(".");
  if (wanted !== "system" && name !== wanted.replace(/-.*/, "")) {
    return { missing: `ansible-core in ${first} is ${ansible}, expected ${wanted}` };
  }
  const anyOrder = wanted.endsWith("-python2.7");
  return {
    stack: { anyOrder, name, path, ansibleVersion: ansible, runner, runnerVersion: original },
  };
}

async function findProgram(name: string, path: string): Promise<string | undefined> {
  for (const directory of path.split(":")) {
    const info = await Deno.stat(`${directory}/${name}`).catch(() => undefined);
    if (info?.isFile) return `${directory}/${name}`;
  }
  return undefined;
}
