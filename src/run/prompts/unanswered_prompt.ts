/**
 * Ends a run whose question on the terminal nobody answers.
 *
 * @module
 */
import type { RunConfig } from "../../config/run_config.ts";
import type { EndReason } from "../../end_reason.ts";
import type { Redactor } from "../../internal/redact.ts";
import { isConfined } from "../../process/proc_access.ts";
import { watchForPrompts } from "../../process/prompts/watch.ts";
import type { Supervisor } from "../../process/supervise.ts";

/** Time after which a prompt counts as unanswered unless settings say otherwise, in milliseconds. */
const PROMPT_TIMEOUT_MS = 10_000;

/** Text of a prompt that is shown, in characters. */
const MAX_SHOWN = 500;

/** What is watched, and who is told. */
export interface PromptGuard {
  /** The run. */
  readonly config: RunConfig;
  /** Pid of the terminal's outermost process. */
  readonly root: number;
  /** `NAME=VALUE` in the environment of the run's processes alone. */
  readonly marker: string;
  /** Output since the last answer. */
  readonly window: () => string;
  /** Masks its secrets. */
  readonly redactor: Redactor;
  /** Takes the end of a run with a prompt that had no answer in time. */
  readonly onUnanswered: (reason: EndReason) => void;
}

/**
 * Watches for a program that asks and gets no answer. Raw command lines may know what they do.
 *
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
    marker: guard.marker,
    window: guard.window,
    onUnanswered: async () => guard.onUnanswered(await reasonOf(guard)),
  });
}

/** What helps is found by what is loaded only now; the run ends without as well. */
async function reasonOf({ config, window, redactor }: PromptGuard): Promise<EndReason> {
  const prompt = redactor.redactCut(lastLineOf(window())).slice(-MAX_SHOWN);
  try {
    const { adviceOn } = await import("./advice.ts");
    return { reason: "prompt_not_answered", prompt, ...adviceOn(prompt, { config, redactor }) };
  } catch {
    return { reason: "prompt_not_answered", prompt };
  }
}

/** The text that a person would take for the prompt: the last line that is not empty, as it is. */
export function lastLineOf(window: string): string {
  return window.split(/[\r\n]+/).findLast((line) => line.trim() !== "") ?? "";
}
