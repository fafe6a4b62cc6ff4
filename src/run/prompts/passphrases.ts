/**
 * The passphrases of a run's private keys, among its answers.
 *
 * @module
 */
import type { RunConfig } from "../../config/run_config.ts";
import { baseName } from "../../internal/paths.ts";
import { SlowPatternError } from "../../process/prompts/bounded_search.ts";
import { type PromptAnswer, Question } from "../../process/prompts/question.ts";

/**
 * Makes what gives the passphrase of a key: the credential for it, or what env/passwords answers to
 * the question that the original would be asked. It has the key in a pipe of its artifact directory,
 * and many patterns name that.
 *
 * @returns gives a passphrase by the key's name
 */
export function passphraseLookup(
  config: Pick<RunConfig, "artifactDir" | "credentials">,
  prompts: readonly PromptAnswer[],
): (name: string) => string | undefined {
  const { artifactDir, credentials } = config;
  return (name) =>
    credentials[`ssh_key_passphrase@${name}`] ??
      credentials[`ssh_key_passphrase@${baseName(name)}`] ??
      credentials["ssh_key_passphrase"] ??
      answerTo(`Enter passphrase for ${artifactDir}/ssh_key_data: `, prompts);
}

function answerTo(question: string, prompts: readonly PromptAnswer[]): string | undefined {
  return prompts.find((prompt) => isAsked(question, prompt))?.answer ?? undefined;
}

/** A pattern that takes too long ends the run as soon as there is output: that is told then. */
function isAsked(text: string, prompt: PromptAnswer): boolean {
  try {
    return new Question(prompt).find(text, 0) !== undefined;
  } catch (error) {
    if (!(error instanceof SlowPatternError)) throw error;
    return false;
  }
}
