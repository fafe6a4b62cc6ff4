/**
 * Divides the environment of a containerized run: what the engine's env file can carry, what a
 * script inside must set, and what tells the engine's client where its engine is. Pure.
 *
 * @module
 */
import { ConfigError } from "../../errors.ts";

/** docker reads env files line by line, and no line longer than 64 KiB. */
const MAX_ENV_LINE = 60_000;

/**
 * What a line of an env file or a shell would take for more than a name: blanks, `#`, and `*`, which
 * podman takes for all variables of the host that begin so.
 */
const PLAIN_NAME = /^[A-Za-z_][\w.%()-]*$/;

const SHELL_NAME = /^[A-Za-z_]\w*$/;

/** Variables that say where the engine is: no other input reaches its client. */
const ADDRESS = [
  "CONTAINER_CONNECTION",
  "CONTAINER_HOST",
  "CONTAINER_SSHKEY",
  "DOCKER_CERT_PATH",
  "DOCKER_CONTEXT",
  "DOCKER_HOST",
  "DOCKER_TLS",
  "DOCKER_TLS_VERIFY",
];

/** An environment on its two ways into a container. */
export interface DividedEnvironment {
  /** Lines of the env file. */
  readonly lines: readonly string[];
  /** A shell script that sets the rest and becomes the command; undefined when there is no rest. */
  readonly script: string | undefined;
}

/**
 * Divides the environment inside.
 *
 * @returns an env file, and a script for values of several lines and very long ones
 * @throws {ConfigError} when a name would be read as something else
 */
export function divideEnvironment(env: Readonly<Record<string, string>>): DividedEnvironment {
  const lines: string[] = [];
  const exports: string[] = [];
  for (const [name, value] of Object.entries(env)) {
    const isOdd = /[\r\n]/.test(value) || value.length > MAX_ENV_LINE;
    const names = isOdd ? SHELL_NAME : PLAIN_NAME;
    if (!names.test(name)) {
      throw new ConfigError(
        "config.envvars",
        `Cannot pass ${JSON.stringify(name.slice(0, 60))} of envvars into a container: expected ` +
          (isOdd
            ? "a name of letters, digits and _ for a value of several lines"
            : "a variable name"),
      );
    }
    if (isOdd) exports.push(`export ${name}='${value.replaceAll("'", `'\\''`)}'\n`);
    else lines.push(`${name}=${value}`);
  }
  const script = exports.length === 0 ? undefined : `${exports.join("")}exec "$@"\n`;
  return { lines, script };
}

/**
 * Picks what says where the engine is. Contract: users of the original put it into env/envvars.
 *
 * @returns those that every call of the engine gets
 */
export function engineAddress(inputs: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    ADDRESS.flatMap((name) => Object.hasOwn(inputs, name) ? [[name, inputs[name] ?? ""]] : []),
  );
}
