/**
 * Reads the secrets that `--credential NAME=SOURCE` flags name.
 *
 * @module
 */
import { ConfigError, messageOf, UsageError } from "../../errors.ts";

/** A named secret and where it is. */
export interface CredentialSource {
  /** Name of the secret, such as `become` or `vault@ID`. */
  readonly name: string;
  /** Whether it is in a file or in an environment variable. */
  readonly from: "file" | "env";
  /** Path of the file, or name of the variable. */
  readonly place: string;
}

/** What reading secrets needs from the system. */
export interface CredentialReaders {
  /** Our environment. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Reads a file as text. */
  readonly readTextFile: (path: string) => string | Promise<string>;
}

const NAME = /^(ssh|become|vault(@.+)?|ssh_key_passphrase(@.+)?)$/;
const SOURCE = /^(.+?)=(file|env):(.+)$/s;

/**
 * Parses one value of `--credential`.
 *
 * @returns the name and its source
 * @throws {UsageError} when it has another form; what was typed is not repeated, as it may be secret
 */
export function parseCredential(text: string): CredentialSource {
  const [, name, from, place] = SOURCE.exec(text) ?? [];
  if (name === undefined || place === undefined) {
    throw new UsageError("Option --credential needs NAME=file:PATH or NAME=env:VARIABLE");
  }
  if (!NAME.test(name)) {
    throw new UsageError(`Unknown credential "${name}"`, {
      hint:
        "Names are ssh, become, vault, vault@ID, ssh_key_passphrase and ssh_key_passphrase@FILE",
    });
  }
  return { name, from: from === "env" ? "env" : "file", place };
}

/**
 * Reads the secrets.
 *
 * @returns secret by name; of two with one name the last
 * @throws {ConfigError} when a variable is not set or a file cannot be read
 */
export async function readCredentials(
  sources: readonly CredentialSource[],
  readers: CredentialReaders,
): Promise<Readonly<Record<string, string>>> {
  const secrets: Record<string, string> = {};
  for (const source of sources) secrets[source.name] = await readSecret(source, readers);
  return secrets;
}

async function readSecret(source: CredentialSource, readers: CredentialReaders): Promise<string> {
  const { name, from, place } = source;
  if (from === "env") {
    const secret = readers.env[place];
    if (secret !== undefined) return secret;
    throw new ConfigError(
      "config.credential",
      `Cannot read credential "${name}": the environment variable "${place}" is not set`,
    );
  }
  try {
    return (await readers.readTextFile(place)).replace(/\r?\n$/, "");
  } catch (cause) {
    const message = messageOf(cause);
    // What is said twice is said once: `Cannot read credential "ssh": "/path": no such file`.
    const reason = message.replace(/^Cannot read /, "");
    throw new ConfigError("config.credential", `Cannot read credential "${name}": ${reason}`, {
      cause,
    });
  }
}
