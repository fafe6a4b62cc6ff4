/**
 * Masks the secrets in what others may see of a run.
 *
 * @module
 */
import type { Launch } from "../command/launch.ts";
import type { RunConfig } from "../config/run_config.ts";
import type { EndReason } from "../end_reason.ts";
import { redactEnvironment, Redactor, secretValues } from "../internal/redact.ts";

/** What the `command` file and status handlers are shown. */
export interface ShownLaunch {
  /** The words of the command. */
  readonly command: string[];
  /** Its working directory. */
  readonly cwd: string;
  /** Its environment. */
  readonly env: Record<string, string>;
}

/**
 * Makes what masks the secrets of a run.
 *
 * @returns masks nothing when the run says so
 */
export function redactorOf(config: RunConfig): Redactor {
  return new Redactor(config.settings.redact === false ? [] : secretsOf(config));
}

/**
 * Makes what masks the secrets of a run where its command is shown and in logs: values of
 * environment variables that look secret, too. In its output they may be any word, such as `true`.
 *
 * @returns masks nothing when the run says so
 */
export function commandRedactorOf(config: RunConfig): Redactor {
  if (config.settings.redact === false) return new Redactor([]);
  // A word or a path would make a command unreadable, and hides nothing.
  const values = secretValues(config.env).filter((value) => !/^\/|^[a-z]{0,8}$/i.test(value));
  return new Redactor([...secretsOf(config), ...values]);
}

/**
 * Masks what must not be seen of a launch.
 *
 * @param options the run, and what masks its secrets
 */
export function shownLaunch(
  launch: Launch,
  { config, redactor }: { readonly config: RunConfig; readonly redactor: Redactor },
): ShownLaunch {
  const isShown = config.settings.redact === false;
  return {
    command: launch.argv.map((word) => redactor.redact(word)),
    // Contract: what the program sees.
    cwd: launch.cwdInside ?? launch.cwd,
    env: isShown ? { ...launch.env } : redactEnvironment(launch.env, redactor),
  };
}

/**
 * Makes the reason that people see: command lines of what still runs may have secrets in them, and
 * so may errors.
 *
 * @returns the same with its texts masked
 */
export function shownReason(reason: EndReason, redactor: Redactor): EndReason {
  return JSON.parse(
    JSON.stringify(reason),
    (key, value) => typeof value === "string" && key !== "reason" ? redactor.redact(value) : value,
  );
}

/** What must not be seen in any output. */
function* secretsOf(config: RunConfig): Generator<string> {
  for (const [, answer] of config.passwords) if (answer !== null) yield answer;
  yield* lastingSecretsOf(config);
}

/** What must not be seen, whatever question it answers. */
export function* lastingSecretsOf(config: RunConfig): Generator<string> {
  yield* Object.values(config.credentials);
  for (const key of config.sshKeys) yield key.text;
  const registry = config.settings.containerAuthData;
  if (registry !== undefined) yield registry.password;
}
