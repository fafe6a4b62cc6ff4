/**
 * Holds our artifacts, events and console against those of the Python original.
 *
 * @module
 */
import {
  type AnsibleStack,
  findNewestStack,
  findSystemStack,
  findTestedVersion,
  type StackSearch,
  TESTED_VERSIONS,
  type TestedVersion,
} from "../testing/original.ts";
import { isLong } from "../testing/samples.ts";
import { testOrSkip } from "../testing/skip.ts";
import { runCorpus } from "./run_corpus.ts";

/** Names of versions with commas, in place of the usual ones. */
const wanted = Deno.env.get("RUNNER_CONFORMANCE_VERSIONS")?.split(",");

if (wanted === undefined) {
  const system = await findSystemStack();
  register("the system's ansible-core", system);
  if (isLong) await registerAll(TESTED_VERSIONS);
  else {
    const first = "stack" in system ? system.stack : undefined;
    register("the newest ansible-core", await findNewestStack(), first);
  }
} else await registerAll(TESTED_VERSIONS.filter(({ name }) => wanted.includes(name)));

async function registerAll(versions: readonly TestedVersion[]): Promise<void> {
  for (const version of versions) {
    register(`Ansible ${version.name}`, await findTestedVersion(version));
  }
}

function register(title: string, search: StackSearch, first?: AnsibleStack): void {
  testOrSkip(
    `a run leaves what the original leaves on ${title}`,
    "missing" in search ? search.missing : undefined,
    async (t) => {
      if ("stack" in search) await runCorpus(t, search.stack, { first });
    },
  );
}
