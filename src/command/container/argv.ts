/**
 * The arguments of podman or docker for a container plan. Pure: what exists on this host is
 * an argument.
 *
 * @module
 */
import { REMAINS_PREFIX } from "../../remains.ts";
import { ARTIFACT_ROOT, ENV_LIST } from "../../run_layout.ts";
import { ConfigError } from "../../errors.ts";
import { baseName, isBelow, makeAbsolute } from "../../internal/paths.ts";
import { automaticMounts, type HelperCall, type LookAtPath } from "./automatic_mounts.ts";
import type { PathPair } from "./paths.ts";

/** Container engines that we know. */
export type ContainerEngine = "podman" | "docker";

/** What a containerized run is made of. */
export interface ContainerPlan {
  /** podman or docker: a name or a path. */
  readonly executable: string;
  /** Image to run. */
  readonly image: string | undefined;
  /** The run's ident. */
  readonly ident: string;
  /** Mounted at /runner; absolute. */
  readonly privateDataDir: string;
  /** The run's artifact directory; mounted of its own when it is not below the private data dir. */
  readonly artifactDir: string;
  /** The project or its isolated copy; mounted at /runner/project when it is not there anyway. */
  readonly projectDir: string;
  /** Working directory inside. @default {"/runner/project"} */
  readonly workdir?: string | undefined;
  /** `SRC:DST[:LABELS]` each. */
  readonly volumeMounts: readonly string[];
  /** More options for the engine, before the image. */
  readonly options: readonly string[];
  /** Whether only the artifact directory can be written. @default {false} */
  readonly roInputs?: boolean | undefined;
  /** Whether the project is a copy for this run, which may always be written. @default {false} */
  readonly isCopy?: boolean | undefined;
  /** Whether it runs on a terminal. @default {true} */
  readonly terminal?: boolean | undefined;
  /** Directory of the run's ssh-agent, mounted at the same path. */
  readonly agentDir?: string | undefined;
  /** The command of a helper, which gets more mounts. @default {it is a run} */
  readonly helper?: HelperCall | undefined;
}

/** What {@linkcode buildContainerArgv} has to know besides the plan. */
export interface ContainerHost {
  /** Our working directory, for relative mounts. */
  readonly cwd: string;
  /** User id that docker is told to run as. */
  readonly uid: number;
  /** Kind and real path of a path of the host; undefined when it does not exist. */
  readonly look: LookAtPath;
  /** Directory of the registry's credentials, if there are any. */
  readonly authDir?: string | undefined;
}

/** What {@linkcode buildContainerArgv} gives. */
export interface ContainerArgv {
  /** The engine and its arguments, the image last; the command to run inside comes after them. */
  readonly argv: readonly string[];
  /** The container's name, for `kill`. */
  readonly name: string;
  /** Working directory inside. */
  readonly workdir: string;
  /** Where the env file must be. */
  readonly envFile: string;
  /** What is mounted where. */
  readonly pairs: readonly PathPair[];
  /** What a helper's words find where it is outside. */
  readonly same: readonly PathPair[];
  /** Mounts whose source does not exist, for the debug log. */
  readonly skipped: readonly string[];
}

/** Where the private data dir is inside. Contract. */
const INSIDE = "/runner";

const REFUSED = new Set(["/", "/home", "/usr"]);

interface Mount {
  readonly text: string;
  readonly pair: PathPair;
}

/**
 * Tells which container engine a process isolation program is.
 *
 * @param executable a name or a path
 * @returns the engine, or undefined when it is a program like bwrap
 */
export function containerEngine(executable: string): ContainerEngine | undefined {
  const name = baseName(executable);
  return name === "podman" || name === "docker" ? name : undefined;
}

/**
 * Names the container of a run. Contract.
 *
 * @returns a name that engines accept
 */
export function containerName(ident: string): string {
  return `${REMAINS_PREFIX.container}${ident.replace(/[^a-zA-Z0-9_-]/gu, "_")}`;
}

/**
 * Builds the arguments of podman or docker.
 *
 * @param plan what the container is made of
 * @param host what exists, who we are
 * @returns the arguments, and what they say about names and paths
 * @throws {ConfigError} when there is no image, or a mount is refused or cannot be read
 */
