/**
 * Turns a path that a killed run noted into nothing, if it is one that runs make.
 *
 * The notes lie where the run's own Ansible can write, in a sandbox too: they are believed only as
 * far as the names of what runs make outside their artifact directory. What each kind needs is
 * loaded only then.
 *
 * @module
 */

/** Playbooks and inventories that we generate. */
const GENERATED =
  /^\.runner-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(\.json)?$/;

/**
 * Removes what a killed run left outside its artifact directory; ends the agent and the shared ssh
 * connections of that run.
 *
 * @param path as noted
 */
export async function clearRemains(path: string): Promise<void> {
  if (path.startsWith("container:")) {
    return await (await import("../command/container/engine.ts")).cleanUpContainer(path);
  }
  const name = path.slice(path.lastIndexOf("/") + 1);
  // A directory that we made for a generated playbook; one with anything in it stays.
  if (name === "") return removeOne(path);
  if (GENERATED.test(name)) return removeOne(path);
  if (name.startsWith("ansible_runner_callback_")) {
    return void (await import("../command/temporary_dir.ts")).removeTree(path);
  }
  if (name.startsWith("ansible_runner_agent_")) {
    return await (await import("../command/ssh/agent.ts")).cleanUpAgent(path);
  }
  if (name.startsWith("ansible_runner_pi_")) {
    return (await import("../command/sandbox/bwrap.ts")).removeStaging(path);
  }
  if (name.startsWith("ansible_runner_registry_")) {
    return (await import("../command/container/engine.ts")).removeContainerFiles(path);
  }
  if (name.startsWith("runner_di_")) {
    return (await import("../command/project_copy.ts")).removeIsolatedProject(path);
  }
  const { isGroup, removeGroup } = await import("../profiling/cgroup_removal.ts");
  if (isGroup(path)) await removeGroup(path);
}

function removeOne(path: string): void {
  try {
    Deno.removeSync(path);
  } catch {
    // Gone already, or not empty.
  }
}
