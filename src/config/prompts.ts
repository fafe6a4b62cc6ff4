/**
 * Patterns of prompts and their answers, from env/passwords and named credentials.
 *
 * @module
 */
import { ConfigError } from "../errors.ts";
import type { RunConfig } from "./run_config.ts";

/** A prompt and its answer. */
export interface Prompt {
  /** The Python regex of env/passwords, or the name of the credential. */
  readonly name: string;
  /** What it looks like. */
  readonly pattern: RegExp;
  /** What is typed, less the return key; null types nothing. */
  readonly answer: string | null;
}

/**
 * Prompts of Ansible 2.9 to 2.19 and of ssh, by credential. They match at the end of the output
 * only: that is where a program waits.
 */
const CREDENTIAL_PROMPTS: readonly [name: RegExp, pattern: (argument: string) => string][] = [
  [/^ssh$/, () => "(^|\\n)SSH password: ?$"],
  // The method's name where `agnostic_become_prompt` is off.
  [/^become$/, () => "(^|\\n)(?!SSH )[A-Z_]+ password(\\[defaults to SSH password\\])?: ?$"],
  [/^vault$/, () => "(^|\\n)(Vault password|Vault password \\(default\\)): ?$"],
  [/^vault@(.+)$/s, (id) => `(^|\\n)Vault password \\(${RegExp.escape(id)}\\): ?$`],
  [/^ssh_key_passphrase$/, () => "Enter passphrase for [^\\n]*: ?$"],
  [
    /^ssh_key_passphrase@(.+)$/s,
    (file) => `Enter passphrase for [^\\n]*${RegExp.escape(file)}'?: ?$`,
  ],
];

/** What a question looks like that a credential answers, whatever it is about. */
const CREDENTIAL_QUESTIONS: readonly [pattern: RegExp, name: string][] = [
  [/^SSH password: ?$/, "ssh"],
  [/^[A-Z_]+ password(\[defaults to SSH password\])?: ?$/, "become"],
  [/^\[sudo\] password for [^\n]*: ?$/, "become"],
  [/^Vault password(?: \((?:default|(.+))\))?: ?$/s, "vault"],
  [/Enter passphrase for [^\n]*: ?$/, "ssh_key_passphrase"],
];

/**
 * Tells which credential answers a question.
 *
 * @returns the name, such as `vault@dev`; undefined when none does
 */
export function credentialFor(question: string): string | undefined {
  for (const [pattern, name] of CREDENTIAL_QUESTIONS) {
    const match = pattern.exec(question);
    if (match !== null) return match[1] === undefined ? name : `${name}@${match[1]}`;
  }
  return undefined;
}

/**
 * Makes the prompts of a run.
 *
 * @returns env/passwords in file order, then credentials, the more exact ones first
 * @throws {ConfigError} when a pattern cannot be read as a Python regex
 */
export async function buildPrompts(
  config: Pick<RunConfig, "passwords" | "credentials">,
): Promise<Prompt[]> {
  const prompts = await passwordPrompts(config.passwords);
  const credentials = Object.entries(config.credentials)
    .sort(([a], [b]) => Number(b.includes("@")) - Number(a.includes("@")));
  for (const [name, secret] of credentials) {
    for (const [known, pattern] of CREDENTIAL_PROMPTS) {
      const match = known.exec(name);
      if (match !== null) {
        prompts.push({ name, pattern: new RegExp(pattern(match[1] ?? "")), answer: secret });
      }
    }
  }
  return prompts;
}

/** Contract: Python's meaning, `^` and `$` at every line. Most runs have none: loaded when needed. */
async function passwordPrompts(passwords: RunConfig["passwords"]): Promise<Prompt[]> {
  if (passwords.length === 0) return [];
  const { translatePythonRegex } = await import("../python/regex/translate.ts");
  return passwords.map(([source, answer]) => {
    try {
      return { name: source, pattern: translatePythonRegex(source), answer };
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      throw new ConfigError(
        "config.passwords",
        `Cannot use a pattern of passwords: ${error.message}`,
        { cause: error },
      );
    }
  });
}
