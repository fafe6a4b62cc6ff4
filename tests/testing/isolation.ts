/**
 * Says what isolation this machine can do.
 *
 * @module
 */
import { findProgram } from "../../src/internal/programs.ts";
import { testCacheDirectory } from "./original.ts";

const PATH = Deno.env.get("PATH") ?? "/usr/bin:/bin";

/** Says why bwrap cannot be used, or undefined when it can. */
export function missingBwrap(): string | undefined {
  const program = findProgram("bwrap", PATH);
  if (program === undefined) return "no bwrap";
  const { success, stderr } = new Deno.Command(program, {
    args: ["--unshare-pid", "--dev-bind", "/", "/", "--proc", "/proc", "true"],
  }).outputSync();
  return success ? undefined : `bwrap does not work here: ${new TextDecoder().decode(stderr)}`;
}

/** Says why no real playbook can be run, or undefined when it can. */
export function missingAnsible(): string | undefined {
  return findProgram("ansible-playbook", PATH) === undefined ? "no ansible-playbook" : undefined;
}

/** How podman runs containers on this machine, or why it does not. */
export type PodmanSearch =
  | { readonly env: Readonly<Record<string, string>>; readonly image: string }
  | { readonly missing: string };

/** What lets podman run where limits, networks and cgroups cannot be set. */
const PODMAN_CONFIG = `[containers]
default_ulimits = []
netns = "host"
seccomp_profile = "unconfined"
apparmor_profile = "unconfined"
[engine]
events_logger = "file"
`;

/**
 * Finds a podman and an image with Ansible in it: the one that RUNNER_TEST_IMAGE names, else our own.
 *
 * @returns both, or what is missing; nothing is pulled
 */
export function findPodmanImage(): PodmanSearch {
  const program = findProgram("podman", PATH);
  if (program === undefined) return { missing: "no podman" };
  const image = Deno.env.get("RUNNER_TEST_IMAGE") ?? "localhost/ansible-runner:latest";
  const env: Record<string, string> = {};
  const run = (...args: string[]) =>
    new Deno.Command(program, { args, env, stdout: "null", stderr: "null" }).outputSync().success;
  if (!run("image", "exists", image)) return { missing: `no image ${image}` };
  const cache = testCacheDirectory();
  Deno.mkdirSync(cache, { recursive: true });
  const runtime = findProgram("runc", PATH) === undefined ? "" : 'runtime = "runc"\n';
  env["CONTAINERS_CONF"] = `${cache}/containers-run.conf`;
  Deno.writeTextFileSync(env["CONTAINERS_CONF"], PODMAN_CONFIG + runtime);
  const probe = ["run", "--rm", "--pull=never", "--entrypoint", "ansible-playbook", image];
  return run(...probe, "--version") ? { env, image } : { missing: `podman cannot run ${image}` };
}
