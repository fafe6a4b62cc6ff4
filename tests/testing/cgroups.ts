/**
 * Says whether tests can make cgroups, and where.
 *
 * @module
 */
import { type CgroupLayout, findLayout } from "../../src/profiling/cgroup_layout.ts";

/** Says why no cgroup can be made here, or undefined when it can. */
export function missingCgroups(): string | undefined {
  const layout = findLayout(Deno.readTextFileSync("/proc/mounts"));
  if (layout === undefined) return "no cgroups with cpu, memory and pids";
  for (const mount of layout.mounts) {
    const dir = `${mount}/runner_test_${crypto.randomUUID().slice(0, 8)}`;
    try {
      Deno.mkdirSync(dir);
      Deno.removeSync(dir);
    } catch (error) {
      return `cgroups are not writable: ${(error as Error).message}`;
    }
  }
  return undefined;
}

/** The layout of this host. */
export function hostLayout(): CgroupLayout {
  const layout = findLayout(Deno.readTextFileSync("/proc/mounts"));
  if (layout === undefined) throw new Error("no cgroups");
  return layout;
}

/** All groups with a text in their name. */
export function groupsNamed(text: string): string[] {
  return hostLayout().mounts.flatMap((mount) => groupsBelow(mount))
    .filter((dir) => dir.includes(text));
}

function groupsBelow(dir: string): string[] {
  return [...Deno.readDirSync(dir)].filter((entry) => entry.isDirectory).flatMap((entry) => [
    `${dir}/${entry.name}`,
    ...groupsBelow(`${dir}/${entry.name}`),
  ]);
}
