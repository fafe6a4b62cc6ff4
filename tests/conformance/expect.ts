/**
 * Turns what the original left into what we have to leave, by the list of accepted differences.
 *
 * @module
 */
import type { AnsibleStack } from "../testing/original.ts";
import { type Difference, type DifferenceContext, differences } from "./differences.ts";
import { normalize, type Outcome } from "./normalize.ts";
import type { Snapshot } from "./snapshot.ts";

/** What the differences may depend on, and where to note which of them showed. */
export interface ExpectContext extends DifferenceContext {
  /** Gets the ids of the differences that changed something. */
  readonly used?: Set<string>;
}

/**
 * Makes every accepted difference to what the original left.
 *
 * @param snapshot what the original left
 * @param context the case and the versions
 * @returns what we have to leave
 */
export function expectedOutcome(snapshot: Snapshot, context: ExpectContext): Outcome {
  const { stack, theCase, used } = context;
  const accepted = differences.filter((difference) => appliesTo(difference, stack));
  const outcome = normalize(snapshot, {
    races: theCase.races,
    anyOrder: stack.anyOrder,
    leaveOut: (event) =>
      accepted.some(({ id, leaveOut }) => {
        const picked = leaveOut?.(event, context) ?? false;
        if (picked) used?.add(id);
        return picked;
      }),
  });
  // The outcome as it was, for as long as nobody has changed it since.
  let before: string | undefined;
  for (const { id, expect } of accepted) {
    if (expect === undefined) continue;
    if (used === undefined || used.has(id)) {
      expect(outcome, context);
      before = undefined;
      continue;
    }
    before ??= JSON.stringify(outcome);
    expect(outcome, context);
    const after = JSON.stringify(outcome);
    if (after !== before) used.add(id);
    before = after;
  }
  return outcome;
}

/**
 * Tells whether a difference shows with an ansible-core.
 *
 * @param difference one of the list
 * @param stack the original and its ansible-core
 * @returns true when it does
 */
export function appliesTo(difference: Difference, stack: AnsibleStack): boolean {
  const { since, mendedIn } = difference;
  if (mendedIn !== undefined && isAtLeast(stack.runnerVersion, mendedIn)) return false;
  return since === undefined || isAtLeast(stack.name, since);
}

/** Compares two versions by their first two numbers. */
export function isAtLeast(version: string, least: string): boolean {
  const [first = 0, second = 0] = least.split(".").map(Number);
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > first || (major === first && minor >= second);
}
