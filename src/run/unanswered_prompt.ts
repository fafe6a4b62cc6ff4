/**
 * Turns a question on the terminal that nobody answers into the end of its run.
 *
 * @module
 */
import type { RunConfig } from "../config/run_config.ts";
import { isConfined } from "../process/proc_access.ts";
import { watchForPrompts } from "../process/prompts/watch.ts";
import type { PromptResponder } from "../process/prompts/responder.ts";
import type { Supervisor } from "../process/supervise.ts";

/** Time after which a prompt counts as unanswered unless settings say otherwise, in milliseconds. */
const PROMPT_TIMEOUT_MS = 10_000;

/** What is watched, and who is told. */
export interface PromptGuard {
  /** The run. */
  readonly config: RunConfig;
  /** Pid of the terminal's outermost process. */
  readonly root: number;
  /** Answers prompts. */
  readonly responder: PromptResponder;
  /** Takes the text of a prompt that had no answer in time. */
  readonly onUnanswered: (prompt: string) => void;
}

/**
 * Watches for a program that asks and gets no answer. Raw command lines may know what they do.
 *
 * @param supervisor of the program
 * @param guard what is watched
 * @returns watches no more when disposed
 */
export function endWhenAsked(supervisor: Supervisor, guard: PromptGuard): Disposable | undefined {
  const { settings, mode } = guard.config;
  const timeoutMs = settings.promptTimeoutMs ?? PROMPT_TIMEOUT_MS;
  // 0 switches it off, and so does null in a file, which is read as 0.
  if (timeoutMs === 0 || mode === "raw") return undefined;
  // Who waits for input is told by /proc alone.
  if (isConfined()) return undefined;
  return watchForPrompts(supervisor, {
    timeoutMs,
    root: guard.root,
    window: () => guard.responder.window,
    onUnanswered: () => guard.onUnanswered(guard.responder.lastLine),
  });
}
