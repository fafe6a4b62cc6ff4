/**
 * A private data directory of its own for a test, by a table of files, with programs that record how
 * they are called in place of Ansible.
 *
 * @module
 */
import { removeQuietly } from "../../src/internal/atomic_write.ts";
import { cliCommand } from "./cli_command.ts";
import { denoDirectory, type ProgramOptions, type ProgramResult, runCli } from "./run_cli.ts";

/** How a recording program was called. */
export interface RecordedCall {
  /** Its words, the program's name without directory first. */
  readonly argv: readonly string[];
  /** Its working directory. */
  readonly cwd: string;
  /** Its whole environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Its environment after what the words behind `--args FD` do to it. */
  readonly inside: Readonly<Record<string, string>>;
  /** Mode and text of the files its words name. */
  readonly files: Readonly<Record<string, { readonly mode: string; readonly text: string }>>;
  /** Rows and columns of its terminal. */
  readonly terminal: readonly number[] | null;
  /** Its umask, in octal digits. */
  readonly umask: string;
}

/** A finished command line, as text. */
export interface CliResult {
  /** Exit code. */
  readonly code: number;
  /** Standard output. */
  readonly stdout: string;
  /** Standard error. */
  readonly stderr: string;
}

/** What a file is: its text, or how it is made. */
export type FileSpec =
  | string
  | { readonly dir: true }
  | { readonly link: string }
  | { readonly pipe: true }
  | { readonly bytes: Uint8Array }
  | { readonly text: string; readonly mode: number };

/** Names under which the recording program stands in PATH. */
const PROGRAMS = ["ansible-playbook", "ansible"] as const;

const RECORDER = `${import.meta.dirname}/../fixtures/bin/record_argv`;

/** A place for one test: a private data directory, programs, and what they recorded. */
export class TestPlace implements Disposable {
  /** Absolute path of all. */
  readonly root: string;
  /** The private data directory. */
  readonly dir: string;
  /** Directory of the recording programs. */
  readonly bin: string;

  /**
   * Makes a place.
   *
   * @param files path below the place, such as `private/env/settings` -> what is there
   * @param programs names of recording programs
   */
  constructor(
    files: Readonly<Record<string, FileSpec>> = {},
    programs: readonly string[] = PROGRAMS,
  ) {
    this.root = Deno.realPathSync(Deno.makeTempDirSync({ prefix: "runner_test_" }));
    this.dir = `${this.root}/private`;
    this.bin = `${this.root}/bin`;
    for (const dir of [this.dir, this.bin, `${this.root}/calls`, `${this.root}/home`]) {
      Deno.mkdirSync(dir, { mode: 0o700 });
    }
    for (const name of programs) Deno.symlinkSync(RECORDER, `${this.bin}/${name}`);
    for (const [path, spec] of Object.entries(files)) makeFile(`${this.root}/${path}`, spec);
  }

