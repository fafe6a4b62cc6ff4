/**
 * Starts small shells that behave as bad as programs of a run can, and ends what is left of them.
 *
 * @module
 */

/** A shell and what it has started, until disposed. */
export interface Shell extends AsyncDisposable {
  /** Its pid. */
  readonly pid: number;
  /** The words that it printed in its first line. */
  readonly words: readonly string[];
  /** How it ended. */
  readonly status: Promise<Deno.CommandStatus>;
}

/** Runs a shell until it has printed a line; pids in that line are killed at the end, as it is. */
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
