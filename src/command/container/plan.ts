/**
 * What the container of a decided run is made of.
 *
 * @module
 */
import type { RunConfig } from "../../config/run_config.ts";
import type { ContainerPlan } from "./argv.ts";

/** What is decided only at the start. */
export interface PlannedCommand {
  /** The words, with paths of the host. */
  readonly argv: readonly string[];
  /** Working directory on the host: the project, or its copy. */
  readonly cwd: string;
  /** Directory of the run's ssh-agent. */
  readonly agentDir: string | undefined;
  /** Whether it runs on a terminal. */
  readonly terminal: boolean;
}

/**
 * Plans the container of a run.
 *
 * @param command what is started in it
 * @returns what the container is made of
 */
export function planContainer(config: RunConfig, command: PlannedCommand): ContainerPlan {
  const { settings, helper } = config;
  const isCopy = command.cwd !== config.cwd;
  return {
    executable: config.isolation?.executable ?? "podman",
    image: settings.containerImage,
    ident: config.ident,
    privateDataDir: config.privateDataDir,
    artifactDir: config.artifactDir,
    projectDir: isCopy ? command.cwd : config.projectDir,
    workdir: config.containerWorkdir,
    volumeMounts: settings.containerVolumeMounts ?? [],
    options: settings.containerOptions ?? [],
    agentDir: command.agentDir,
    terminal: command.terminal || helper?.hasTerminal === true,
    roInputs: settings.processIsolationRoInputs,
    isCopy,
    helper: helper && {
      ...helper,
      argv: command.argv,
      home: Deno.env.get("HOME"),
      // The agent of the run itself comes first.
      agentSocket: command.agentDir === undefined ? Deno.env.get("SSH_AUTH_SOCK") : undefined,
    },
  };
}
