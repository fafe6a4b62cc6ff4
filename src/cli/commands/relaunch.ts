/**
 * Starts this program again in the background, with its own session and log.
 *
 * @module
 */
import { LaunchError, messageOf } from "../../errors.ts";
import { pythonFor } from "../../internal/programs.ts";
import {
  canStartHere,
  setWorkingDirectory,
  workingDirectory,
} from "../../internal/working_directory.ts";
import { requireProc } from "../../process/proc_access.ts";
import { BACKGROUND_MARK } from "../../ownership/runner_process.ts";

/** The caller's directory, when the process in the background cannot be in it. */
const CLOSED_DIR = "RUNNER_BACKGROUND_DIR";

/**
 * Opens the log as standard error, closes what the caller had open (a lock would be held until the
 * end of the run) and becomes the program; what cannot be opened is told to the parent. The
 * environment is taken from the system, as Python changes its own at start.
 */
const REDIRECT = `
import os, stat, sys
log, kept, program = sys.argv[1], sys.argv[2].split(), sys.argv[3]
try:
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    fd = os.open(log, flags, 0o600)
    if not stat.S_ISREG(os.fstat(fd).st_mode):
        raise OSError(0, "it is not a regular file")
    os.fchmod(fd, 0o600)
    os.dup2(fd, 2)
except OSError as error:
    import json
    print(json.dumps({"refused": {"code": "background.log",
        "message": 'Cannot write "%s": %s' % (log, error.strerror)}}))
    sys.exit(1)
for name in os.listdir("/proc/self/fd"):
    if int(name) > 2 and name not in kept:
        try:
            os.close(int(name))
        except OSError:
            pass
with open("/proc/self/environ", "rb") as f:
    env = dict(item.split(b"=", 1) for item in f.read().split(b"\\0") if b"=" in item)
os.execve(program, sys.argv[3:], env)
`;

/**
 * Starts ourselves again, in the background: same command line, working directory and environment,
 * no terminal, standard error to a log file.
 *
 * @param logPath the log; appended to, never through a link
 * @returns the process; its standard output is a pipe to us
 * @throws {LaunchError} when it cannot be started
 */
export function spawnSelf(logPath: string): Deno.ChildProcess {
  const python = pythonFor("starts background runs");
  const argv = ownCommandLine();
  try {
    return new Deno.Command(python, {
      args: ["-I", "-S", "-c", REDIRECT, logPath, namedDescriptors(argv).join(" "), ...argv],
      ...(canStartHere() ? {} : { cwd: "/" }),
      env: {
        [BACKGROUND_MARK]: String(Deno.pid),
        ...(canStartHere() ? {} : { [CLOSED_DIR]: workingDirectory() }),
      },
      stdin: "null",
      stdout: "piped",
      stderr: "inherit",
      detached: true,
    }).spawn();
  } catch (error) {
    throw new LaunchError("background.spawn", `Cannot start "${argv[0]}": ${messageOf(error)}`, {
      cause: error,
    });
  }
}

/**
 * Tells whether we are the process in the background, once: the mark is taken out of our environment,
 * so that no program of the run sees it.
 */
export function takeBackgroundMark(): boolean {
  const mark = Deno.env.get(BACKGROUND_MARK);
  if (mark === undefined) return false;
  Deno.env.delete(BACKGROUND_MARK);
  const closedDir = Deno.env.get(CLOSED_DIR);
  if (closedDir !== undefined) setWorkingDirectory(closedDir);
  Deno.env.delete(CLOSED_DIR);
  return mark === String(Deno.ppid);
}

/**
 * The words that started us, as the system knows them: they hold for a compiled program and for
 * `deno run` with whatever permissions, flags and path of the sources.
 */
function ownCommandLine(): string[] {
  requireProc();
  const words = Deno.readTextFileSync("/proc/self/cmdline").split("\0").slice(0, -1);
  return [Deno.execPath(), ...words.slice(1)];
}

/** Open files that the command line names, such as `file:/dev/fd/63` of a shell's `<(...)`. */
function namedDescriptors(argv: readonly string[]): string[] {
  return argv.flatMap((word) => Array.from(word.matchAll(/\/fd\/(\d+)/g), ([, fd = ""]) => fd));
}
