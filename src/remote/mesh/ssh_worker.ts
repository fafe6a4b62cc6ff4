/**
 * A worker that `ssh` starts on another host: the job goes in by its standard input.
 *
 * @module
 */
import { LaunchError } from "../../errors.ts";
import { describeOsError } from "../../internal/file_system.ts";
import { joinBytes } from "../../internal/bytes.ts";
import { canStartHere } from "../../internal/working_directory.ts";
import { callerPath, findProgram } from "../../internal/programs.ts";
import { sleep } from "../../internal/sleep.ts";
import { quote } from "../../python/shlex.ts";
import type { SshNode } from "./node_name.ts";
import { MAX_COMPLAINT, type RemoteWorker, type SendJob } from "./remote_worker.ts";

/** How long `ssh` may take to end when the job is done, and again when it was told to, in milliseconds. */
const CLOSE_MS = 5000;

/** How long the last complaints of an ended `ssh` are waited for, in milliseconds. */
const COMPLAINT_MS = 500;

/** Silence of the host after which `ssh` looks whether it is still there, in seconds; three times. */
const ALIVE_SECONDS = 30;

/** How long `ssh` waits for a host that does not answer, its greeting included, in seconds. */
const CONNECT_SECONDS = 30;

/** A worker on a host. */
export class SshWorker implements RemoteWorker {
  readonly #node: SshNode;
  #child: Deno.ChildProcess | undefined;
  #input: WritableStreamDefaultWriter<Uint8Array> | undefined;
  #sending: Promise<void> | undefined;
  #complaint: Complaint | undefined;

  constructor(node: SshNode) {
    this.#node = node;
  }

  /** Starts it; what it sends comes while the job is still on its way. */
  start(send: SendJob): Promise<ReadableStream<Uint8Array>> {
    const child = this.#child = spawnSsh(sshArguments(this.#node));
    const input = this.#input = child.stdin.getWriter();
    input.closed.catch(() => {});
    this.#complaint = new Complaint(child.stderr);
    // One that does not take the job says why, or ends: that is seen where its results are read.
    this.#sending = send(new WritableStream({ write: (bytes) => input.write(bytes) }))
      .catch(() => this.cancel());
    return Promise.resolve(child.stdout);
  }

  /** The end of its input ends the worker: see {@linkcode workerCommand}. */
  cancel(): void {
    this.#input?.close().catch(() => {});
    this.#input = undefined;
  }

  /** Waits for `ssh`, and ends it if need be. */
  async close(): Promise<string | undefined> {
    const child = this.#child;
    if (child === undefined) return undefined;
    this.cancel();
    await child.stdout.cancel().catch(() => {});
    for (const signal of ["SIGTERM", "SIGKILL"] as const) {
      if (!await settlesWithin(CLOSE_MS, child.status)) kill(child, signal);
    }
    await Promise.all([child.status, this.#sending]);
    return await this.#complaint?.text();
  }
}

/** What `ssh` and the worker's host complain of: its end. */
class Complaint {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #read: Promise<void>;
  #kept: Uint8Array = new Uint8Array(0);

  constructor(stream: ReadableStream<Uint8Array>) {
    this.#reader = stream.getReader();
    this.#read = this.#keep();
  }

  /** All of it; a connection that `ssh` shares with later ones holds the stream open. */
  async text(): Promise<string | undefined> {
    await settlesWithin(COMPLAINT_MS, this.#read);
    await this.#reader.cancel().catch(() => {});
    // The last word is the shell's, of the other half of its pipe.
    return new TextDecoder().decode(this.#kept).trim().replace(/\n?Terminated$/, "") || undefined;
  }

  async #keep(): Promise<void> {
    for (;;) {
      const { value } = await this.#reader.read();
      if (value === undefined) return;
      this.#kept = joinBytes([this.#kept, value]).slice(-MAX_COMPLAINT);
    }
  }
}

async function settlesWithin(ms: number, promise: Promise<unknown>): Promise<boolean> {
  const stop = new AbortController();
  const isSettled = await Promise.race([
    promise.then(() => true),
    sleep(ms, stop.signal).then(() => false),
  ]);
  stop.abort();
  return isSettled;
}

/**
 * What runs there. Between `ssh` and the worker stands a `cat`, which ends when we do, cancel or lose
 * the connection: the worker is told then. Without a terminal `ssh` tells nobody.
 *
 * @returns one word for `ssh`, for any login shell
 */
function workerCommand(program: string): string {
  const script = "trap : TERM; { cat; kill -TERM 0; } | " +
    `{ trap : TERM; ${quote(program)} worker; kill -TERM 0; }`;
  return `exec sh -c ${quote(script)}`;
}

/** Host key, port, user and keys are those of ssh's own configuration; it asks nobody and waits for no silent host. */
export function sshArguments(
  { target, port, program }: Pick<SshNode, "target" | "port" | "program">,
): string[] {
  const settings = [
    "BatchMode=yes",
    `ConnectTimeout=${CONNECT_SECONDS}`,
    `ServerAliveInterval=${ALIVE_SECONDS}`,
  ];
  return [
    "-T",
    ...settings.flatMap((each) => ["-o", each]),
    ...(port === undefined ? [] : ["-p", port]),
    "--",
    target,
    workerCommand(program),
  ];
}

function spawnSsh(args: readonly string[]): Deno.ChildProcess {
  const program = findProgram("ssh", callerPath());
  if (program === undefined) throw new LaunchError("launch.spawn", "Cannot find the program ssh");
  try {
    return new Deno.Command(program, {
      args: [...args],
      ...(canStartHere() ? {} : { cwd: "/" }),
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
      // A Ctrl-C is ours: the worker is told, and what it still sends is read.
      detached: true,
    }).spawn();
  } catch (cause) {
    const text = `Cannot start "${program}": ${describeOsError(cause)}`;
    throw new LaunchError("launch.spawn", text, { cause });
  }
}

function kill(child: Deno.ChildProcess, signal: Deno.Signal): void {
  try {
    child.kill(signal);
  } catch {
    // It has ended.
  }
}
