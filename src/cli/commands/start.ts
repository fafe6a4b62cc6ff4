/**
 * The command `start`: a run in the background; the caller is told once it is accepted.
 *
 * The caller's process starts itself again and waits for one line from it: accepted, or why not.
 *
 * @module
 */
import { ensurePrivateDataDir } from "../../config/inputs/private_data_dir.ts";
import type { RunConfig } from "../../config/run_config.ts";
import { CallbackError, type ErrorCode, messageOf, RunnerError } from "../../errors.ts";
import { DEFAULT_GRACE_MS, type Status } from "../../end_reason.ts";
import { PidClaim } from "../../ownership/pid_file.ts";
import { run, type RunOptions } from "../../run.ts";
import { describeOsError } from "../../internal/file_system.ts";
import { spawnSelf, takeBackgroundMark } from "./relaunch.ts";
import { printable } from "../../internal/printable.ts";
import { logged, readRunOptions, requestOf, tellHints } from "../runs/job_request.ts";
import { identHint, playbookHint } from "../runs/mistakes.ts";
import { logEnd, logStart } from "../runs/run_log.ts";
import { type Log, openCommandLog } from "../terminal/debug_log.ts";
import { print } from "../terminal/print.ts";
import type { DirCommand } from "../parse/command_line.ts";
import { placesOf } from "../runs/directories.ts";
import { watchSignals } from "../terminal/signals.ts";
import { sweep } from "../../elsewhere/clear_dead.ts";

/** What the background process says to its caller, as one JSON line. */
type Answer =
  | { readonly accepted: AcceptedRun }
  | { readonly refused: Refusal };

interface AcceptedRun {
  readonly ident: string;
  readonly artifactDir: string;
}

interface Refusal {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint?: string | undefined;
  readonly exitCode?: number;
  readonly verbatim?: boolean;
}

/**
 * Starts a run in the background, or is that run. The command line is looked at in the foreground,
 * secrets and env/ are read in the background.
 *
 * @returns the exit code
 */
export async function start(parsed: DirCommand): Promise<number> {
  if (takeBackgroundMark()) {
    return await logged(
      parsed,
      (log) =>
        runInBackground(parsed, {
          readOptions: async () => await readRunOptions(await requestOf(parsed), log),
          log,
        }),
    );
  }
  const { input } = await requestOf(parsed);
  const code = await startInBackground(parsed);
  tellHints(input, [identHint(input), playbookHint(input)]);
  return code;
}

/**
 * Starts a run in the background and waits until it is accepted.
 *
 * @returns the exit code
 * @throws {RunnerError} what the background process refused the run with
 */
async function startInBackground(parsed: DirCommand): Promise<number> {
  const { privateDataDir } = placesOf(parsed);
  const allowUnsafe = parsed.flags.allowUnsafePrivateDataDir ?? false;
  ensurePrivateDataDir(privateDataDir, { allowUnsafe });
  // The background opens it before it can answer: what is wrong with it is said here.
  openCommandLog(parsed.flags);
  using signals = watchSignals();
  const child = spawnSelf(`${privateDataDir}/daemon.log`);
  const giveUp = (): void => child.kill("SIGTERM");
  signals.cancel.addEventListener("abort", giveUp);
  const answer = parseAnswer(await firstLine(child.stdout));
  if (signals.cancel.aborted) {
    await child.status;
    throw new RunnerError("background.canceled", `Cannot start: ${signals.cancel.reason}`);
  }
  if (answer === undefined) {
    const { code, signal } = await child.status;
    throw new RunnerError(
      "background.lost",
      `Cannot start: the background process ended with ${signal ?? `exit code ${code}`}`,
      { hint: `See "${privateDataDir}/daemon.log"` },
    );
  }
  if ("refused" in answer) {
    await child.status;
    const { code, message, ...options } = answer.refused;
    throw new RunnerError(code, message, options);
  }
  child.unref();
  const { ident, artifactDir } = answer.accepted;
  const { quiet = false, jsonMode = false } = parsed.flags;
  if (!quiet && !jsonMode) print(printable(`Run "${ident}" started: ${artifactDir}`));
  return 0;
}

