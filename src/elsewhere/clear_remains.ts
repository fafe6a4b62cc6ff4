/**
 * Clears a path that a killed run noted, if it is one that runs make.
 *
 * The notes lie in the run's private place. Even so they are believed only as far as the names of
 * what runs make. What each kind needs is loaded only then.
 *
 * @module
 */
import { ENV_LIST } from "../run_layout.ts";
import { HeldDirectory } from "../internal/held_directory.ts";
import type { Owner } from "../ownership/owner_record.ts";

import { kindOfRemains } from "../remains.ts";

/**
 * Removes what a killed run left outside its artifact directory; ends the agent and the shared ssh
 * connections of that run.
 */
export async function clearRemains(path: string, owner: Owner): Promise<void> {
  if (path === `${owner.artifactDir}/${ENV_LIST}`) return removeFrom(owner, ENV_LIST);
  switch (kindOfRemains(path)) {
    case "generated":
      return removeOne(path);
    case "container":
      return await (await import("../command/container/engine.ts")).cleanUpContainer(path);
    case "registry":
      return (await import("../command/container/engine.ts")).removeContainerFiles(path);
    case "callback":
      return void (await import("../internal/remove_tree.ts")).removeTree(path);
    case "agent":
      return await (await import("../command/ssh/agent.ts")).cleanUpAgent(path);
    case "sandbox":
      return (await import("../command/sandbox/bwrap.ts")).removeStaging(path);
    case "project":
      return (await import("../command/project_copy.ts")).removeIsolatedProject(path);
  }
  const { isGroup, removeGroup } = await import("../profiling/cgroup_removal.ts");
  if (isGroup(path)) await removeGroup(path);
}

/** Only from the directory itself: a job may have put another in its place. */
function removeFrom(owner: Owner, name: string): void {
  try {
    using held = HeldDirectory.open(owner.artifactDir);
    if (held.id === owner.id) removeOne(held.at(name));
  } catch {
    // It is gone.
  }
}

function removeOne(path: string): void {
  try {
    Deno.removeSync(path);
  } catch {
    // Gone already, or not empty.
  }
}
