/**
 * Turns a compiled program into one that sees a host without Deno, Node and our sources.
 *
 * @module
 */

/** Not a shell, which would add PWD to the environment; and Python's own changes are not passed on. */
const SCRIPT = `#!/usr/bin/python3 -IS
import ctypes, os, sys
NEW_MOUNTS, BIND, SLAVE = 0x20000, 0x1000, 0x84000
libc = ctypes.CDLL(None, use_errno=True)
def check(result):
    if result != 0:
        sys.exit(os.strerror(ctypes.get_errno()))
if os.geteuid() == 0:
    check(libc.unshare(NEW_MOUNTS))
    check(libc.mount(b"none", b"/", None, SLAVE, None))
    for name in FILES:
        check(libc.mount(b"/dev/null", os.fsencode(name), None, BIND, None))
    for name in DIRS:
        check(libc.mount(b"none", os.fsencode(name), b"tmpfs", 0, None))
with open("/proc/self/environ", "rb") as f:
    words = [word.split(b"=", 1) for word in f.read().split(b"\\0") if b"=" in word]
os.execve(PROGRAM, [PROGRAM, *sys.argv[1:]], dict(words))
`;
const ROOT = new URL("../..", import.meta.url).pathname;

/**
 * Says why the programs of this machine cannot be hidden, if so.
 *
 * @returns the reason, or undefined
 */
export function whyNotBare(): string | undefined {
  try {
    const { success } = new Deno.Command("unshare", {
      args: ["--mount", "mount", "--bind", "/dev/null", "/dev/null"],
      stderr: "null",
    }).outputSync();
    return success ? undefined : "mounting is not allowed here";
  } catch {
    return "no unshare";
  }
}

/**
 * Says why mounts made while a program runs are not seen by it, if so.
 *
 * @returns the reason, or undefined
 */
export function whyNoLaterMounts(): string | undefined {
  const isBare = Deno.env.get("RUNNER_TEST_PROGRAM") !== undefined;
  return isBare ? "the program on a bare host has mounts of its own" : undefined;
}

/**
 * Writes a script that runs the program where Deno, Node, Deno's cache and our sources are hidden.
 * The script becomes the program: same process, same signals. For other users than root, who may not
 * mount, nothing is hidden.
 *
 * @param program the compiled program
 * @param path where the script is written
 */
export function writeBareProgram(program: string, path: string): void {
  const files = [
    Deno.execPath(),
    ...["deno", "node", "nodejs"].flatMap(whereIs),
    ...["cli.ts", "mod.ts", "deno.json"].map((name) => `${ROOT}${name}`),
  ].filter(exists).map((file) => Deno.realPathSync(file));
  const home = Deno.env.get("HOME") ?? "";
  const dirs = [`${ROOT}src`, Deno.env.get("DENO_DIR") ?? `${home}/.cache/deno`].filter(exists);
  const words = (paths: readonly string[]): string => JSON.stringify([...new Set(paths)]);
  Deno.writeTextFileSync(
    path,
    SCRIPT.replaceAll("PROGRAM", JSON.stringify(program)).replace("FILES", words(files)).replace(
      "DIRS",
      words(dirs),
    ),
    { mode: 0o755 },
  );
}

function whereIs(name: string): string[] {
  return (Deno.env.get("PATH") ?? "").split(":").map((dir) => `${dir}/${name}`);
}

function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return false;
  }
}