  /**
   * The small environment of a caller: no more than PATH, HOME, LANG, TERM and where Deno's cache is.
   *
   * @param more variables to add or, with undefined, to leave out
   * @returns the whole environment
   */
  env(more: Readonly<Record<string, string | undefined>> = {}): Record<string, string> {
    const all: Record<string, string | undefined> = {
      PATH: `${this.bin}:/usr/local/bin:/usr/bin:/bin`,
      HOME: `${this.root}/home`,
      LANG: "C.UTF-8",
      TERM: "xterm",
      DENO_DIR: denoDirectory(),
      ...more,
    };
    return Object.fromEntries(
      Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined),
    );
  }

  /**
   * Runs our command line to its end.
   *
   * @param args words; `private` alone stands for the private data directory
   * @param options environment to add, working directory
   * @returns exit code and output
   */
  async run(
    args: readonly string[],
    options: Omit<ProgramOptions, "env"> & {
      readonly env?: Readonly<Record<string, string | undefined>>;
    } = {},
  ): Promise<CliResult> {
    const { env = {}, cwd = this.root, ...others } = options;
    const words = args.map((word) => word === "private" ? this.dir : word);
    return asText(await runCli(words, { ...others, cwd, env: this.env(env) }));
  }

  /**
   * Starts our command line.
   *
   * @param args words; `private` alone stands for the private data directory
   * @param options variables to add; whether its output is a pipe, which must be read
   * @returns the process
   */
  spawn(
    args: readonly string[],
    options: {
      readonly env?: Readonly<Record<string, string | undefined>>;
      readonly piped?: boolean;
    } = {},
  ): Deno.ChildProcess {
    const { env = {}, piped = false } = options;
    const words = args.map((word) => word === "private" ? this.dir : word);
    const [program = "", ...first] = cliCommand();
    return new Deno.Command(program, {
      args: [...first, ...words],
      env: this.env(env),
      clearEnv: true,
      cwd: this.root,
      stdin: "null",
      stdout: piped ? "piped" : "null",
      stderr: piped ? "piped" : "null",
    }).spawn();
  }

  /** What the recording programs left so far, in order. */
  calls(): RecordedCall[] {
    return Array.from(Deno.readDirSync(`${this.root}/calls`), (entry) => entry.name)
      .filter((name) => name.endsWith(".json")).sort()
      .map((name) => JSON.parse(Deno.readTextFileSync(`${this.root}/calls/${name}`)));
  }

  /** The one call that was recorded. */
  call(): RecordedCall {
    const calls = this.calls();
    const [call] = calls;
    if (call === undefined || calls.length > 1) throw new Error(`Recorded ${calls.length} calls`);
    return call;
  }

  /**
   * Reads a file of the place.
   *
   * @param path below the place
   * @returns its text, or undefined when it is not there
   */
  read(path: string): string | undefined {
    try {
      return Deno.readTextFileSync(`${this.root}/${path}`);
    } catch {
      return undefined;
    }
  }

  /**
   * Lists what lies below a path.
   *
   * @param path below the place
   * @returns paths relative to it, sorted
   */
  list(path: string): string[] {
    return listBelow(`${this.root}/${path}`).sort();
  }

  /** Removes all. */
  [Symbol.dispose](): void {
    Deno.removeSync(this.root, { recursive: true });
  }
}

function asText({ code, stdout, stderr }: ProgramResult): CliResult {
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

function makeFile(path: string, spec: FileSpec): void {
  Deno.mkdirSync(path.slice(0, path.lastIndexOf("/")), { recursive: true });
  // The recorders are links to a file of the tree, which would be written.
  if (typeof spec === "string" || !("dir" in spec)) removeQuietly(path);
  if (typeof spec === "string") Deno.writeTextFileSync(path, spec);
  else if ("dir" in spec) Deno.mkdirSync(path, { recursive: true });
  else if ("link" in spec) Deno.symlinkSync(spec.link, path);
  else if ("bytes" in spec) Deno.writeFileSync(path, spec.bytes);
  else if ("pipe" in spec) new Deno.Command("mkfifo", { args: [path] }).outputSync();
  else Deno.writeTextFileSync(path, spec.text, { mode: spec.mode });
}

function listBelow(dir: string, prefix = ""): string[] {
  let entries: Deno.DirEntry[];
  try {
    entries = [...Deno.readDirSync(dir)];
  } catch {
    return [];
  }
  return entries.flatMap(({ name, isDirectory }) => [
    prefix + name,
    ...(isDirectory ? listBelow(`${dir}/${name}`, `${prefix}${name}/`) : []),
  ]);
}

/**
 * Runs tasks side by side, a few at a time.
 *
 * @param tasks what to do
 * @param width how many at a time
 */
export async function inParallel(
  tasks: readonly (() => Promise<void>)[],
  width = 3,
): Promise<void> {
  const queue = [...tasks];
  const worker = async (): Promise<void> => {
    for (let task = queue.shift(); task !== undefined; task = queue.shift()) await task();
  };
  await Promise.all(Array.from({ length: width }, worker));
}
