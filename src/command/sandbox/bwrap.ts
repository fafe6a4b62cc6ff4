/**
 * Turns a sandbox plan into a staging directory and the arguments of a bwrap that works.
 *
 * @module
 * @see manual of ansible-runner, "Running with Process Isolation"
 */
import { kindOfRemains, REMAINS_PREFIX } from "../../remains.ts";
import { IsolationError } from "../../errors.ts";
import { callerPath, findProgram, runProgram } from "../../internal/programs.ts";
import { buildSandboxArgv, listPaths, type SandboxPlan } from "./argv.ts";
import type { PathFact, PathFacts } from "./path_facts.ts";
import { chooseCapabilities } from "./capabilities.ts";
import { readTextIfThere } from "../../internal/file_system.ts";
import { removeTree } from "../../internal/remove_tree.ts";
import { makeTemporaryDir } from "../temporary_dir.ts";

/** How long the try of a sandbox may take, in milliseconds. */
const TRY_MS = 30_000;

export type { SandboxPlan } from "./argv.ts";
export { environmentArgs } from "./environment.ts";

/** A sandbox made ready. */
export interface Sandbox extends Disposable {
  /** Path of the program. */
  readonly program: string;
  /** The program's argv, up to where the command to isolate comes. */
  readonly argv: readonly string[];
  /** Where the empty files and directories are; removed on dispose. */
  readonly stagingDir: string;
  /** Paths that were asked for but do not exist, for the debug log. */
  readonly skipped: readonly string[];
}

/** How a sandbox is tried out. */
export interface SandboxOptions {
  /** Where the program is looked up. @default {PATH of our environment} */
  readonly searchPath?: string;
  /** Told the staging directory when it is made, for {@linkcode removeStaging} after a crash. */
  readonly noteRemains?: (stagingDir: string) => void;
}

/**
 * Looks up a process isolation program; to be called before anything is written.
 *
 * @param searchPath colon-separated directories
 * @throws {IsolationError} when there is none; the text is the original's
 */
export function findIsolationProgram(executable: string, searchPath = callerPath()): string {
  const program = findProgram(executable, searchPath);
  if (program === undefined) {
    throw new IsolationError(
      "isolation.executable",
      `Unable to find process isolation executable: ${executable}`,
      { verbatim: true },
    );
  }
  return program;
}

/**
 * Makes the staging directory and makes sure that bwrap accepts the arguments: it is run once with
 * them and `true` as the command (10 ms).
 *
 * @param plan what the sandbox is to be
 * @param options where to look the program up
 * @returns the sandbox; dispose it after the run
 * @throws {IsolationError} when the program is missing or refuses, with its own words
 */
export async function prepareSandbox(
  plan: SandboxPlan,
  options: SandboxOptions = {},
): Promise<Sandbox> {
  const program = findIsolationProgram(plan.executable, options.searchPath);
  const facts = gatherFacts(listPaths(plan));
  const stagingDir = makeTemporaryDir(plan.stagingPath, {
    prefix: REMAINS_PREFIX.sandbox,
    setting: "process_isolation_path",
  });
  options.noteRemains?.(stagingDir);
  try {
    const { argv, covers, skipped } = buildSandboxArgv(plan, { facts, stagingDir });
    for (const cover of covers) {
      if (cover.isDirectory) Deno.mkdirSync(cover.path, { mode: 0o700 });
      else Deno.writeFileSync(cover.path, new Uint8Array(), { createNew: true, mode: 0o600 });
    }
    await tryOut(plan.executable, [program, ...argv.slice(1)]);
    return {
      program,
      argv,
      stagingDir,
      skipped,
      [Symbol.dispose]: () => void removeTree(stagingDir),
    };
  } catch (error) {
    removeTree(stagingDir);
    throw error;
  }
}

/**
 * Removes the staging directory that a killed run left.
 *
 * @param dir its path; anything that is not named as a staging directory is left alone
 */
export function removeStaging(dir: string): void {
  if (kindOfRemains(dir) === "sandbox") removeTree(dir);
}

/**
 * Decides what a run keeps of root's capabilities.
 *
 * @returns undefined for an ordinary user
 * @throws {ConfigError} when a name is unknown
 */
export function capabilitiesInside(
  asked: readonly string[] = [],
): readonly string[] | "all" | undefined {
  const chosen = chooseCapabilities(asked, Deno.uid() === 0 ? heldCapabilities() : 0n);
  return Deno.uid() === 0 ? chosen : undefined;
}

function heldCapabilities(): bigint {
  const [, mask] = /^CapPrm:\s*([0-9a-f]+)$/m.exec(readTextIfThere("/proc/self/status") ?? "") ??
    [];
  return mask === undefined ? ~0n : BigInt(`0x${mask}`);
}

async function tryOut(executable: string, argv: readonly [string, ...string[]]): Promise<void> {
  const { code, stderr } = await runProgram([...argv, "true"], {
    signal: AbortSignal.timeout(TRY_MS),
  });
  if (code === 0) return;
  const lines = stderr.split("\n").map((line) => line.trim()).filter((line) => line !== "");
  throw new IsolationError(
    "isolation.sandbox",
    `Cannot isolate the run with "${executable}": ${lines[0] ?? `exit code ${code}`}`,
    { hint: "Check that user namespaces are allowed here, or run without process isolation" },
  );
}

function gatherFacts(paths: readonly string[]): PathFacts {
  const facts = new Map<string, PathFact>();
  for (const path of paths) {
    try {
      const info = Deno.lstatSync(path);
      facts.set(path, {
        real: Deno.realPathSync(path),
        isDirectory: (info.isSymlink ? Deno.statSync(path) : info).isDirectory,
        link: info.isSymlink ? Deno.readLinkSync(path) : undefined,
      });
    } catch {
      // Missing, or a dangling link, or out of our sight: there is nothing to bind.
    }
  }
  return facts;
}
