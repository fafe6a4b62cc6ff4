/**
 * What a decided run starts: argv, environment, cwd, and what must be undone at its end.
 *
 * The order is visible here: files the run needs, copy of the project, callback plugin, keys,
 * environment, then the wrapper.
 *
 * @module
 */
import { ENV_LIST } from "../run_layout.ts";
import { containerNote, INCOMPLETE_SUFFIX } from "../remains.ts";
import { ConfigError } from "../errors.ts";
import type { RunConfig } from "../config/run_config.ts";
import { isBelow } from "../internal/paths.ts";
import { callerEnv, findProgram, searchPathOf } from "../internal/programs.ts";
import { placeCallback, pluginNameFor } from "./callback.ts";
import { buildRunEnvironment, RUN_MARKER } from "./environment.ts";
import { intoCopy, makeMaterials } from "./generated_files.ts";
import { askpassEnvironment } from "./ssh/askpass.ts";
import { workingDirectory } from "../internal/working_directory.ts";

/** What is started. */
export interface Launch {
  /** The words, wrappers included. */
  readonly argv: readonly string[];
  /** Path of the program when it is known already: a wrapper's. */
  readonly program?: string | undefined;
  /** Path of the program that a wrapper starts, when it is the host's. */
  readonly wrapped?: string | undefined;
  /** The whole environment of the program (inside, for a container). */
  readonly env: Readonly<Record<string, string>>;
  /** Environment of what isolates: the caller's, as nothing of the job's may change it. */
  readonly wrapperEnv?: Readonly<Record<string, string>> | undefined;
  /** Arguments of what isolates that give the program inside an environment; nobody may see them. */
  readonly insideArgs?: ((env: Readonly<Record<string, string>>) => readonly string[]) | undefined;
  /** Working directory. */
  readonly cwd: string;
  /** Working directory of the program in a container. */
  readonly cwdInside?: string | undefined;
  /** Name of the program in the wrapper, when it is known that there is none: nothing is started then. */
  readonly missing?: string | undefined;
  /** The `cgroup.procs` files of the groups that it enters before it starts. */
  readonly cgroupFiles?: readonly string[] | undefined;
  /**
   * What else must happen when the run is ended before its time.
   * Says whether its processes will end by themselves now.
   */
  readonly onStop?: (() => Promise<boolean>) | undefined;
}

/** What a launch is prepared with. */
export interface LaunchContext {
  /** Id of the run, value of its environment marker. */
  readonly runId: string;
  /** Whether it runs on a terminal, with our callback plugin; if not, between pipes. */
  readonly terminal: boolean;
  /** Notes a path outside the scratch directory that must not outlive the run. */
  readonly noteRemains: (path: string) => void;
  /** Directories with what the runner believes, which no job may see. @default {none} */
  readonly privatePlaces?: readonly string[];
  /** Takes a line for the debug log. */
  readonly debug: (message: string) => void;
  /** Gives the passphrase of a private key. @default {none is known} */
  readonly passphrase?: ((name: string) => string | undefined) | undefined;
  /** Groups that the program is to enter. @default {none} */
  readonly cgroupFiles?: readonly string[] | undefined;
  /** Variables of who watches the run, such as TRACEPARENT. @default {none} */
  readonly moreEnv?: Readonly<Record<string, string>> | undefined;
  /** Aborted when the run is to end: what takes long is left half done. */
  readonly signal?: AbortSignal | undefined;
  /** Takes what is undone at the end, in reverse order. */
  readonly stack: AsyncDisposableStack;
}

/** A launch before its wrapper. */
interface Inner {
  readonly argv: readonly string[];
  readonly cwd: string;
  /** What the run sets on top of the caller's environment and the inputs. */
  readonly runEnv: Readonly<Record<string, string>>;
  /** Directory of the run's ssh-agent. */
  readonly agentDir: string | undefined;
  /** Directory of the callback plugin, where there is one. */
  readonly pluginDir: string | undefined;
}

/**
 * Prepares the start of a run.
 *
 * @throws {ConfigError} when a file that the run needs cannot be made, or a key is wrong
 * @throws {IsolationError} when the isolation cannot be had
 */
export async function prepareLaunch(config: RunConfig, context: LaunchContext): Promise<Launch> {
  const { cgroupFiles } = context;
  return { ...await prepare(config, context), cgroupFiles };
}

async function prepare(config: RunConfig, context: LaunchContext): Promise<Launch> {
  makeMaterials(config, context);
  const copy = await copyProject(config, context);
  const pluginName = pluginNameFor(config.argv, copy ?? config.cwd);
  const pluginDir = context.terminal
    ? await placeCallback(pluginName, { ...context, config })
    : undefined;
  const { artifactDir } = config;
  const agent = await startRunAgent(config, context);
  const inner: Inner = {
    argv: copy === undefined
      ? config.argv
      : config.argv.map((word) => intoCopy(word, { config, copy })),
    cwd: copy ?? config.cwd,
    runEnv: {
      ...(pluginDir === undefined
        ? {}
        : buildRunEnvironment(config, { pluginDir, pluginName, artifactDir })),
      ...askpassEnvironment(config),
      ...agent?.env,
      ...context.moreEnv,
      [RUN_MARKER]: context.runId,
    },
    agentDir: agent?.dir,
    pluginDir,
  };
  switch (config.isolation?.kind) {
    case "sandbox":
      return await sandboxed(inner, config, context);
    case "container":
      return await contained(inner, config, context);
    default:
      return { argv: inner.argv, env: { ...config.env, ...inner.runEnv }, cwd: inner.cwd };
  }
}

/**
 * Makes sure that the isolation program of a run is there, before anything is written.
 *
 * @throws {IsolationError} when it is missing
 */
