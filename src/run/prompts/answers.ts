/**
 * Answers what a run's program asks on its terminal; loaded only by runs that have answers.
 *
 * @module
 */
import { RUN_MARKER } from "../../command/environment.ts";
import type { RunConfig } from "../../config/run_config.ts";
import { withoutMarkers } from "../../events/tokenizer.ts";
import type { Redactor } from "../../internal/redact.ts";
import { PromptResponder } from "../../process/prompts/responder.ts";
import { findWaitingReader } from "../../process/prompts/terminal_reader.ts";
import { Typist } from "../../process/prompts/typist.ts";
import type { Pty } from "../../process/pty.ts";
import { lastingSecretsOf } from "../masking.ts";
import type { RunContext } from "../run_context.ts";
import { ShownAnswers } from "./shown_answers.ts";

/**
 * Makes what watches for answers that everybody sees; runs without env/passwords need none.
 *
 * @param wire its token, and what masks its secrets
 * @returns takes answers, and what they answer
 */
export function watchShownAnswers(
  config: RunConfig,
  wire: { readonly token: string; readonly redactor: Redactor },
): ShownAnswers | undefined {
  if (config.passwords.length === 0 || !wire.redactor.isActive) return undefined;
  return new ShownAnswers({ ...wire, always: new Set(lastingSecretsOf(config)) });
}

/** Makes what answers the questions of a program that has just been started. */
export function openResponder(
  { prompts, stopper, runId }: RunContext,
  { token, shown, pty }: {
    readonly token: string;
    readonly shown: ShownAnswers | undefined;
    readonly pty: Pty;
  },
): PromptResponder {
  const search = { root: pty.pid, marker: `${RUN_MARKER}=${runId}` };
  const typist = new Typist({
    isAwaited: () => findWaitingReader(search) !== undefined,
    type: (text) => pty.write(text),
  });
  return new PromptResponder({
    answers: prompts,
    clean: (text) => {
      shown?.sawText(text);
      return withoutMarkers(text, token);
    },
    onAnswer: (answer, question) => shown?.answered(answer, question),
    type: (text) => typist.type(text),
    onSlow: (pattern) => stopper.stop({ reason: "pattern_too_slow", pattern }),
  });
}
