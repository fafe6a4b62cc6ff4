/**
 * Says what isolation this machine can do.
 *
 * @module
 */
import { findProgram } from "../../src/internal/programs.ts";

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

/** Says why no container can be run, or undefined when one can. */
export function missingPodman(): string | undefined {
  const program = findProgram("podman", PATH);
  if (program === undefined) return "no podman";
  const { success } = new Deno.Command(program, { args: ["info"] }).outputSync();
  return success ? undefined : "podman does not work here";
}
