/**
 * This machine's podman, made to build and run our image without any registry.
 *
 * @module
 */
import { testCacheDirectory } from "./original.ts";

/** The image that the Containerfile starts from, made by debootstrap. */
const BASE = "docker.io/library/debian:bookworm-slim";
const CONFIG = `[containers]
default_ulimits = []
netns = "host"
seccomp_profile = "unconfined"
apparmor_profile = "unconfined"
[engine]
runtime = "runc"
events_logger = "file"
`;

/** Environment for podman, or why it does not work here. */
export type PodmanSearch =
  | { readonly env: Readonly<Record<string, string>> }
  | { readonly missing: string };

/**
 * Finds a podman that runs containers. Its base image takes minutes to make, so that it is only made
 * with RUNNER_TEST_LONG=1.
 *
 * @returns what podman needs in its environment, or what is missing
 */
export function findPodman(): PodmanSearch {
  if (Deno.env.get("RUNNER_TEST_LONG") !== "1") {
    return { missing: "building an image takes minutes; RUNNER_TEST_LONG=1 does it" };
  }
  if (Deno.uid() !== 0) return { missing: "root needed for debootstrap" };
  for (const program of ["podman", "runc", "debootstrap"]) {
    if (!shell(`command -v ${program}`)) return { missing: `no ${program}` };
  }
  const cache = testCacheDirectory();
  Deno.mkdirSync(cache, { recursive: true });
  const config = `${cache}/containers.conf`;
  Deno.writeTextFileSync(config, CONFIG);
  const env = { CONTAINERS_CONF: config, BUILDAH_ISOLATION: "chroot", TMPDIR: "/var/tmp" };
  if (!shell(`podman image exists ${BASE}`, env) && !makeBase(`${cache}/debian`, env)) {
    return { missing: "debootstrap cannot make a base image" };
  }
  return shell(`podman run --rm ${BASE} true`, env)
    ? { env }
    : { missing: "podman cannot run containers here" };
}

function makeBase(dir: string, env: Record<string, string>): boolean {
  return shell(
    `rm -rf ${dir} && debootstrap --variant=minbase bookworm ${dir} && ` +
      `tar -C ${dir} -c . | podman import - ${BASE} && rm -rf ${dir}`,
    env,
  );
}

function shell(script: string, env: Record<string, string> = {}): boolean {
  return new Deno.Command("sh", { args: ["-c", script], env, stdout: "null", stderr: "null" })
    .outputSync().success;
}