export function buildContainerArgv(plan: ContainerPlan, host: ContainerHost): ContainerArgv {
  if (plan.image === undefined || plan.image === "") {
    throw new ConfigError("config.container_image", "Cannot run in a container: no image given", {
      hint: "Give --container-image or the setting container_image",
    });
  }
  if (!/^[^-\s]\S*$/.test(plan.image)) {
    throw new ConfigError(
      "config.container_image",
      `Cannot run in a container: ${JSON.stringify(plan.image)} is no image name`,
    );
  }
  const engine = containerEngine(plan.executable);
  const name = containerName(plan.ident);
  const envFile = `${plan.artifactDir}/${ENV_LIST}`;
  const { mounts, skipped } = readMounts(plan, host);
  const own = ownMounts(plan, host);
  const automatic = automaticMounts(plan.helper, { workdir: plan.workdir, look: host.look });
  const ours = [...automatic.pairs, ...own.map((mount) => mount.pair)];
  for (const path of [plan.privateDataDir, ...ours.map((pair) => pair.host)]) {
    refuse(path, host);
    refuseColon(path);
  }
  const workdir = automatic.workdir ?? plan.workdir ?? `${INSIDE}/project`;
  const argv = [
    plan.executable,
    ...(engine === "docker" && host.authDir !== undefined ? [`--config=${host.authDir}`] : []),
    ...["run", "--rm", ...(plan.terminal === false ? [] : ["--tty"]), "--interactive"],
    ...automatic.beforeWorkdir,
    ...["--workdir", workdir],
    ...automatic.words,
    ...(plan.helper === undefined ? [] : helperWords(plan, engine)),
    ...["-v", `${plan.privateDataDir}/:${INSIDE}/:${plan.roInputs ? "ro,Z" : "Z"}`],
    ...own.flatMap((mount) => ["-v", mount.text]),
    ...(engine === "podman" && host.authDir !== undefined
      ? [`--authfile=${host.authDir}/auth.json`]
      : []),
    ...new Set(mounts.map((mount) => mount.text)).values().flatMap((text) => ["-v", text]),
    ...["--env-file", envFile],
    ...(engine === "podman" ? ["--quiet"] : [`--user=${host.uid}`]),
    ...["--name", name],
    ...plan.options,
    plan.image,
  ];
  const same = automatic.pairs.filter((pair) => pair.host === pair.inside);
  const pairs = allPairs(plan, { mounts: [...own, ...mounts], host });
  return { argv, name, workdir, envFile, pairs, same, skipped };
}

/** Contract: helpers share the host's namespace of IPC, and artifacts have a mount of their own. */
function helperWords(plan: ContainerPlan, engine: ContainerEngine | undefined): string[] {
  const artifacts = `${plan.privateDataDir}/${ARTIFACT_ROOT}`;
  const isOwn = plan.roInputs !== true && isBelow(plan.artifactDir, artifacts);
  return [
    ...(engine === "podman" ? ["--group-add=root", "--ipc=host"] : []),
    ...(isOwn ? ["-v", `${artifacts}/:${INSIDE}/${ARTIFACT_ROOT}/:Z`] : []),
  ];
}

/** Mounts of what the run needs and /runner does not hold. The original lacks them. */
function ownMounts(plan: ContainerPlan, { look }: ContainerHost): Mount[] {
  const mounts: Mount[] = [];
  const add = (host: string, inside: string, labels = "Z") => {
    const isThere = hasInside(plan.privateDataDir, { host, inside });
    const isEnough = isThere && (plan.roInputs !== true || labels !== "Z");
    // Given a source that does not exist, docker makes it.
    if (isEnough || look(host) === undefined) return;
    mounts.push({ text: `${host}/:${inside}/:${labels}`, pair: { host, inside } });
  };
  add(plan.projectDir, `${INSIDE}/project`, plan.roInputs && !plan.isCopy ? "ro,Z" : "Z");
  add(plan.artifactDir, `${INSIDE}/${ARTIFACT_ROOT}/${plan.ident}`);
  if (plan.agentDir !== undefined) add(plan.agentDir, plan.agentDir);
  return mounts;
}

/** Whether the mount of the private data dir puts a path of the host where it is wanted. */
function hasInside(privateDataDir: string, { host, inside }: PathPair): boolean {
  return isBelow(host, privateDataDir) &&
    INSIDE + host.slice(privateDataDir.length) === inside;
}

function readMounts(
  plan: ContainerPlan,
  host: ContainerHost,
): { mounts: Mount[]; skipped: string[] } {
  const mounts: Mount[] = [];
  const skipped: string[] = [];
  for (const text of plan.volumeMounts) {
    const [source = "", target = "", ...labels] = text.split(":");
    if (source === "" || target === "") {
      throw new ConfigError(
        "config.container_volume_mounts",
        `Cannot read the volume mount "${text}": expected SRC:DST or SRC:DST:LABELS`,
      );
    }
    const from = makeAbsolute(source, host.cwd);
    const to = makeAbsolute(target, host.cwd);
    refuse(from, host);
    refuse(to, host);
    const found = host.look(from);
    if (found === undefined) {
      skipped.push(text);
      continue;
    }
    // The original mounts the directory around a file, over the directory around the target.
    const slash = found.isDirectory && from !== "/" ? "/" : "";
    const words = [from + slash, to + slash, ...labels];
    mounts.push({ text: words.join(":"), pair: { host: from, inside: to } });
  }
  return { mounts, skipped };
}

function allPairs(
  plan: ContainerPlan,
  { mounts, host }: { readonly mounts: readonly Mount[]; readonly host: ContainerHost },
): PathPair[] {
  const inventory = `${plan.privateDataDir}/inventory`;
  const hosts = host.look(`${inventory}/hosts`);
  return [
    { host: plan.privateDataDir, inside: INSIDE },
    ...mounts.map((mount) => mount.pair),
    // Contract: the default inventory is its file `hosts`.
    ...(hosts?.isDirectory === false
      ? [{ host: inventory, inside: `${INSIDE}/inventory/hosts`, exact: true }]
      : []),
  ];
}

function refuse(path: string, host: ContainerHost): void {
  if (!REFUSED.has(path) && !REFUSED.has(host.look(path)?.real ?? path)) return;
  throw new ConfigError(
    "config.container_mount",
    "When using containerized execution, cannot mount '/' or '/home' or '/usr'",
    { verbatim: true },
  );
}

/** The engine would take what follows it for the place inside. */
function refuseColon(path: string): void {
  if (!path.includes(":")) return;
  throw new ConfigError(
    "config.container_mount",
    `Cannot mount ${JSON.stringify(path)} into a container: a colon in its path`,
  );
}
