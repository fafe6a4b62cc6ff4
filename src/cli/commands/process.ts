/**
 * The command `process`: a worker's stream from standard input, as artifacts and text.
 *
 * @module
 */
import type { ProcessResult } from "../../remote/process_options.ts";
import { process } from "../../remote/processor.ts";
import { ByteQueue } from "../../remote/wire/byte_queue.ts";
import type { DirCommand } from "../parse/command_line.ts";
import { logged } from "../runs/job_request.ts";
import type { Log } from "../terminal/debug_log.ts";
import { openColourFilter } from "../terminal/colour_filter.ts";
import { printFault } from "../terminal/fault.ts";
import { ShownText } from "../terminal/shown_text.ts";
import { watchSignals } from "../terminal/signals.ts";

/**
 * Processes one stream.
 *
 * @returns the exit code
 */
export async function processStream(parsed: DirCommand): Promise<number> {
  return await logged(parsed, (log) => collect(parsed, log));
}

async function collect({ flags, privateDataDir }: DirCommand, log: Log): Promise<number> {
  using signals = watchSignals();
  const screen = new ByteQueue(Deno.stdout.writable);
  const shown = new ShownText(screen, openColourFilter(flags.color));
  const result = await process({
    input: Deno.stdin.readable,
    privateDataDir,
    ...(flags.ident && { ident: flags.ident }),
    ...(flags.artifactDir && { artifactDir: flags.artifactDir }),
    allowUnsafePrivateDataDir: flags.allowUnsafePrivateDataDir,
    plugins: flags.plugins,
    metricsFile: flags.metricsFile || undefined,
    syslog: flags.syslog,
    syslogServer: flags.syslogServer || undefined,
    ...(flags.quiet !== true && { onOutput: (text) => shown.add(text) }),
    signal: signals.cancel,
    killSignal: signals.kill,
    log,
  });
  shown.flush();
  await screen.settle(signals.cancel);
  if (result.error !== undefined) {
    const message = `Cannot process the stream: ${result.error}`;
    printFault({ code: "remote.message", message, exitCode: 1 });
    log("error", result.error);
  }
  if (signals.cancel.aborted) return 254;
  if (flags.isExitCode === true) return exitCodeOf(result);
  return result.error === undefined ? 0 : 1;
}

function exitCodeOf({ status, rc, error }: ProcessResult): number {
  if (error !== undefined) return rc || 1;
  if (rc !== undefined) return rc;
  return status === "successful" ? 0 : status === "canceled" || status === "timeout" ? 254 : 1;
}
