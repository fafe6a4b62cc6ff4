/**
 * Where a host's cgroups are and how they are read, from its mounts. Pure.
 *
 * @module
 */

/** What is measured. */
export type Counter = "cpu" | "memory" | "pids";

/** How a host mounts cgroups. */
export interface CgroupLayout {
  /** 1: a hierarchy per controller. 2: one for all. */
  readonly version: 1 | 2;
  /** Roots of the hierarchies that a run's group is made in. */
  readonly mounts: readonly string[];
  /** Index of the mount that counts it, and the file that has the number. */
  readonly counters: Readonly<Record<Counter, { readonly mount: number; readonly file: string }>>;
}

/** What v2 must hand down to the groups of runs; the time of the cpus is counted without. */
export const V2_CONTROLLERS = "+memory +pids";

const V1_FILES = {
  cpuacct: "cpuacct.usage",
  memory: "memory.usage_in_bytes",
  pids: "pids.current",
} as const;

/**
 * Finds the cgroups.
 *
 * @returns v1 where it has all that is measured, else v2, else undefined
 */
export function findLayout(mounts: string): CgroupLayout | undefined {
  let unified: string | undefined;
  const hierarchies = new Map<string, string>();
  for (const line of mounts.split("\n")) {
    const [, path = "", type, options = ""] = line.split(" ");
    if (type === "cgroup2") unified ??= plainPath(path);
    if (type !== "cgroup") continue;
    for (const option of options.split(",")) {
      if (!hierarchies.has(option)) hierarchies.set(option, plainPath(path));
    }
  }
  return layoutV1(hierarchies) ?? (unified === undefined ? undefined : layoutV2(unified));
}

/** Turns what the kernel wrote into a number: microseconds, bytes, or a count. */
export function parseCounter(file: string, text: string): number {
  // v1 counts nanoseconds.
  if (file === V1_FILES.cpuacct) return Number(text) / 1000;
  if (file === "cpu.stat") return Number(/^usage_usec (\d+)$/m.exec(text)?.[1]);
  return Number(text);
}

/**
 * Says what makes the base group, for a person to run once (v2: once per shell).
 *
 * @param layout how the host mounts cgroups
 * @param options the base group and who will use it
 */
export function createCommand(
  layout: CgroupLayout,
  { base, uid }: { base: string; uid: number },
): string {
  const dirs = layout.mounts.map((mount) => `${mount}/${base}`);
  if (layout.version === 1) {
    const owner = uid === 0 ? "" : ` && sudo chown -R ${uid} ${dirs.join(" ")}`;
    return `sudo mkdir -p ${dirs.join(" ")}${owner}`;
  }
  const [root = ""] = layout.mounts;
  const [dir = ""] = dirs;
  const enable = (group: string) => `echo ${V2_CONTROLLERS} > ${group}/cgroup.subtree_control`;
  const parts = base.split("/");
  const groups = parts.map((_part, index) => `${root}/${parts.slice(0, index + 1).join("/")}`);
  // A user may move processes only between groups below one that is theirs, and a group that hands
  // controllers down has no processes of its own: the shell gets a group beside those of the runs.
  const steps = [
    `mkdir -p ${dir}${uid === 0 ? "" : `/shell`}`,
    ...[root, ...groups].map(enable),
    ...(uid === 0 ? [] : [`chown -R ${uid} ${dir}`, `echo '$$' > ${dir}/shell/cgroup.procs`]),
  ];
  return `sudo sh -c '${steps.join(" && ")}'`;
}

function layoutV1(hierarchies: ReadonlyMap<string, string>): CgroupLayout | undefined {
  const { cpuacct, memory, pids } = Object.fromEntries(hierarchies);
  if (cpuacct === undefined || memory === undefined || pids === undefined) return undefined;
  const mounts = [...new Set([cpuacct, memory, pids])];
  return {
    version: 1,
    mounts,
    counters: {
      cpu: { mount: mounts.indexOf(cpuacct), file: V1_FILES.cpuacct },
      memory: { mount: mounts.indexOf(memory), file: V1_FILES.memory },
      pids: { mount: mounts.indexOf(pids), file: V1_FILES.pids },
    },
  };
}

function layoutV2(unified: string): CgroupLayout {
  return {
    version: 2,
    mounts: [unified],
    counters: {
      cpu: { mount: 0, file: "cpu.stat" },
      memory: { mount: 0, file: "memory.current" },
      pids: { mount: 0, file: "pids.current" },
    },
  };
}

/** /proc/mounts writes spaces and the like as octal numbers. */
function plainPath(path: string): string {
  return path.replace(/\\(\d{3})/g, (_all, digits) => String.fromCharCode(parseInt(digits, 8)));
}
