/**
 * Ends a run whose question on the terminal nobody answers.
 *
 * @module
 */
import { credentialFor } from "../../config/prompts.ts";
import type { RunConfig } from "../../config/run_config.ts";
import type { EndReason } from "../../end_reason.ts";
import type { Redactor } from "../../internal/redact.ts";
import { isConfined } from "../../process/proc_access.ts";
import { nearPattern } from "../../process/prompts/near_pattern.ts";
import { watchForPrompts } from "../../process/prompts/watch.ts";
import type { PromptResponder } from "../../process/prompts/responder.ts";
import type { Supervisor } from "../../process/supervise.ts";

/** Time after which a prompt counts as unanswered unless settings say otherwise, in milliseconds. */
const PROMPT_TIMEOUT_MS = 10_000;

/** What is watched, and who is told. */
export interface PromptGuard {
  /** The run. */
  readonly config: RunConfig;
  /** Pid of the terminal's outermost process. */
  readonly root: number;
  /** `NAME=VALUE` in the environment of the run's processes alone. */
  readonly marker: string;
  /** Answers prompts. */
  readonly responder: PromptResponder;
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
    window: () => guard.responder.window,
    onUnanswered: () => guard.onUnanswered(unansweredReason(guard)),
  });
}

/** Text of a prompt that is shown, in characters. */
const MAX_SHOWN = 500;

function unansweredReason({ config, responder, redactor }: PromptGuard): EndReason {
  const prompt = redactor.redactCut(responder.lastLine).slice(-MAX_SHOWN);
  const near = nearPattern(prompt, config.passwords.map(([pattern]) => pattern));
  const credential = credentialFor(prompt);
  return {
    reason: "prompt_not_answered",
    prompt,
    ...(near === undefined ? {} : { near: redactor.redact(near) }),
    ...(credential === undefined ? {} : { credential }),
  };
}
