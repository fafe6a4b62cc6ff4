/**
 * Turns a case into the original's snapshot, taken once per case, version and corpus file content.
 *
 * @module
 */
import { type AnsibleStack, runOriginal, testCacheDirectory } from "../testing/original.ts";
import { type Case, sha256 } from "./cases.ts";
import { type Arena, type Snapshot, takeSnapshot } from "./snapshot.ts";
import { denoDirectory } from "../testing/run_cli.ts";

/** Raised when `snapshot.ts` changes what is taken down or in which environment. */
const recordFormat = 1;

/** What to record. */
export interface RecordOptions {
  /** The original and its ansible-core. */
  readonly stack: AnsibleStack;
  /** What to run. */
  readonly theCase: Case;
  /** Whether to run it even if there is a record. */
  readonly fresh: boolean;
}

/**
 * Gives the original's snapshot of a case: from the cache, or by running it.
 * RUNNER_CONFORMANCE_FRESH=1 runs it in any case.
 *
 * @param arena where runs take place
 * @param options what to run, with which version
 * @returns what the original left behind
 */
export async function recordOriginal(arena: Arena, options: RecordOptions): Promise<Snapshot> {
  const { stack, theCase } = options;
  if (!options.fresh && !Deno.env.get("RUNNER_CONFORMANCE_FRESH")) {
    const known = await knownRecord(stack, theCase);
    if (known !== undefined) return known;
  }
  const snapshot = await takeSnapshot(
    arena,
    theCase,
    (args, options) => runOriginal(stack, args, options),
  );
  await store(await cacheFile(stack, theCase), JSON.stringify(snapshot));
  return snapshot;
}

/** Gives the record of a case, if there is one. */
export async function knownRecord(
  stack: AnsibleStack,
  theCase: Case,
): Promise<Snapshot | undefined> {
  const text = await Deno.readTextFile(await cacheFile(stack, theCase)).catch(() => undefined);
  return text === undefined ? undefined : JSON.parse(text) as Snapshot;
}

async function cacheFile(stack: AnsibleStack, theCase: Case): Promise<string> {
  const key = JSON.stringify([
    recordFormat,
    stack.ansibleVersion,
    stack.runnerVersion,
    stack.path,
    denoDirectory(),
    theCase.name,
    theCase.digest,
  ]);
  const hash = await sha256(new TextEncoder().encode(key));
  return `${testCacheDirectory()}/conformance/${theCase.name}-${hash.slice(0, 16)}.json`;
}

/** Two test runs at once may store the same record: each writes aside and renames. */
async function store(file: string, text: string): Promise<void> {
  await Deno.mkdir(file.slice(0, file.lastIndexOf("/")), { recursive: true });
  const aside = `${file}.${crypto.randomUUID()}`;
  await Deno.writeTextFile(aside, text);
  await Deno.rename(aside, file);
}
