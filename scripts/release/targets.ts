/**
 * What is needed to compile for a target.
 *
 * @module
 */

/** A kind of host that we compile for. */
export interface Target {
  /** Name that `deno compile --target` knows. */
  readonly triple: string;
  /** Environment variable that names a base binary of this target. */
  readonly baseVariable: string;
  /** Machine number in the header of its programs. */
  readonly elfMachine: number;
}

/** Every Linux target of Deno 2.9. There is none for musl: Alpine needs the container or gcompat. */
export const TARGETS: readonly Target[] = [
  { triple: "x86_64-unknown-linux-gnu", baseVariable: "DENORT_BIN_X86_64", elfMachine: 0x3e },
  { triple: "aarch64-unknown-linux-gnu", baseVariable: "DENORT_BIN_AARCH64", elfMachine: 0xb7 },
];

/**
 * Finds a target by its name.
 *
 * @param triple such as `x86_64-unknown-linux-gnu`
 * @returns the target
 * @throws {RangeError} when there is no such target
 */
export function findTarget(triple: string): Target {
  const target = TARGETS.find((each) => each.triple === triple);
  if (target === undefined) {
    const known = TARGETS.map((each) => each.triple).join(", ");
    throw new RangeError(`Cannot compile for "${triple}": expected one of ${known}`);
  }
  return target;
}
