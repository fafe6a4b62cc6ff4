/**
 * A /tmp in memory for a run of the tests: on a disk, making files and removing them takes a fifth of
 * the processor time of all tests.
 *
 * @module
 */

/** Set in the environment of whoever has it already. */
const DONE = "RUNNER_TEST_MEMORY_TMP";

/** Free memory below which files stay on the disk, in KiB. */
const ENOUGH = 6 << 20;

/** What the tests are run with. */
export interface TestCall {
  /** The program and its words. */
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
}

/**
 * Says why the tests use the /tmp that is there.
 *
 * @param call how they are run
 * @param freeMemory in KiB
 * @returns the reason, or undefined
 */
export function whyNoMemoryTmp(
  { argv, env, cwd }: TestCall,
  freeMemory: number,
): string | undefined {
  const { TMPDIR = "", [DONE]: done = "" } = env;
  if (done !== "") return done === "0" ? `${DONE}=0` : "it is in memory already";
  if (TMPDIR !== "" && TMPDIR !== "/tmp") return "TMPDIR names another directory";
  if (freeMemory < ENOUGH) return "less than 6 GiB of memory are free";
  // What is there now would not be seen.
  const isUsed = [cwd, ...argv, ...Object.values(env)].some((text) => /(^|[:=])\/tmp\//.test(text));
  return isUsed ? "the tests use what is in /tmp" : undefined;
}

/**
 * Runs a program with a /tmp in memory, which goes with it.
 *
 * @param argv the program and its words
 * @returns its exit code; undefined when it must be run as it is
 */
export async function runInMemoryTmp(argv: readonly string[]): Promise<number | undefined> {
  const env = Deno.env.toObject();
  if (Deno.uid() !== 0) return undefined;
  if (whyNoMemoryTmp({ argv, env, cwd: Deno.cwd() }, freeMemory()) !== undefined) return undefined;
  const words = ["--mount", "--propagation", "private", "sh", "-c"];
  // Records of runs name directories in /tmp: who sees only one of the two takes live runs for dead.
  const mount =
    "mkdir -p -m 700 /run/ansible-runner && mount -t tmpfs -o mode=1777 tmpfs /tmp && " +
    "mount -t tmpfs -o mode=700 tmpfs /run/ansible-runner";
  try {
    const probe = await new Deno.Command("unshare", {
      args: [...words, mount],
      stdout: "null",
      stderr: "null",
    }).output();
    if (!probe.success) return undefined;
  } catch {
    return undefined;
  }
  const { code } = await new Deno.Command("unshare", {
    args: [...words, `${mount} && exec "$@"`, "sh", ...argv],
    env: { [DONE]: "1" },
  }).spawn().status;
  return code;
}

/** Memory that new files may take, in KiB. */
function freeMemory(): number {
  const text = Deno.readTextFileSync("/proc/meminfo");
  return Number(/^MemAvailable: *(\d+)/m.exec(text)?.[1] ?? 0);
}
