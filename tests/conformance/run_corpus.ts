/**
 * Turns the corpus and one ansible-core into a test step per case.
 *
 * @module
 */
import { type AnsibleStack, runOriginal } from "../testing/original.ts";
import { runCli } from "../testing/run_cli.ts";
import { type Case, loadCases } from "./cases.ts";
import { compare, describe } from "./compare.ts";
import { type DifferenceContext, differences } from "./differences.ts";
import { normalize, type Outcome } from "./normalize.ts";
import { recordOriginal } from "./record.ts";
import { type Arena, makeArena, type RunProgram, type Snapshot, takeSnapshot } from "./snapshot.ts";

/** Cases at a time: they mostly wait for Python to start. */
const lanes = 3;

/**
 * Runs every case with the original and with ours and fails where they differ.
 *
 * RUNNER_CONFORMANCE_SELF=1 compares the original with itself, which finds what differs from run
 * to run.
 *
 * @param t the test
 * @param stack the original and its ansible-core
 */
export async function runCorpus(t: Deno.TestContext, stack: AnsibleStack): Promise<void> {
  const cases = await loadCases();
  const arena = await makeArena(stack.path);
  const waiting = cases.values();
  const lane = async (): Promise<void> => {
    for (const theCase of waiting) {
      await t.step({
        name: theCase.name,
        fn: () => checkCase(arena, stack, theCase),
        // Steps of two lanes overlap, which the sanitizers forbid.
        sanitizeOps: false,
        sanitizeResources: false,
        sanitizeExit: false,
      });
    }
  };
  try {
    await Promise.all(Array.from({ length: lanes }, lane));
  } finally {
    await Deno.remove(arena.root, { recursive: true });
  }
}

async function checkCase(arena: Arena, stack: AnsibleStack, theCase: Case): Promise<void> {
  const self = Boolean(Deno.env.get("RUNNER_CONFORMANCE_SELF"));
  const context = { theCase, stack };
  const record = await recordOriginal(arena, stack, theCase);
  const expected = self ? normalize(record, theCase) : expectedOutcome(record, context);
  const run: RunProgram = self ? (args, options) => runOriginal(stack, args, options) : runCli;
  const actual = normalize(await takeSnapshot(arena, theCase, run), theCase);
  const mismatches = compare(expected, actual);
  if (mismatches.length > 0) {
    throw new Error(`${mismatches.length} differences from the original\n${describe(mismatches)}`);
  }
}

/**
 * Makes every accepted difference to what the original left.
 *
 * @param snapshot what the original left
 * @param context the case and the versions
 * @returns what we have to leave
 */
export function expectedOutcome(snapshot: Snapshot, context: DifferenceContext): Outcome {
  const outcome = normalize(snapshot, {
    races: context.theCase.races,
    leaveOut: (event) => differences.some(({ leaveOut }) => leaveOut?.(event, context) ?? false),
  });
  for (const difference of differences) difference.expect?.(outcome, context);
  return outcome;
}
