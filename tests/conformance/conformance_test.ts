/**
 * Holds our artifacts, events and console against those of the Python original.
 *
 * @module
 */
import {
  type AnsibleStack,
  findStack219,
  findSystemStack,
  findTestedVersion,
  type StackSearch,
  TESTED_VERSIONS,
} from "../testing/original.ts";
import { testOrSkip } from "../testing/skip.ts";
import { runCorpus } from "./run_corpus.ts";

/** Names of versions with commas, in place of the usual two. */
const wanted = Deno.env.get("RUNNER_CONFORMANCE_VERSIONS")?.split(",");

if (wanted === undefined) {
  const system = await findSystemStack();
  register("the system's ansible-core", system);
  const first = "stack" in system ? system.stack : undefined;
  register("ansible-core 2.19", await findStack219(), first);
} else {
  for (const version of TESTED_VERSIONS.filter(({ name }) => wanted.includes(name))) {
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
