/**
 * The cgroup of one run and its counters; v1 and v2 alike.
 *
 * @module
 * @see manual of ansible-runner, "Runner Resource Profiling"
 */
import { IsolationError, messageOf } from "../errors.ts";
import {
  type CgroupLayout,
  type Counter,
  createCommand,
  findLayout,
  parseCounter,
  V2_CONTROLLERS,
} from "./cgroup_layout.ts";
import { removeGroup } from "./cgroup_removal.ts";

/** What a group is made with. */
export interface CgroupOptions {
  /** Group below which it is made, from the root of each hierarchy; made when missing. */
  readonly base: string;
  /** Its name. */
  readonly name: string;
  /** Told each directory that was made, for `removeGroup` after a crash. */
  readonly noteRemains?: (dir: string) => void;
  /** How the host mounts cgroups. @default {as /proc/mounts says} */
  readonly layout?: CgroupLayout;
}

/** Enters a group and leaves it by ending: whoever starts the run can do it too then. */
const ENTER_SCRIPT = 'for file do echo 0 > "$file" || exit 1; done';

/** The group of a run. */
export class Cgroup implements AsyncDisposable {
  readonly #layout: CgroupLayout;
  readonly #dirs: readonly string[];
  /** Base groups that were not there before. */
  readonly #madeBases: readonly string[];

  private constructor(
    layout: CgroupLayout,
    made: { readonly dirs: readonly string[]; readonly bases: readonly string[] },
  ) {
    this.#layout = layout;
    this.#dirs = made.dirs;
    this.#madeBases = made.bases;
  }

  /**
   * Makes the group of a run.
   *
   * @returns the group; dispose it after the run
   * @throws {IsolationError} when it cannot be made or entered, with the command that helps
   */
  static async create(options: CgroupOptions): Promise<Cgroup> {
    const layout = options.layout ?? findLayout(Deno.readTextFileSync("/proc/mounts"));
    if (layout === undefined) {
      throw new IsolationError(
        "isolation.cgroup",
        "Cannot profile resources: no cgroups that count cpu, memory and pids are mounted",
      );
    }
    const base = options.base.replace(/^\/+|\/+$/g, "");
    const made = { dirs: [] as string[], bases: [] as string[] };
    const group = new Cgroup(layout, made);
    try {
      for (const mount of layout.mounts) {
        made.bases.unshift(...makeBase(mount, { base, version: layout.version }));
        made.dirs.push(makeGroup(`${mount}/${base}`, options.name));
        options.noteRemains?.(made.dirs.at(-1) ?? "");
      }
      for (const counter of ["cpu", "memory", "pids"] as const) group.read(counter);
      await tryToEnter(group.procsFiles);
      return group;
    } catch (cause) {
      await group[Symbol.asyncDispose]();
      throw refused(cause, { layout, base });
    }
  }

  /** Files to which a process writes its pid, or 0, to be measured with all it starts. */
  get procsFiles(): readonly string[] {
    return this.#dirs.map((dir) => `${dir}/cgroup.procs`);
  }

  /**
   * Reads a counter.
   *
   * @returns time of the cpus in microseconds, memory in bytes, or the number of processes and threads
   */
  read(counter: Counter): number {
    const { mount, file } = this.#layout.counters[counter];
    return parseCounter(file, Deno.readTextFileSync(`${this.#dirs[mount]}/${file}`));
  }

  /** Removes the group; what still runs in it goes to the group that we are in. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const dir of this.#dirs) await removeGroup(dir);
    for (const base of this.#madeBases) {
      try {
        Deno.removeSync(base);
      } catch {
        // Other runs use it.
      }
    }
  }
}

/** @returns the groups that were missing, the innermost first */
function makeBase(mount: string, { base, version }: { base: string; version: 1 | 2 }): string[] {
  let dir = mount;
  const made: string[] = [];
  for (const part of base.split("/")) {
    if (version === 2) handDown(dir);
    dir += `/${part}`;
    try {
      Deno.mkdirSync(dir, { mode: 0o755 });
      made.unshift(dir);
    } catch (error) {
      if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
    }
  }
  if (version === 2) handDown(dir);
  return made;
}

/** Where this is refused but was done before, all is well; else a counter is missing later. */
function handDown(dir: string): void {
  try {
    Deno.writeTextFileSync(`${dir}/cgroup.subtree_control`, V2_CONTROLLERS, { create: false });
  } catch {
    // See above.
  }
}

function makeGroup(base: string, name: string): string {
  try {
    Deno.mkdirSync(`${base}/${name}`, { mode: 0o755 });
    return `${base}/${name}`;
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
  }
  // A run with the same ident in another private data dir may be alive.
  const dir = `${base}/${name}-${crypto.randomUUID().slice(0, 8)}`;
  Deno.mkdirSync(dir, { mode: 0o755 });
  return dir;
}

async function tryToEnter(files: readonly string[]): Promise<void> {
  const { code, stderr } = await new Deno.Command("/bin/sh", {
    args: ["-c", ENTER_SCRIPT, "sh", ...files],
    cwd: "/",
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).output();
  if (code === 0) return;
  const complaint = new TextDecoder().decode(stderr).trim().split("\n").at(-1) ?? "";
  throw new Error(complaint || `exit code ${code}`);
}

function refused(
  cause: unknown,
  { layout, base }: { layout: CgroupLayout; base: string },
): IsolationError {
  const reason = messageOf(cause)
    .replace(/ \(os error \d+\)/, "");
  const command = createCommand(layout, { base, uid: Deno.uid() ?? 0 });
  return new IsolationError(
    "isolation.cgroup",
    `Cannot make a cgroup below "${base}": ${reason}`,
    { hint: `Make that group first: ${command}`, cause },
  );
}
