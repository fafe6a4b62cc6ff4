/**
 * A temporary private data dir to run our command line in; at the end it checks that nothing is left:
 * no process, no temporary file.
 *
 * @module
 */
import { assert, assertEquals } from "./assert.ts";
import { cliCommand } from "./cli_command.ts";
import { filesBelow, processesWith, waitForNone } from "./leaks.ts";
import { slack } from "./slack.ts";

export { cliCommand, slack };

/** What a finished command left. */
export interface Finished {
  /** Its exit code; 128 + n when signal n ended it. */
  readonly code: number;
  /** What it printed. */
  readonly stdout: string;
  /** What it complained of. */
  readonly stderr: string;
  /** How long it took, in milliseconds. */
  readonly ms: number;
}

/** How a command is run. */
export interface SceneOptions {
  /** Variables on top of the test's own environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Its working directory. */
  readonly cwd?: string;
  /** Words before the program, such as `sh -c 'ulimit ...; exec "$@"' sh`. */
  readonly before?: readonly string[];
}

/** Directory of the fixture programs. */
export const BIN: string = new URL("../fixtures/bin", import.meta.url).pathname;

/** A private data dir with a name that is in the environment of everything that runs for it. */
export class Scene implements AsyncDisposable {
  /** Directory of all that belongs to the scene. */
  readonly root: string = Deno.makeTempDirSync({ prefix: "runner_scene_" });
  /** The private data dir. */
  readonly dir: string;
  /** TMPDIR of all commands; must be empty at the end. */
  readonly tmp: string = `${this.root}/tmp`;
  /** In the environment of all processes of the scene. */
  readonly mark: string = `RUNNER_TEST_SCENE=${crypto.randomUUID()}`;

  /**
   * Makes the directories.
   *
   * @param name of the private data dir
   */
  constructor(name = "private") {
    this.dir = `${this.root}/${name}`;
    for (const dir of [this.dir, this.tmp, `${this.dir}/project`, `${this.dir}/env`]) {
      Deno.mkdirSync(dir);
    }
  }

  /**
   * Runs our command line to its end.
   *
   * @param args the words after the program's name; a lone `.` is the private data dir
   * @param options environment, cwd
   * @returns how it ended
   */
  async cli(args: readonly string[], options: SceneOptions = {}): Promise<Finished> {
    const start = performance.now();
    const child = this.spawn(args, options);
    const { code, stdout, stderr } = await within(30_000, child.output());
    const decoder = new TextDecoder();
    return {
      code,
      stdout: decoder.decode(stdout),
      stderr: decoder.decode(stderr),
      ms: performance.now() - start,
    };
  }

  /** Runs our command line and fails, showing all that it printed, unless its exit code is 0. */
  async ok(args: readonly string[], options: SceneOptions = {}): Promise<Finished> {
    const finished = await this.cli(args, options);
    const { code, stdout, stderr } = finished;
    assert(code === 0, `${args.join(" ")}: exit code ${code}\n${stdout}\n${stderr}`);
    return finished;
  }

  /**
   * Starts our command line.
   *
   * @param args see {@linkcode Scene.cli}
   * @param options environment, cwd
   * @returns the process, its output piped
   */
  spawn(args: readonly string[], options: SceneOptions = {}): Deno.ChildProcess {
    const words = args.map((word) => word === "." ? this.dir : word);
    const [program = "", ...rest] = [...(options.before ?? []), ...cliCommand(), ...words];
    const at = this.mark.indexOf("=");
    return new Deno.Command(program, {
      args: rest,
      env: {
        TMPDIR: this.tmp,
        [this.mark.slice(0, at)]: this.mark.slice(at + 1),
        ...options.env,
      },
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
  }

  /**
   * Writes a file of the private data dir.
   *
   * @param name its path there
   * @param text its text
   */
  write(name: string, text: string): void {
    Deno.writeTextFileSync(`${this.dir}/${name}`, text);
  }

  /**
   * Reads an artifact.
   *
   * @param ident the run
   * @param name the file
   * @returns its text, or undefined
   */
  artifact(ident: string, name: string): string | undefined {
    try {
      return Deno.readTextFileSync(`${this.dir}/artifacts/${ident}/${name}`);
    } catch {
      return undefined;
    }
  }

  /**
   * Reads how a run ended.
   *
   * @param ident the run
   * @returns rc, status and the word of the reason
   */
  ending(ident: string): { rc: string | undefined; status: string | undefined; reason: unknown } {
    const reason = this.artifact(ident, "reason");
    return {
      rc: this.artifact(ident, "rc"),
      status: this.artifact(ident, "status"),
      reason: reason === undefined ? undefined : JSON.parse(reason).reason,
    };
  }

  /**
   * Waits until a run shows a text.
   *
   * @param ident the run
   * @param text a part of its stdout file
   */
  async waitForOutput(ident: string, text: string): Promise<void> {
    await waitFor(() => this.artifact(ident, "stdout")?.includes(text) === true, `"${text}" shown`);
  }

  /** Live processes of the scene. */
  processes(): { pid: number; command: string }[] {
    return processesWith(this.mark);
  }

  /**
   * Fails if anything of the runs is left: a process, a temporary file, a pid file.
   *
   * @param options temporary files that others may leave
   */
  async assertNothingLeft(options: { readonly except?: RegExp } = {}): Promise<void> {
    assertEquals(await waitForNone(this.mark, 1000), [], "processes are left");
    const { except } = options;
    const files = filesBelow(this.tmp).filter((path) => except?.test(path) !== true);
    assertEquals(files, [], "temporary files are left");
    const names = filesBelow(this.dir).filter((path) =>
      /(^|\/)(pid|pid\.owner|\.run.*|.*\.new)$/.test(path)
    );
    assertEquals(names, [], "files of ended runs are left");
  }

  /** Kills all that runs for the scene. */
  killAll(): void {
    for (const { pid } of this.processes()) {
      try {
        Deno.kill(pid, "SIGKILL");
      } catch {
        // Gone.
      }
    }
  }

  /** Removes the directories, and whatever a failed test left running. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.killAll();
    await waitForNone(this.mark, 2000);
    await new Deno.Command("chmod", { args: ["-R", "u+rwX", this.root], stderr: "null" }).output();
    await new Deno.Command("rm", { args: ["-rf", this.root] }).output();
  }
}

/**
 * Waits until something is so.
 *
 * @param isSo asked every 10 ms
 * @param what named in the error
 * @param withinMs how long at most on an idle machine
 */
export async function waitFor(isSo: () => boolean, what: string, withinMs = 10_000): Promise<void> {
  const start = performance.now();
  while (!isSo()) {
    assert(performance.now() - start < withinMs * slack(), `not within ${withinMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/**
 * Fails when a promise takes too long.
 *
 * @param ms how long at most on an idle machine
 * @param promise waited for
 * @returns what it resolves to
 */
export async function within<T>(ms: number, promise: Promise<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`not within ${ms} ms`)), ms * slack());
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
