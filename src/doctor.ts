/**
 * What this host has and lacks for runs.
 *
 * @module
 */
import type { HostFinding } from "./doctor/checks.ts";
import { RunnerError } from "./errors.ts";
import { buildText } from "./version.ts";

/** What was found on this host. */
export interface HostReport {
  /** Whether a plain run works here: all that every run needs is `ok`. */
  readonly works: boolean;
  /** This program: name, version, commit of a compiled one, Deno, machine. */
  readonly build: string;
  /** What every run needs. */
  readonly needed: readonly HostFinding[];
  /** What some runs need: isolation, ssh keys, containers, profiling. */
  readonly useful: readonly HostFinding[];
}

/**
 * Looks at this host, as the command `doctor` does. Programs are asked for their versions and are
 * given 10 s; nothing is changed.
 *
 * @returns what it has and lacks, each with the line that mends it
 * @throws {RunnerError} `doctor.permissions` when Deno was not given all permissions
 *
 * @example
 * ```ts
 * import { doctor } from "@ansible-runner/ansible-runner";
 *
 * const { works, needed } = await doctor();
 * if (!works) for (const { name, state, mend } of needed) console.log(name, state, mend);
 * ```
 */
export async function doctor(): Promise<HostReport> {
  // Few programs ask.
  const { canLook, lookAt, NEEDED, USEFUL } = await import("./doctor/checks.ts");
  if (!canLook()) {
    throw new RunnerError(
      "doctor.permissions",
      "Cannot check this host: Deno was not given all permissions",
      { hint: "deno run -A ... doctor" },
    );
  }
  const [needed, useful] = await Promise.all([lookAt(NEEDED), lookAt(USEFUL)]);
  const works = needed.every(({ state }) => state === "ok");
  return { works, build: buildText(), needed, useful };
}
