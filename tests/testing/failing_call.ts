/**
 * Lets one call of the system fail in a run, by a library loaded into our program.
 *
 * @module
 */
import { filesBelow } from "./leaks.ts";
import { cliCommand, type Finished, Scene } from "./scene.ts";

/** How a run ended in which a call failed. */
export interface FailedRun extends Finished {
  /** The calls that counted, in order: `name path`. */
  readonly calls: readonly string[];
  /** Whether a call failed. */
  readonly hasFailed: boolean;
  /** Exit code, status and reason as the artifacts have them. */
  readonly ending: ReturnType<Scene["ending"]>;
  /** What is left that should not be: files, records, processes. */
  readonly left: readonly string[];
  /** The private data dir. */
  readonly dir: string;
}

/** Builds the library, and runs with it. */
export class FailingCalls implements Disposable {
  readonly #dir = Deno.makeTempDirSync({ prefix: "runner_shim_" });
  readonly #library = `${this.#dir}/fail_nth_call.so`;
  readonly #hasOwnRun = mayHaveOwnRun();

  /** Compiles it. */
  constructor() {
    const source = new URL("../fixtures/fail_nth_call.c", import.meta.url).pathname;
    const args = ["-Wall", "-shared", "-fPIC", "-o", this.#library, source, "-ldl"];
    const { success, stderr } = new Deno.Command("cc", { args, stderr: "piped" }).outputSync();
    if (!success) throw new Error(new TextDecoder().decode(stderr));
  }

  /**
   * Runs our command line, with one call failing.
   *
   * @param nth which call on a path of the private data dir or our records fails; 0: none, -1: all
   * @param args its words
   * @param options which calls count (`name path` as in a shell pattern), with what one fails (if
   * nothing is said, ENOSPC where it writes, else EIO), env/settings, number of events (3)
   * @returns how it ended
   */
  async run(
    nth: number,
    args: readonly string[],
    options: {
      readonly match?: string;
      readonly errno?: number;
      readonly settings?: string;
      readonly events?: number;
    } = {},
  ): Promise<FailedRun> {
    const { errno, match = "*", settings, events = 3 } = options;
    await using scene = new Scene();
    if (settings !== undefined) scene.write("env/settings", settings);
    const log = `${this.#dir}/log-${crypto.randomUUID()}`;
    const shim = [
      `LD_PRELOAD=${this.#library}`,
      `FAIL_PROGRAM=${Deno.realPathSync(cliCommand()[0] ?? "")}`,
      `FAIL_BELOW=${scene.dir}:/run/ansible-runner`,
      `FAIL_MATCH=${match}`,
      `FAIL_CALL=${nth}`,
      `FAIL_LOG=${log}`,
      ...(errno === undefined ? [] : [`FAIL_ERRNO=${errno}`]),
    ];
    const records = `${this.#dir}/records-${crypto.randomUUID()}`;
    // Records of other runs on this machine must not count.
    const inOwnRun = `mount -t tmpfs tmpfs /run && mkdir -m 700 /run/ansible-runner && "$@"
      code=$?; ls -A /run/ansible-runner >${records}; exit $code`;
    const before = [
      ...(this.#hasOwnRun ? ["unshare", "-m", "sh", "-c", inOwnRun, "sh"] : []),
      ...["env", ...shim],
    ];
    const finished = await scene.cli(args, { before, env: { FAKE_EVENTS: String(events) } });
    const left = scene.processes().map(({ command }) => `process ${command}`);
    const files = [...filesBelow(scene.dir), ...filesBelow(scene.tmp)]
      .filter((path) => /(^|\/)(pid|pid\.owner|\.run.*|.*\.new)$/.test(path));
    return {
      ...finished,
      calls: linesOf(log).filter((line) => line !== "failed"),
      hasFailed: linesOf(log).includes("failed"),
      ending: scene.ending("a"),
      left: [...left, ...files, ...linesOf(records).map((name) => `record ${name}`)],
      dir: scene.dir,
    };
  }

  /** Removes it. */
  [Symbol.dispose](): void {
    Deno.removeSync(this.#dir, { recursive: true });
  }
}

/** Why no call can be made to fail here, or undefined. */
export function whyNoFailingCalls(): string | undefined {
  if ((Deno.env.get("RUNNER_TEST_BINARY") ?? "") !== "") return "only for our program from source";
  try {
    const { success } = new Deno.Command("cc", { args: ["--version"], stdout: "null" })
      .outputSync();
    return success ? undefined : "the C compiler does not work";
  } catch {
    return "no C compiler (cc)";
  }
}

function mayHaveOwnRun(): boolean {
  try {
    const args = ["-m", "mount", "-t", "tmpfs", "tmpfs", "/run"];
    return new Deno.Command("unshare", { args, stderr: "null" }).outputSync().success;
  } catch {
    return false;
  }
}

function linesOf(path: string): string[] {
  try {
    return Deno.readTextFileSync(path).split("\n").filter(Boolean);
  } catch {
    return [];
  }
}
