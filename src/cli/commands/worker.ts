/**
 * The command `worker`: a job from standard input, its run as a stream on standard output.
 *
 * @module
 */
import { UsageError } from "../../errors.ts";
import { work } from "../../remote/worker/work.ts";
import { flagName } from "../flags/lookup.ts";
import { FLAGS, type FlagValues } from "../flags/table.ts";
import type { WorkerCommand } from "../parse/command_line.ts";
import { openCommandLog } from "../terminal/debug_log.ts";
import { print, printDiagnostic } from "../terminal/print.ts";
import { watchSignals } from "../terminal/signals.ts";

/**
 * Works on one job, tells what this machine has, or cleans up.
 *
 * @returns the exit code
 */
export async function worker({ isCleanup, flags }: WorkerCommand): Promise<number> {
  if (isCleanup) return await cleanup(flags);
  const [astray] = FLAGS.filter(({ group, key }) => group === "Cleanup" && key in flags);
  if (astray !== undefined) {
    throw new UsageError(`Option ${flagName(astray)} applies to "worker cleanup" only`);
  }
  if (flags.workerInfo === true) {
    const { workerInfo, workerInfoText } = await import("../../remote/worker/info.ts");
    print(workerInfoText(workerInfo({ home: Deno.env.get("HOME") })));
    return 0;
  }
  using signals = watchSignals();
  const { workerDir } = flags;
  const { rc } = await work({
    input: Deno.stdin.readable,
    output: Deno.stdout.writable,
    ...(workerDir && { privateDataDir: workerDir }),
    deletePrivateDataDir: flags.isDeleted ?? false,
    keepaliveSeconds: flags.keepaliveSeconds ?? keepaliveOfEnvironment(),
    allowUnsafePrivateDataDir: flags.allowUnsafePrivateDataDir ?? false,
    signal: signals.cancel,
    killSignal: signals.kill,
    // Standard error is a part of the stream where Receptor or Kubernetes reads it.
    log: openCommandLog({ ...flags, quiet: true }),
  });
  return rc;
}

function keepaliveOfEnvironment(): number {
  const text = Deno.env.get("ANSIBLE_RUNNER_KEEPALIVE_SECONDS") ?? "";
  return /^\d+$/.test(text) ? Number(text) : 0;
}

async function cleanup(flags: FlagValues): Promise<number> {
  const { cleanUp } = await import("../../remote/worker/cleanup.ts");
  const { temporaryDir } = await import("../../remote/worker/temporary_place.ts");
  const isDone = await cleanUp({
    filePattern: flags.filePattern,
    temporary: temporaryDir(),
    excludeStrings: flags.excludeStrings,
    gracePeriodMinutes: flags.gracePeriodMinutes,
    removeImages: flags.removeImages,
    imagePrune: flags.imagePrune,
    engine: flags.processIsolationExecutable,
    print,
    refuse: printDiagnostic,
  });
  return isDone === undefined ? 1 : 0;
}
