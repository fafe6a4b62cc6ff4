/**
 * Starts small shells that behave as bad as programs of a run can, and ends what is left of them.
 *
 * @module
 */
import { waitFor } from "./scene.ts";

/** A shell whose child has lost its parent, in a session of its own; what it prints is its pid. */
export const DOUBLE_FORK = "echo $( (setsid sleep 300 >/dev/null & echo $!) )";

/** A shell and what it has started, until disposed. */
export interface Shell extends AsyncDisposable {
  /** Its pid. */
  readonly pid: number;
  /** The words that it printed in its first line. */
  readonly words: readonly string[];
  /** How it ended. */
  readonly status: Promise<Deno.CommandStatus>;
}

/** Runs a shell until it has printed a line and sleeps, if it is to; pids in that line are killed at the end, as it is. */
export async function startShell(
  script: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Shell> {
  const child = new Deno.Command("sh", {
    args: ["-c", script],
    env,
    stdin: "null",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const words = (await firstLine(child.stdout)).split(" ");
  const sleepers = script.startsWith(DOUBLE_FORK) ? words.map(Number) : [];
  if (script.endsWith("exec sleep 300")) sleepers.push(child.pid);
  await waitFor(() => sleepers.every(isSleeping), `${script} sleeps`);
  return {
    pid: child.pid,
    words,
    status: child.status,
    async [Symbol.asyncDispose]() {
      for (const pid of [child.pid, ...words.map(Number).filter((pid) => pid > 1)]) {
        try {
          Deno.kill(pid, "SIGKILL");
        } catch {
          // The test has ended it.
        }
      }
      await child.status;
    },
  };
}

/** Makes what only one run's processes have in their environment: the variable, and it as text. */
export function newMarker(): { readonly env: Record<string, string>; readonly marker: string } {
  const id = crypto.randomUUID();
  return { env: { RUNNER_RUN_ID: id }, marker: `RUNNER_RUN_ID=${id}` };
}

/** In the midst of an exec, a process has neither its old environment nor its new one. */
function isSleeping(pid: number): boolean {
  const read = (name: string): string => Deno.readTextFileSync(`/proc/${pid}/${name}`);
  return read("comm") === "sleep\n" && read("environ") !== "";
}

async function firstLine(stream: ReadableStream<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  const reader = stream.getReader();
  let text = "";
  while (!text.includes("\n")) {
    const { done, value } = await reader.read();
    if (done) break;
    text += decoder.decode(value, { stream: true });
  }
  await reader.cancel();
  return text.split("\n")[0] ?? "";
}