/**
 * Is the process in the background: runs, and keeps the pid files.
 *
 * @param own makes the options of the run, and takes when it starts and ends
 * @returns the exit code, which nobody sees
 * @throws {RunnerError} what went wrong; the caller was told if it still waited
 */
async function runInBackground(
  parsed: DirCommand,
  { readOptions, log }: { readonly readOptions: () => Promise<RunOptions>; readonly log: Log },
): Promise<number> {
  using signals = watchSignals({ isBackground: true });
  const caller = new Caller();
  try {
    const options = await readOptions();
    const places = placesOf(parsed);
    await sweep(places);
    const named = options.ident !== undefined;
    const { privateDataDir } = places;
    await using claim = await writingPidFile(
      privateDataDir,
      () => PidClaim.make(privateDataDir, { named }),
    );
    const runner = await run({
      ...options,
      signal: signals.cancel,
      killSignal: signals.kill,
      statusHandler: ({ status }, config) => {
        if (status === "starting") logStart(log, config);
        return follow(status, { config, claim, caller });
      },
    });
    logEnd(log, runner);
    return runner.rc ?? 1;
  } catch (error) {
    // Our own status handler is no callback of the user's: what it threw is the reason.
    const reason = error instanceof CallbackError && error.cause instanceof RunnerError
      ? error.cause
      : error;
    caller.refuse(reason);
    throw reason;
  }
}

interface Followed {
  readonly config: RunConfig;
  readonly claim: PidClaim;
  readonly caller: Caller;
}

async function follow(status: Status, { config, claim, caller }: Followed): Promise<void> {
  if (status !== "starting") return caller.accept(config);
  const { artifactDir, settings, privateDataDir } = config;
  const graceMs = settings.gracePeriodMs ?? DEFAULT_GRACE_MS;
  try {
    await writingPidFile(privateDataDir, () => claim.publish({ artifactDir, graceMs }));
  } catch (error) {
    // Told now: the run goes on to its end, whose status would be taken for acceptance.
    caller.refuse(error);
    throw error;
  }
}

async function writingPidFile<Made>(dir: string, write: () => Promise<Made>): Promise<Made> {
  try {
    return await write();
  } catch (cause) {
    if (cause instanceof RunnerError) throw cause;
    const text = `Cannot write "${dir}/pid": ${describeOsError(cause)}`;
    throw new RunnerError("background.pid_file", text, { cause });
  }
}

/** Who called `start`, waiting at the other end of our standard output for one line. */
class Caller {
  #isTold = false;

  accept({ ident, artifactDir }: AcceptedRun): void {
    this.#tell({ accepted: { ident, artifactDir } });
  }

  refuse(error: unknown): void {
    this.#tell({ refused: describe(error) });
  }

  #tell(answer: Answer): void {
    if (this.#isTold) return;
    this.#isTold = true;
    try {
      Deno.stdout.writeSync(new TextEncoder().encode(JSON.stringify(answer) + "\n"));
    } catch {
      // Nobody waits any more.
    }
  }
}

function describe(error: unknown): Refusal {
  if (error instanceof RunnerError) {
    const { code, message, hint, exitCode, verbatim } = error;
    return { code, message, hint, exitCode, verbatim };
  }
  return { code: "internal", message: messageOf(error) };
}

async function firstLine(stream: ReadableStream<Uint8Array>): Promise<string | undefined> {
  let text = "";
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
  while (!text.includes("\n")) {
    const { done, value } = await reader.read();
    if (done) return undefined;
    text += value;
  }
  // The pipe is left open: the background process may not notice that we go.
  return text.slice(0, text.indexOf("\n"));
}

function parseAnswer(line: string | undefined): Answer | undefined {
  if (line === undefined) return undefined;
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
