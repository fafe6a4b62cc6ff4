/**
 * What a run makes outside its artifact directory, and a killed one leaves there: the names by which
 * makers make it and clearers know it again.
 *
 * @module
 */

/** Starts of the names of temporary files and directories. */
export const REMAINS_PREFIX = {
  /** Playbooks and inventories that we generate. */
  generated: ".runner-",
  callback: "ansible_runner_callback_",
  agent: "ansible_runner_agent_",
  /** Contract. */
  sandbox: "ansible_runner_pi_",
  registry: "ansible_runner_registry_",
  /** Copies of projects. Contract. */
  project: "runner_di_",
  /** Containers. Contract. */
  container: "ansible_runner_",
} as const;

/** End of the name of a project's copy while it is not complete. */
export const INCOMPLETE_SUFFIX = ".new";

/** A container is no path: it is noted as `container:<engine>:<name>`. */
const CONTAINER_NOTE = "container:";

/** What was noted. */
export type RemainsKind =
  | Exclude<keyof typeof REMAINS_PREFIX, "generated">
  /** A file, or a directory that goes only when it is empty. */
  | "generated";

const GENERATED =
  /^\.runner-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(\.json)?$/;

const BY_PREFIX = ["callback", "agent", "sandbox", "registry", "project"] as const;

/** Tells what a note is about; undefined for what no run names so, such as a cgroup. */
export function kindOfRemains(note: string): RemainsKind | undefined {
  if (note.startsWith(CONTAINER_NOTE)) return "container";
  const name = note.slice(note.lastIndexOf("/") + 1);
  // A directory that we made for a generated playbook is noted with a slash at its end.
  if (name === "" || GENERATED.test(name)) return "generated";
  return BY_PREFIX.find((kind) => name.startsWith(REMAINS_PREFIX[kind]));
}

/** Names a generated file; hidden, so that an Ansible that reads the whole directory leaves it out. */
export function generatedFileName(id: string, extension: "" | ".json"): string {
  return `${REMAINS_PREFIX.generated}${id}${extension}`;
}

/** What a container's note says. */
export interface ContainerNote {
  /** podman or docker. */
  readonly engine: string;
  /** The container's name. */
  readonly name: string;
  /** Variables that say where the engine is. */
  readonly address: Readonly<Record<string, string>>;
}

/** Notes a container. */
export function containerNote({ engine, name, address }: ContainerNote): string {
  const where = new URLSearchParams(address).toString();
  return `${CONTAINER_NOTE}${engine}:${name}${where === "" ? "" : `?${where}`}`;
}

/** Reads a container's note; undefined for anything but an engine and a name that runs give. */
export function parseContainerNote(note: string): ContainerNote | undefined {
  const [, engine, name, where = ""] =
    /^container:(podman|docker):(ansible_runner_[\w-]+)(?:\?(.*))?$/.exec(note) ?? [];
  if (engine === undefined || name === undefined) return undefined;
  return { engine, name, address: Object.fromEntries(new URLSearchParams(where)) };
}
