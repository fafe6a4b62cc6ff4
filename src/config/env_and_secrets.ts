/**
 * Envvars, passwords and credentials as texts, from options and files.
 *
 * @module
 */
import { ConfigError, type ErrorCode } from "../errors.ts";
import type { DataDirInputs } from "./inputs/private_data_dir.ts";
import type { TakenInputs } from "./options.ts";
import { kindOf, pythonText } from "../python/values.ts";

/** The environment of a run before the run sets its own. */
export interface GivenEnvironment {
  /** Our own environment and the inputs. */
  readonly all: Record<string, string>;
  /** Names of the inputs. */
  readonly inputNames: string[];
  /** What a person should know. */
  readonly warnings: string[];
}

/**
 * Our environment < `envvars` argument < env/envvars.
 *
 * @throws {ConfigError} when a name or value cannot be one of an environment
 */
export function resolveEnv(
  { options, inputs }: { readonly options: TakenInputs; readonly inputs: DataDirInputs },
  ours: Readonly<Record<string, string>>,
): GivenEnvironment {
  const given: [string, unknown][] = [
    ...Object.entries(options.envvars ?? {}),
    ...Object.entries(inputs.envvars ?? {}),
  ];
  const all: Record<string, string> = { ...ours };
  for (const [name, value] of given) {
    if (name === "" || name.includes("=") || name.includes("\0")) {
      throw new ConfigError(
        "config.envvars",
        `Cannot use ${shownName(name)} of envvars: not a variable name`,
      );
    }
    const text = textOf(value, { code: "config.envvars", name: `${shownName(name)} of envvars` });
    if (text.includes("\0")) {
      throw new ConfigError(
        "config.envvars",
        `Cannot use ${shownName(name)} of envvars: a NUL character in it`,
      );
    }
    all[name] = text;
  }
  return { all, inputNames: [...new Set(given.map(([name]) => name))], warnings: warningsOf(all) };
}

/** A callback plugin of the original speaks another wire: it would take our events away. */
function warningsOf(env: Readonly<Record<string, string>>): string[] {
  return env["AWX_LIB_DIRECTORY"] === undefined
    ? []
    : ["AWX_LIB_DIRECTORY is ignored: the callback plugin of this program is used"];
}

/** A name in quotes, on one line and not too long. */
function shownName(name: string): string {
  return JSON.stringify(name.length > 60 ? `${name.slice(0, 60)}…` : name);
}

/** A scalar as Python prints it; what else there is stays unsaid, as it may be secret. */
function textOf(value: unknown, at: { code: ErrorCode; name: string }): string {
  const kind = kindOf(value);
  if (["a mapping", "a list", "a set"].includes(kind)) {
    throw new ConfigError(at.code, `Cannot use ${at.name}: expected a string, got ${kind}`);
  }
  return pythonText(value);
}

/**
 * Argument < env/passwords, per key.
 *
 * @param inputs the files of the private data dir
 * @returns pattern and answer, in order; null answers nothing
 * @throws {ConfigError} when an answer is no text
 */
export function resolvePasswords(
  options: TakenInputs,
  inputs: DataDirInputs,
): [string, string | null][] {
  const merged = new Map<string, unknown>([
    ...Object.entries(options.passwords ?? {}),
    ...Object.entries(inputs.passwords ?? {}),
  ]);
  return [...merged].map(([pattern, answer]) => {
    if (answer === null || answer === undefined) return [pattern, null];
    return [
      pattern,
      textOf(answer, { code: "config.passwords", name: `${shownName(pattern)} of passwords` }),
    ];
  });
}

/**
 * env/credentials < argument: a flag is meant for this run.
 *
 * @param inputs the files of the private data dir
 * @throws {ConfigError} when a name is unknown or a secret is no text
 */
export function resolveCredentials(
  options: TakenInputs,
  inputs: DataDirInputs,
): Record<string, string> {
  const merged: Record<string, string> = {};
  for (const source of [inputs.credentials ?? {}, options.credentials ?? {}]) {
    for (const [name, secret] of Object.entries(source)) {
      const code: ErrorCode = "config.credential";
      const at = { code, name: `credential ${shownName(name)}` };
      if (!/^(ssh|become|vault(@.+)?|ssh_key_passphrase(@.+)?)$/.test(name)) {
        throw new ConfigError(
          at.code,
          `Cannot use ${at.name}: expected ssh, become, vault, vault@ID, ssh_key_passphrase or ssh_key_passphrase@FILE`,
        );
      }
      if (secret === null) {
        throw new ConfigError(at.code, `Cannot use ${at.name}: expected a string, got null`);
      }
      merged[name] = textOf(secret, at);
    }
  }
  return merged;
}
