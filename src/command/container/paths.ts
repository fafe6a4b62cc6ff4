/**
 * Turns paths of the host into the paths by which a container knows them. Pure.
 *
 * @module
 */
import { isBelow } from "../../internal/paths.ts";

/** A directory of the host and where it is inside. */
export interface PathPair {
  /** Absolute path on the host, without a slash at the end. */
  readonly host: string;
  /** The same inside. */
  readonly inside: string;
  /** Whether only the path itself is meant, not what is below it. @default {false} */
  readonly exact?: boolean;
}

/** Variables of the run's environment whose paths are ours to set. */
const PATH_VARIABLES = new Set([
  "AWX_ISOLATED_DATA_DIR",
  "ANSIBLE_CACHE_PLUGIN_CONNECTION",
  "ANSIBLE_CALLBACK_PLUGINS",
  "ANSIBLE_ROLES_PATH",
]);

/** Options of Ansible whose value is a path, `@path` or `label@path`. */
const PATH_OPTIONS = new Set([
  "-i",
  "--inventory",
  "--inventory-file",
  "-l",
  "--limit",
  "-e",
  "--extra-vars",
  "-M",
  "--module-path",
  "--playbook-dir",
  "--key-file",
  "--private-key",
  "--vault-id",
  "--vault-password-file",
  "--vault-pass-file",
  "--become-password-file",
  "--become-pass-file",
  "--connection-password-file",
  "--conn-pass-file",
]);

/** Options of Ansible whose value only looks like a path of ours. */
const TEXT_OPTIONS = new Set([
  "-a",
  "--args",
  "-m",
  "--module-name",
  "-t",
  "--tags",
  "--skip-tags",
  "--start-at-task",
  "-u",
  "--user",
]);

/**
 * Rewrites one path; the narrowest directory that contains it decides.
 *
 * @param path a path of the host
 * @returns the path inside, or the same when it is not mounted
 */
export function hostPathToContainer(path: string, pairs: readonly PathPair[]): string {
  const best = pairs
    .filter((pair) => path === pair.host || (!pair.exact && isBelow(path, pair.host)))
    .sort((a, b) => b.host.length - a.host.length || Number(b.exact) - Number(a.exact))[0];
  return best === undefined ? path : best.inside + path.slice(best.host.length);
}

/**
 * Rewrites the paths in the command line of Ansible: values of options that are paths, and the
 * playbook. Module arguments and all other text stay as they are.
 *
 * @param argv the program's name and its arguments, with paths of the host
 * @returns the command line for inside
 */
export function argvToContainer(argv: readonly string[], pairs: readonly PathPair[]): string[] {
  return argv.map((word, index) => {
    const before = argv[index - 1] ?? "";
    if (TEXT_OPTIONS.has(before)) return word;
    if (PATH_OPTIONS.has(before)) return rewriteValue(word, pairs);
    if (!word.startsWith("-")) return hostPathToContainer(word, pairs);
    const equals = word.indexOf("=");
    if (equals < 0 || !PATH_OPTIONS.has(word.slice(0, equals))) return word;
    return word.slice(0, equals + 1) + rewriteValue(word.slice(equals + 1), pairs);
  });
}

/**
 * Rewrites those variables that hold paths which we have set, also in lists joined by colons.
 *
 * @param env the environment of the run, with paths of the host
 */
export function environmentToContainer(
  env: Readonly<Record<string, string>>,
  pairs: readonly PathPair[],
): Record<string, string> {
  const entries = Object.entries(env).map(([name, value]): [string, string] => {
    if (!PATH_VARIABLES.has(name)) return [name, value];
    return [name, value.split(":").map((part) => hostPathToContainer(part, pairs)).join(":")];
  });
  return Object.fromEntries(entries);
}

/** A path, `@path` or `label@path`. */
function rewriteValue(value: string, pairs: readonly PathPair[]): string {
  const label = /^[^\s/=,@]*@/.exec(value)?.[0] ?? "";
  return label + hostPathToContainer(value.slice(label.length), pairs);
}
