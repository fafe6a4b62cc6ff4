/**
 * The command `transmit`: a job as a stream on standard output.
 *
 * @module
 */
import { transmitAs } from "../../remote/transmitter.ts";
import type { RunOptions } from "../../run.ts";
import type { DirCommand } from "../parse/command_line.ts";
import { logged, readRunOptions, requestOf } from "../runs/job_request.ts";
import type { Log } from "../terminal/debug_log.ts";
import { watchSignals } from "../terminal/signals.ts";

/**
 * Sends a job; a reader that is gone is no news to whoever ended it.
 *
 * @returns the exit code
 */
export async function transmit(parsed: DirCommand): Promise<number> {
  return await logged(parsed, async (log) => {
    const options = await readRunOptions(await requestOf(parsed), log);
    return await send(parsed, { options, log });
  });
}

async function send(
  { flags }: DirCommand,
  { options, log }: { readonly options: RunOptions; readonly log: Log },
): Promise<number> {
  using signals = watchSignals();
  try {
    await transmitAs({
      ...options,
      output: Deno.stdout.writable,
      onlyTransmitKwargs: flags.onlyTransmitKwargs ?? false,
      signal: signals.cancel,
      log,
    }, { isWhole: true });
    return 0;
  } catch (error) {
    if (error instanceof Error && error.cause instanceof Deno.errors.BrokenPipe) return 1;
    if (signals.cancel.aborted) return 254;
    throw error;
  }
}
