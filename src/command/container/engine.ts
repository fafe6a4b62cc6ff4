/**
 * The files that podman or docker need for a container plan and an environment, and the
 * command line for them.
 *
 * @module
 */
import { kindOfRemains, parseContainerNote, REMAINS_PREFIX } from "../../remains.ts";
import type { ContainerAuthData } from "../../config/settings/registry_login.ts";
import { callerEnv, callerPath, findProgram, runProgram } from "../../internal/programs.ts";
import { removeTree } from "../../internal/remove_tree.ts";
import { buildContainerArgv, containerEngine, containerName, type ContainerPlan } from "./argv.ts";
import { divideEnvironment, engineAddress } from "./environment.ts";
import { argvToContainer, environmentToContainer } from "./paths.ts";
import { findIsolationProgram } from "../sandbox/bwrap.ts";
import { makeTemporaryDir } from "../temporary_dir.ts";

/** How long an engine may take to end or remove a container, in milliseconds. */
const ENGINE_MS = 30_000;

export { type ContainerEngine, containerEngine, type ContainerPlan } from "./argv.ts";
import { workingDirectory } from "../../internal/working_directory.ts";

/** What runs inside, and with what. */
export interface ContainerOptions {
  /** The program's name and its arguments, with paths of the host. */
  readonly command: readonly string[];
  /** Environment inside: only the inputs and what we set, with paths of the host. */
  readonly env: Readonly<Record<string, string>>;
  /** Private directory of the run, seen inside, for what the env file cannot carry. */
  readonly scratchDir: string;
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
  /** What the engine's own environment needs besides the caller's, for each of its calls. */
  readonly engineEnv: Readonly<Record<string, string>>;
  /** The environment inside. */
  readonly env: Readonly<Record<string, string>>;
  /** The container's name, for {@linkcode killContainer}. */
  readonly name: string;
  /** Working directory inside. */
  readonly workdir: string;
  /** Mounts whose source does not exist, for the debug log. */
  readonly skipped: readonly string[];
}

/**
 * Writes the env file (0600) and, when there are credentials, a private directory (0700) for them.
 * The artifact directory must exist.
 *
 * @param plan what the container is made of
 * @returns the command line; dispose it after the run: the files go
 * @throws {IsolationError} when the engine is missing
 * @throws {ConfigError} when there is no image, or a mount is refused
 */
export function prepareContainer(plan: ContainerPlan, options: ContainerOptions): Container {
  const program = findIsolationProgram(plan.executable, options.searchPath);
  const host = { cwd: workingDirectory(), uid: Deno.uid() ?? 0, look };
  // Contract: podman starts nothing in a directory that is not there, and images have no project.
  if (plan.helper !== undefined) makeProjectDir(plan.privateDataDir);
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
  const { lines, script } = divideEnvironment(env);
  const built = buildContainerArgv(plan, { ...host, authDir });
  const enter = `${options.scratchDir}/enter`;
  if (script !== undefined) replaceFile(enter, script);
  replaceFile(built.envFile, lines.join("\n"));
  files.defer(() => void removeTree(built.envFile));
  const kept = files.move();
  return {
    program,
    argv: [
      ...built.argv,
      ...(script === undefined ? [] : argvToContainer(["sh", enter], built.pairs)),
      ...argvToContainer(options.command, [...built.same, ...built.pairs]),
    ],
    engineEnv: { ...registries, ...engineAddress(options.env) },
    env,
    name: built.name,
    workdir: built.workdir,
    skipped: built.skipped,
    [Symbol.dispose]: () => kept.dispose(),
  };
}

/** Which container of which engine. */
export interface ContainerName {
  /** Path of the engine. */
  readonly program: string;
  /** The container's name. */
  readonly name: string;
  /** What says where the engine is, besides our own environment. @default {nothing} */
  readonly engineEnv?: Readonly<Record<string, string>>;
}

/**
 * Ends a container: ending the engine's client alone would leave it running.
 *
 * @returns what the engine complained of; undefined when it was killed
 */
export async function killContainer(container: ContainerName): Promise<string | undefined> {
  const { code, stderr } = await callEngine(container, ["kill", container.name]);
  return code === 0 ? undefined : stderr.trim() || `exit code ${code}`;
}

/** Removes a container with what the engine knows of it; there need not be one. */
export async function removeContainer(container: ContainerName): Promise<void> {
  await callEngine(container, ["rm", "--force", container.name]);
}

function callEngine({ program, engineEnv }: ContainerName, words: readonly string[]) {
  return runProgram([program, ...words], {
    env: { ...callerEnv(), ...engineEnv },
    // An engine that hangs must not hold up the end of a run for ever.
    signal: AbortSignal.timeout(ENGINE_MS),
  });
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
  if (noted === undefined || program === undefined) return;
  await removeContainer({ ...noted, program, engineEnv: engineAddress(noted.address) });
}

/**
 * Removes the directory with credentials that a killed run left.
 *
 * @param dir its path; anything that is not named as one is left alone
 */
export function removeContainerFiles(dir: string): void {
  if (kindOfRemains(dir) === "registry") removeTree(dir);
}

function makeProjectDir(privateDataDir: string): void {
  const project = `${privateDataDir}/project`;
  if (look(project) === undefined) Deno.mkdirSync(project, { mode: 0o700 });
}

function writeAuthFiles(plan: ContainerPlan, options: ContainerOptions): string {
  const { host = "", username = "", password = "", verifySsl } = options.authData ?? {};
  const ident = containerName(plan.ident).slice(REMAINS_PREFIX.container.length);
  const dir = makeTemporaryDir(options.stagingPath ?? "/tmp", {
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
