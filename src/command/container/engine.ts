/**
 * Turns a container plan and an environment into the files that podman or docker need, and the
 * command line for them.
 *
 * @module
 */
import { kindOfRemains, parseContainerNote, REMAINS_PREFIX } from "../../ownership/remains.ts";
import type { ContainerAuthData } from "../../config/settings/registry_login.ts";
import { callerPath, findProgram, runProgram } from "../../internal/programs.ts";
import { buildContainerArgv, containerEngine, containerName, type ContainerPlan } from "./argv.ts";
import { argvToContainer, environmentToContainer } from "./paths.ts";
import { findIsolationProgram } from "../sandbox/bwrap.ts";
import { makePrivateDir, removeTree } from "../temporary_dir.ts";

export { type ContainerEngine, containerEngine, type ContainerPlan } from "./argv.ts";

/** docker reads env files line by line, and no line longer than 64 KiB. */
const MAX_ENV_LINE = 60_000;

/** What runs inside, and with what. */
export interface ContainerOptions {
  /** The program's name and its arguments, with paths of the host. */
  readonly command: readonly string[];
  /** Environment inside: only the inputs and what we set, with paths of the host. */
  readonly env: Readonly<Record<string, string>>;
  /** Registry credentials. */
  readonly authData?: ContainerAuthData | undefined;
  /** Where the engine is looked up. @default {PATH of our environment} */
  readonly searchPath?: string;
  /** Where the directory with credentials is made. @default {"/tmp"} */
  readonly stagingPath?: string;
  /** Told the directory with credentials, for {@linkcode removeContainerFiles} after a crash. */
  readonly noteRemains?: (authDir: string) => void;
}

/** A containerized command made ready. */
export interface Container extends Disposable {
  /** Path of the engine. */
  readonly program: string;
  /** The engine's argv with the command and its paths for inside. */
  readonly argv: readonly string[];
  /** What the engine's own environment needs besides ours. */
  readonly engineEnv: Readonly<Record<string, string>>;
  /** The environment inside. */
  readonly env: Readonly<Record<string, string>>;
  /** The container's name, for {@linkcode killContainer}. */
  readonly name: string;
  /** Mounts whose source does not exist, for the debug log. */
  readonly skipped: readonly string[];
}

/**
 * Writes the env file (0600) and, when there are credentials, a private directory (0700) for them.
 * The artifact directory must exist.
 *
 * @param plan what the container is made of
 * @param options what runs inside
 * @returns the command line; dispose it after the run: the files go
 * @throws {IsolationError} when the engine is missing
 * @throws {ConfigError} when there is no image, or a mount is refused
 */
export function prepareContainer(plan: ContainerPlan, options: ContainerOptions): Container {
  const program = findIsolationProgram(plan.executable, options.searchPath);
  const host = { cwd: Deno.cwd(), uid: Deno.uid() ?? 0, look };
  const { pairs } = buildContainerArgv(plan, host);
  using files = new DisposableStack();
  const authDir = options.authData === undefined ? undefined : writeAuthFiles(plan, options);
  if (authDir !== undefined) files.defer(() => void removeTree(authDir));
  const registries: Readonly<Record<string, string>> = options.authData?.verifySsl === false
    ? {
      CONTAINERS_REGISTRIES_CONF: `${authDir}/registries.conf`,
      REGISTRIES_CONFIG_PATH: `${authDir}/registries.conf`,
    }
    : {};
  const env = {
    ...(containerEngine(plan.executable) === "podman" ? { ANSIBLE_UNSAFE_WRITES: "1" } : {}),
    ...environmentToContainer(options.env, pairs),
    ...registries,
  };
  // What cannot stand in a line of the env file is passed through the engine's own environment.
  const odd = Object.entries(env).filter(([, value]) =>
    /[\r\n]/.test(value) || value.length > MAX_ENV_LINE
  );
  const inherited = odd.map(([name]) => name);
  const built = buildContainerArgv(plan, { ...host, authDir, inherited });
  const lines = Object.entries(env).filter(([name]) => !inherited.includes(name));
  replaceFile(built.envFile, lines.map(([name, value]) => `${name}=${value}`).join("\n"));
  files.defer(() => void removeTree(built.envFile));
  const kept = files.move();
  return {
    program,
    argv: [...built.argv, ...argvToContainer(options.command, built.pairs)],
    engineEnv: { ...registries, ...Object.fromEntries(odd) },
    env,
    name: built.name,
    skipped: built.skipped,
    [Symbol.dispose]: () => kept.dispose(),
  };
}

/**
 * Ends a container: ending the engine's client alone would leave it running.
 *
 * @param program path of the engine
 * @param name the container's name
 * @returns what the engine complained of; undefined when it was killed
 */
export async function killContainer(program: string, name: string): Promise<string | undefined> {
  const { code, stderr } = await runProgram([program, "kill", name]);
  return code === 0 ? undefined : stderr.trim() || `exit code ${code}`;
}

/**
 * Removes a container with what the engine knows of it; there need not be one.
 *
 * @param program the engine
 * @param name the container's name
 */
export async function removeContainer(program: string, name: string): Promise<void> {
  await runProgram([program, "rm", "--force", name]);
}

/**
 * Removes the container that a killed run left.
 *
 * @param note see `containerNote`; anything but a name that runs give is left alone
 * @param searchPath where the engine is looked up
 */
export async function cleanUpContainer(note: string, searchPath = callerPath()): Promise<void> {
  const noted = parseContainerNote(note);
  const program = noted === undefined ? undefined : findProgram(noted.engine, searchPath);
  if (noted !== undefined && program !== undefined) await removeContainer(program, noted.name);
}

/**
 * Removes the directory with credentials that a killed run left.
 *
 * @param dir its path; anything that is not named as one is left alone
 */
export function removeContainerFiles(dir: string): void {
  if (kindOfRemains(dir) === "registry") removeTree(dir);
}

function writeAuthFiles(plan: ContainerPlan, options: ContainerOptions): string {
  const { host = "", username = "", password = "", verifySsl } = options.authData ?? {};
  const ident = containerName(plan.ident).slice(REMAINS_PREFIX.container.length);
  const dir = makePrivateDir(options.stagingPath ?? "/tmp", {
    prefix: `${REMAINS_PREFIX.registry}${ident}_`,
    setting: "container_auth_data",
  });
  options.noteRemains?.(dir);
  const name = containerEngine(plan.executable) === "docker" ? "config.json" : "auth.json";
  const auth = new TextEncoder().encode(`${username}:${password}`).toBase64();
  replaceFile(`${dir}/${name}`, JSON.stringify({ auths: { [host]: { auth } } }, null, 4));
  if (verifySsl === false) {
    const location = JSON.stringify(host);
    replaceFile(`${dir}/registries.conf`, `[[registry]]\nlocation = ${location}\ninsecure = true`);
  }
  return dir;
}

/** Never through a link that lies there: the old entry goes, and the new one must be new. */
function replaceFile(path: string, text: string): void {
  removeTree(path);
  Deno.writeTextFileSync(path, text, { createNew: true, mode: 0o600 });
}

function look(path: string): { real: string; isDirectory: boolean } | undefined {
  try {
    return { real: Deno.realPathSync(path), isDirectory: Deno.statSync(path).isDirectory };
  } catch {
    return undefined;
  }
}
