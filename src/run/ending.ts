/**
 * Turns the end of a program, and what ended it, into the reason of a run.
 *
 * @module
 */
import { messageOf } from "../errors.ts";
import type { EndReason } from "../end_reason.ts";
import type { StopCause, SupervisedEnd } from "../process/supervise.ts";

/**
 * Says why a run ended.
 *
 * @param end how its program ended
 * @param program path of the program
 * @returns the reason
 */
export function reasonOf(end: SupervisedEnd, program: string): EndReason {
  const survivors = end.survivors.length > 0 ? { survivors: end.survivors } : {};
  const { cause, exit } = end;
  if (cause !== undefined) return { ...reasonOfCause(cause), ...survivors };
  switch (exit.type) {
    case "exit":
      return { reason: "exit", code: exit.code };
    case "signal":
      return { reason: "signal", signal: exit.signal };
    case "error":
      return { reason: "could_not_start", program, error: exit.error };
    case "lost":
      return { reason: "signal", signal: 9 };
  }
}

/**
 * Says why a run ended that we ended.
 *
 * @param cause why we did
 * @returns the reason
 */
export function reasonOfCause(cause: StopCause): EndReason {
  switch (cause.type) {
    case "canceled":
      return { reason: "canceled", by: cause.by };
    case "job_timeout":
    case "idle_timeout":
      return { reason: cause.type, seconds: cause.seconds };
    case "prompt_not_answered":
      return { reason: cause.type, prompt: cause.prompt };
    case "handler_failed":
      return { reason: cause.type, handler: cause.handler };
    case "artifacts_failed":
      return { reason: cause.type, error: messageOf(cause.error) };
  }
}
