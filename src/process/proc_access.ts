/**
 * Reads /proc and sends signals, also to programs that Deno lets do neither.
 *
 * Deno reads /proc and signals processes for programs that were given all permissions. With fewer, a
 * few lines of Python do it, started as the programs of runs are. That costs some 20 ms each time,
 * so that what was seen just now is not looked at again.
 *
 * @module
 */
import { LaunchError } from "../errors.ts";
import { callerPath, findProgram, findPython } from "../internal/programs.ts";
import source from "./proc_access.py" with { type: "text" };

/** How long a look at all processes counts as what is now, in milliseconds. */
const FRESH_MS = 5;

const constants = new Map<string, string>();
let confined: boolean | undefined;
let look: { readonly at: number; readonly marker: string; readonly stats: string[] } | undefined;

/** Whether Deno keeps us from /proc. */
export function isConfined(): boolean {
  if (confined === undefined) {
    try {
      Deno.readTextFileSync("/proc/self/stat");
      confined = false;
    } catch (error) {
      confined = error instanceof Deno.errors.NotCapable;
    }
  }
  return confined;
}

/**
 * Refuses to start what could not be watched, nor ended.
 *
 * @throws {LaunchError} when there is no /proc, as in a bare chroot
 */
export function requireProc(): void {
  try {
    Deno.statSync("/proc/self/stat");
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) return;
    throw new LaunchError("launch.proc", "Cannot watch processes: /proc is not mounted", {
      cause: error,
      hint: "mount -t proc proc /proc",
    });
  }
}

/**
 * Reads a file of /proc.
 *
 * @throws when it is not there, or not ours to read
 */
export function readProc(path: string): string {
  return once(path, () => isConfined() ? askFor("read", path) : Deno.readTextFileSync(path));
}

/**
 * Reads a link of /proc.
 *
 * @throws when it is not there, or not ours to read
 */
export function readProcLink(path: string): string {
  return once(path, () => isConfined() ? askFor("link", path) : Deno.readLinkSync(path));
}

/** What does not change while we live is asked for once. */
function once(path: string, read: () => string): string {
  const text = constants.get(path) ?? read();
  if (/^\/proc\/(sys|self\/ns)\//.test(path)) constants.set(path, text);
  return text;
}

function askFor(what: "read" | "link", path: string): string {
  const text = ask(what, path);
  if (text === "") throw new Deno.errors.NotFound(`No such file: ${path}`);
  return text;
}

/**
 * Looks at all processes; for programs that are confined.
 *
 * @param marker `NAME=VALUE` of an environment
 * @returns text of each process's `stat` file, after `1` when it has the marker and `0` when not
 */
export function listConfined(marker = ""): readonly string[] {
  const now = performance.now();
  if (look !== undefined && now - look.at < FRESH_MS && (marker === "" || look.marker === marker)) {
    return look.stats;
  }
  const stats = ask("list", marker).split("\0").filter((text) => text !== "");
  look = { at: performance.now(), marker, stats };
  return stats;
}

/**
 * Signals a process.
 *
 * @throws when it is gone or another user's; a confined program is not told
 */
export function signalProcess(pid: number, signal: Deno.Signal): void {
  if (!isConfined()) return Deno.kill(pid, signal);
  ask("kill", String(pid), signal);
  look = undefined;
}

/** Started through `setpriv`, as terminals are: one permission to run is enough for all. */
function ask(...words: string[]): string {
  const python = findPython() ?? "python3";
  const argv = [python, "-I", "-S", "-c", source, ...words];
  const setpriv = findProgram("setpriv", callerPath());
  if (setpriv !== undefined) argv.unshift(setpriv, "--pdeathsig", "KILL");
  const { stdout } = new Deno.Command(argv[0] ?? "", {
    cwd: "/",
    args: argv.slice(1),
    clearEnv: true,
    stdin: "null",
    stdout: "piped",
    stderr: "null",
  }).outputSync();
  return new TextDecoder().decode(stdout);
}