export async function checkIsolation(config: RunConfig): Promise<void> {
  if (config.isolation === undefined) return;
  const { findIsolationProgram } = await import("./sandbox/bwrap.ts");
  findIsolationProgram(config.isolation.executable);
  if (config.isolation.kind === "container" && !config.settings.containerImage) {
    throw new ConfigError("config.container_image", "Cannot run in a container: no image given", {
      hint: "Give --container-image or the setting container_image",
    });
  }
}

async function sandboxed(
  inner: Inner,
  config: RunConfig,
  { runId, privatePlaces, noteRemains, debug, stack }: LaunchContext,
): Promise<Launch> {
  const { capabilitiesInside, environmentArgs, prepareSandbox } = await import(
    "./sandbox/bwrap.ts"
  );
  const { settings } = config;
  const env = { ...config.env, ...inner.runEnv };
  const sandbox = stack.use(
    await prepareSandbox({
      executable: config.isolation?.executable ?? "bwrap",
      root: settings.processIsolationRoot ?? "host",
      stagingPath: settings.processIsolationPath ?? "/tmp",
      hidePaths: settings.processIsolationHidePaths ?? [],
      ownPlaces: privatePlaces ?? [],
      roPaths: settings.processIsolationRoPaths ?? [],
      showPaths: settings.processIsolationShowPaths ?? [],
      privateDataDir: config.privateDataDir,
      neededPaths: [
        config.artifactDir,
        ...(inner.agentDir === undefined ? [] : [inner.agentDir]),
        ...outsidePluginDir(inner, config),
      ],
      // What the next run of the directory takes for code, and what it would take if it were there.
      roInputs: settings.processIsolationRoInputs ? [config.privateDataDir, config.projectDir] : [],
      capabilities: capabilitiesInside(settings.processIsolationCaps),
      cwd: inner.cwd,
      home: env["HOME"],
    }, { noteRemains }),
  );
  for (const path of sandbox.skipped) debug(`process isolation: "${path}" does not exist`);
  const [name = "", ...words] = inner.argv;
  const path = findProgram(name, searchPathOf(env), { cwd: inner.cwd });
  const wrapperEnv = { ...callerEnv(), [RUN_MARKER]: runId };
  return {
    // A program whose name begins with a dash must not be an option of bwrap.
    argv: [...sandbox.argv, name.startsWith("-") ? path ?? name : name, ...words],
    program: sandbox.program,
    wrapped: path,
    // bwrap would say it in its own words and with rc 1.
    missing: path === undefined ? name : undefined,
    env,
    wrapperEnv,
    insideArgs: (inside) => environmentArgs(inside, wrapperEnv),
    cwd: inner.cwd,
  };
}

async function contained(
  inner: Inner,
  config: RunConfig,
  { runId, terminal, noteRemains, debug, stack }: LaunchContext,
): Promise<Launch> {
  const { containerEngine, killContainer, prepareContainer, removeContainer } = await import(
    "./container/engine.ts"
  );
  const { planContainer } = await import("./container/plan.ts");
  const inputs = Object.fromEntries(config.inputEnv.map((name) => [name, config.env[name] ?? ""]));
  noteRemains(`${config.artifactDir}/${ENV_LIST}`);
  const container = stack.use(
    prepareContainer(planContainer(config, { ...inner, terminal }), {
      command: inner.argv,
      env: { ...inputs, ...inner.runEnv },
      scratchDir: config.scratchDir,
      authData: config.settings.containerAuthData,
      noteRemains,
    }),
  );
  const { program, name, engineEnv } = container;
  const engine = containerEngine(program) ?? "";
  noteRemains(containerNote({ engine, name, address: engineEnv }));
  let isStopped = false;
  // Its client may have been ended before it came to that.
  stack.defer(() => isStopped ? removeContainer(container) : undefined);
  for (const mount of container.skipped) debug(`container: "${mount}" does not exist`);
  return {
    argv: container.argv,
    program: container.program,
    env: container.env,
    wrapperEnv: { ...callerEnv(), ...engineEnv, [RUN_MARKER]: runId },
    // Contract: relative paths in options for the engine are the caller's.
    cwd: workingDirectory(),
    cwdInside: container.workdir,
    onStop: async () => {
      isStopped = true;
      const complaint = await killContainer(container);
      if (complaint !== undefined) debug(`container: cannot kill ${name}: ${complaint}`);
      // The engine's client then removes the container, and must not be ended before.
      return complaint === undefined;
    },
  };
}

function outsidePluginDir({ pluginDir }: Inner, { artifactDir }: RunConfig): string[] {
  return pluginDir === undefined || isBelow(pluginDir, artifactDir) ? [] : [pluginDir];
}

async function copyProject(config: RunConfig, context: LaunchContext): Promise<string | undefined> {
  const basePath = config.settings.directoryIsolationBasePath;
  if (basePath === undefined) return undefined;
  const { isolateProject } = await import("./project_copy.ts");
  const keep = config.settings.directoryIsolationCleanup === false;
  const copy = await isolateProject({
    projectDir: config.projectDir,
    basePath,
    keep,
    signal: context.signal,
    noteRemains: (path) => {
      if (!keep) context.noteRemains(path);
      context.noteRemains(path + INCOMPLETE_SUFFIX);
    },
  });
  return context.stack.use(copy).path;
}

async function startRunAgent(config: RunConfig, context: LaunchContext) {
  if (config.sshKeys.length === 0) return undefined;
  const { startAgent } = await import("./ssh/agent.ts");
  return context.stack.use(
    await startAgent({
      keys: config.sshKeys,
      passphrase: context.passphrase,
      ownControlPath: config.env["ANSIBLE_SSH_CONTROL_PATH_DIR"] === undefined,
      noteRemains: context.noteRemains,
    }),
  );
}
