/**
 * Turns the corpus and one ansible-core into a test step per case.
 *
 * @module
 */
import { assertEquals } from "../testing/assert.ts";
import { type AnsibleStack, runOriginal } from "../testing/original.ts";
import { runCli } from "../testing/run_cli.ts";
import { type Case, loadCases } from "./cases.ts";
import { casesWorthARun } from "./cover.ts";
import { compare, describe, type Mismatch } from "./compare.ts";
import { differences } from "./differences.ts";
import { appliesTo, expectedOutcome, isAtLeast } from "./expect.ts";
import { goldenName, recordGoldenText } from "./golden_text.ts";
import { assertEveryChangeShows } from "./mutations.ts";
import { normalize, type Outcome } from "./normalize.ts";
import { recordOriginal } from "./record.ts";
import { type Arena, makeArena, type RunProgram, takeSnapshot } from "./snapshot.ts";

/** Cases at a time: they mostly wait for Python to start. */
const lanes = 3;

/** Cases whose run the comparison itself is held against, a change at a time. */
const mutated: ReadonlySet<string> = new Set(["failed", "verbose1"]);

/** Compares the original with itself, which finds what differs from run to run. */
const self = Boolean(Deno.env.get("RUNNER_CONFORMANCE_SELF"));

/** Records the texts in golden/ anew from our own runs. */
const golden = Boolean(Deno.env.get("RUNNER_CONFORMANCE_GOLDEN"));

/** How much of the corpus to run. */
export interface CorpusOptions {
  /** Runs only the cases that show something which they do not show on this one. */
  readonly first?: AnsibleStack | undefined;
}

/**
 * Runs every case with the original and with ours and fails where they differ.
 *
 * @param t the test
 * @param stack the original and its ansible-core
 * @param options the ansible-core that the whole corpus has been run on
 */
export async function runCorpus(
  t: Deno.TestContext,
  stack: AnsibleStack,
  { first }: CorpusOptions = {},
): Promise<void> {
  const all = await loadCases();
  const cases = first === undefined ? all : await casesWorthARun(all, { stack, first });
  if (cases.length < all.length) {
    // deno-lint-ignore no-console -- what is not run must be said
    console.log(
      `${cases.length} of ${all.length} cases show all that differs on ${stack.name}; ` +
        "RUNNER_CONFORMANCE_ALL=1 runs the others too",
    );
  }
  const arena = await makeArena(stack.path);
  const used = new Set<string>();
  const waiting = cases.values();
  const lane = async (): Promise<void> => {
    for (const theCase of waiting) {
      await t.step({
        name: theCase.name,
        fn: () => checkCase({ arena, stack, theCase, used }),
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
  if (!self && !Deno.env.get("RUNNER_CONFORMANCE_CASES")) {
    await t.step("every accepted difference shows in some case", () => {
      const unused = differences.filter((difference) =>
        appliesTo(difference, stack) && !used.has(difference.id)
      );
      assertEquals(unused.map(({ id }) => id), []);
    });
    await t.step("the cases that the comparison is held against are there", () => {
      const names = new Set(all.map(({ name }) => name));
      assertEquals([...mutated].filter((name) => !names.has(name)), []);
    });
  }
}

interface Check {
  readonly arena: Arena;
  readonly stack: AnsibleStack;
  readonly theCase: Case;
  /** Gets the ids of the differences that showed. */
  readonly used: Set<string>;
}

async function checkCase(check: Check): Promise<void> {
  let mismatches = await compareCase(check, false);
  // Where Ansible's own processes race, the original may be the one that was unlucky.
  if (mismatches.length > 0) mismatches = await compareCase(check, true);
  if (mismatches.length > 0) {
    throw new Error(`${mismatches.length} differences from the original\n${describe(mismatches)}`);
  }
}

async function compareCase(check: Check, fresh: boolean): Promise<Mismatch[]> {
  const { arena, stack, theCase } = check;
  const record = await recordOriginal(arena, { stack, theCase, fresh });
  const run: RunProgram = self ? (args, options) => runOriginal(stack, args, options) : runCli;
  const options = { races: theCase.races, anyOrder: stack.anyOrder };
  const snapshot = await takeSnapshot(arena, theCase, run);
  if (!fresh && mutated.has(theCase.name)) assertEveryChangeShows(snapshot);
  const actual = normalize(snapshot, options);
  if (golden && !self) recordGoldenText(actual, goldenName(theCase, stack));
  if (self) return compare(normalize(record, options), actual);
  const { originalFails: fails } = theCase;
  if (fails !== undefined && isAtLeast(stack.runnerVersion, fails.since)) {
    assertEquals(record.exitCode, 250, `the original runs this case again: ${fails.why}`);
    return compareLines(actual, fails.shows);
  }
  return compare(expectedOutcome(record, check), actual);
}

/** Holds a run of ours that no original can be compared with against its exit code and some lines. */
function compareLines({ exitCode, texts }: Outcome, lines: readonly string[]): Mismatch[] {
  const missing = lines.filter((line) => !texts["stdout"]?.split(/\r?\n/).includes(line))
    .map((line) => ({ where: "file stdout", expected: line, actual: texts["stdout"] ?? "" }));
  if (exitCode === 0) return missing;
  return [{ where: "exit code", expected: "0", actual: String(exitCode) }, ...missing];
}
