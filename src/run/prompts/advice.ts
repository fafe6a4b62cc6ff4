/**
 * What would have answered a question that nobody answered.
 *
 * @module
 */
import { credentialFor } from "../../config/prompts.ts";
import type { RunConfig } from "../../config/run_config.ts";
import type { Redactor } from "../../internal/redact.ts";
import { nearPattern } from "../../process/prompts/near_pattern.ts";

/** What may help. */
export interface Advice {
  /** The pattern that is nearly right. */
  readonly near?: string;
  /** The credential that answers such questions. */
  readonly credential?: string;
}

/** Looks for what may help with a question. */
export function adviceOn(
  prompt: string,
  { config, redactor }: { readonly config: RunConfig; readonly redactor: Redactor },
): Advice {
  const near = nearPattern(prompt, config.passwords.map(([pattern]) => pattern));
  const credential = credentialFor(prompt);
  return {
    ...(near === undefined ? {} : { near: redactor.redact(near) }),
    ...(credential === undefined ? {} : { credential }),
  };
}
