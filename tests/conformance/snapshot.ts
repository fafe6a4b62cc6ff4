/**
 * Turns one run of one program in a fresh private data dir into everything it left behind.
 *
 * @module
 */
import { denoDirectory, type ProgramOptions, type ProgramResult } from "../testing/run_cli.ts";
import { type Case, listFiles } from "./cases.ts";

/** What a run left behind; texts are UTF-8 where the bytes are, else `latin1:` and the bytes. */
export interface Snapshot {
  readonly exitCode: number;
  readonly consoleOut: string;
  readonly consoleErr: string;
  /** Name of the artifact directory, undefined when there is none. */
  readonly ident: string | undefined;
  /** Paths below the private data dir that are new, with their mode: `0600 artifacts/x/rc`. */
  readonly files: readonly string[];
  /** Content of the files below the artifact directory, by relative path. */
  readonly artifacts: Readonly<Record<string, string>>;
}

/** Runs a program: the original or ours. */
export type RunProgram = (args: string[], options: ProgramOptions) => Promise<ProgramResult>;

/** Where runs take place, always of the same length, so that lines are broken at the same places. */
export interface Arena {
  /** The directory, `/tmp/arc-` and six hex digits. */
  readonly root: string;
  /** PATH of the programs. */
  readonly path: string;
}

/** How an arena's root is spelled in snapshots. */
export const neutralRoot = "/tmp/arc-000000";

/**
 * Makes an arena.
 *
 * @param path PATH of the programs
 * @returns an empty directory only this user may enter
 */
export async function makeArena(path: string): Promise<Arena> {
  const digits = crypto.randomUUID().slice(0, 6);
  const root = `/tmp/arc-${digits}`;
  await Deno.mkdir(root, { mode: 0o700 });
  return { root, path };
}

/**
 * Runs a case once and takes everything down, then removes the private data dir.
 *
 * @param arena where
 * @param theCase what
 * @param run the program
 * @returns the snapshot, with the arena's root spelled neutrally
 */
export async function takeSnapshot(
  arena: Arena,
  theCase: Case,
  run: RunProgram,
): Promise<Snapshot> {
  const base = `${arena.root}/${theCase.name}`;
  const dataDir = `${base}/private`;
  await Deno.mkdir(`${base}/home`, { recursive: true });
  await copyTree(theCase.template, dataDir);
  const ident = theCase.ident === null ? [] : ["-i", theCase.ident];
  try {
    const before = new Set(await listPaths(dataDir));
    const words = theCase.args.map((word) => word.replace("{dataDir}", dataDir));
    const args = ["run", dataDir, ...words, ...ident];
    const result = await run(args, { cwd: base, env: environment(arena, theCase) });
    return JSON.parse(
      JSON.stringify(await collect(dataDir, before, result)).replaceAll(arena.root, neutralRoot),
    ) as Snapshot;
  } finally {
    await Deno.remove(base, { recursive: true });
  }
}

function environment(arena: Arena, theCase: Case): Record<string, string> {
  return {
    PATH: arena.path,
    HOME: `${arena.root}/${theCase.name}/home`,
    LANG: "C.UTF-8",
    TERM: "xterm",
    SHELL: "/bin/sh",
    ANSIBLE_FORKS: "1",
    DENO_DIR: denoDirectory(),
    ...theCase.env,
  };
}

async function collect(
  dataDir: string,
  before: ReadonlySet<string>,
  result: ProgramResult,
): Promise<Snapshot> {
  const files: string[] = [];
  for (const path of await listPaths(dataDir)) {
    if (before.has(path)) continue;
    const mode = ((await Deno.lstat(`${dataDir}/${path}`)).mode ?? 0) & 0o7777;
    files.push(`${mode.toString(8).padStart(4, "0")} ${path}`);
  }
  const ident = await firstEntry(`${dataDir}/artifacts`);
  const artifacts: Record<string, string> = {};
  if (ident !== undefined) {
    for (const path of await listFiles(`${dataDir}/artifacts/${ident}`)) {
      artifacts[path] = decode(await Deno.readFile(`${dataDir}/artifacts/${ident}/${path}`));
    }
  }
  const consoleOut = decode(result.stdout);
  const consoleErr = decode(result.stderr);
  return { exitCode: result.code, consoleOut, consoleErr, ident, files, artifacts };
}

async function firstEntry(directory: string): Promise<string | undefined> {
  const names: string[] = [];
  try {
    for await (const entry of Deno.readDir(directory)) names.push(entry.name);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  if (names.length > 1) throw new Error(`Expected one artifact directory, got ${names.join(" ")}`);
  return names[0];
}

async function listPaths(directory: string, below = ""): Promise<string[]> {
  const found: string[] = [];
  for await (const entry of Deno.readDir(`${directory}/${below}`)) {
    const path = `${below}${entry.name}`;
    found.push(path);
    if (entry.isDirectory) found.push(...await listPaths(directory, `${path}/`));
  }
  return found.sort();
}

async function copyTree(from: string, to: string): Promise<void> {
  await Deno.mkdir(to, { mode: 0o755 });
  for await (const entry of Deno.readDir(from)) {
    if (entry.isDirectory) await copyTree(`${from}/${entry.name}`, `${to}/${entry.name}`);
    else await Deno.copyFile(`${from}/${entry.name}`, `${to}/${entry.name}`);
  }
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    let text = "latin1:";
    for (const byte of bytes) text += String.fromCharCode(byte);
    return text;
  }
}
