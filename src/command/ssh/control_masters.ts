/**
 * Ends the shared ssh connections of a control path directory.
 *
 * @module
 */
import { findProgram, runProgram } from "../../internal/programs.ts";
import { sleep } from "../../internal/sleep.ts";

/** How long a master may take to answer or to die, in milliseconds. */
const ANSWER_MS = 1000;

/** How many are asked at the same time. */
const BATCH = 16;

/**
 * Ends the masters whose sockets are in a directory, and no others: asked first, killed if they do
 * not answer.
 *
 * @param searchPath where `ssh` is looked up
 */
export async function endMasters(dir: string, searchPath: string): Promise<void> {
  const sockets = listSockets(dir);
  const ssh = findProgram("ssh", searchPath);
  for (let start = 0; ssh !== undefined && start < sockets.length; start += BATCH) {
    const batch = sockets.slice(start, start + BATCH);
    await Promise.all(batch.map((socket) => askToExit(socket, { ssh, searchPath })));
  }
  if (listSockets(dir).length > 0) await killByArgument(`${dir}/`, "ssh");
}

/**
 * Kills those of our own processes of one program that have a text in their command line.
 *
 * @param text part of the command line, such as the path of a directory with a random name
 */
export async function killByArgument(text: string, program: string): Promise<void> {
  const deadline = performance.now() + ANSWER_MS;
  let signal: Deno.Signal = "SIGTERM";
  for (let pids = findProcesses(text, program); pids.length > 0;) {
    for (const pid of pids) sendSignal(pid, signal);
    await sleep(20);
    pids = findProcesses(text, program);
    if (signal === "SIGKILL" && performance.now() > deadline + ANSWER_MS) return;
    if (performance.now() > deadline) signal = "SIGKILL";
  }
}

async function askToExit(
  socket: string,
  { ssh, searchPath }: { readonly ssh: string; readonly searchPath: string },
): Promise<void> {
  const target = ["-F", "/dev/null", "-o", `ControlPath=${socket}`, "master"];
  await runProgram([ssh, "-O", "exit", ...target], {
    env: { PATH: searchPath },
    signal: AbortSignal.timeout(ANSWER_MS),
  });
}

function listSockets(dir: string): string[] {
  try {
    return [...Deno.readDirSync(dir)]
      .filter((entry) => !entry.isFile && !entry.isDirectory && !entry.isSymlink)
      .map((entry) => `${dir}/${entry.name}`);
  } catch {
    return [];
  }
}

function findProcesses(text: string, program: string): number[] {
  const uid = Deno.uid();
  return [...Deno.readDirSync("/proc")].map((entry) => Number(entry.name)).filter((pid) => {
    if (!(pid > 0) || pid === Deno.pid) return false;
    try {
      const words = Deno.readTextFileSync(`/proc/${pid}/cmdline`).split("\0");
      // A master that went to the background calls itself `ssh: PATH [mux]`.
      const name = words[0]?.replace(/: .*$/, "").replace(/^.*\//, "");
      if (name !== program || !words.some((word) => word.includes(text))) return false;
      return Deno.statSync(`/proc/${pid}`).uid === uid;
    } catch {
      return false;
    }
  });
}

function sendSignal(pid: number, signal: Deno.Signal): void {
  try {
    Deno.kill(pid, signal);
  } catch {
    // Gone in between.
  }
}
