/**
 * The programs that a caller wants to be run at a run's end; what they need is loaded only then.
 *
 * @module
 */
import type { RunConfig } from "../../config/run_config.ts";
import type { RunSummary } from "../../emitters/plugins/end_commands.ts";
import type { TakenOptions } from "../run_options.ts";

/** Programs that wait for the end. */
export interface OpenEndCommands {
  /** Runs those that the end calls for; never throws. */
  run(end: Omit<RunSummary, "started">): Promise<void>;
}

/**
 * Looks the programs up, before anything is started.
 *
 * @throws {ConfigError} when there is no such program
 */
export async function openEndCommands(
  { onEnd, onFailure, killSignal: hurry }: TakenOptions,
  context: { readonly config: RunConfig; readonly warn: (message: string) => void },
): Promise<OpenEndCommands | undefined> {
  if (onEnd === undefined && onFailure === undefined) return undefined;
  const { endCommandsOf, runEndCommands } = await import("../../emitters/plugins/end_commands.ts");
  const commands = endCommandsOf({ onEnd, onFailure });
  const started = new Date();
  return {
    run: (end) => runEndCommands(commands, { ...context, hurry, summary: { ...end, started } }),
  };
}
