/**
 * Holds our artifacts, events and console against those of the Python original.
 *
 * @module
 */
import {
  type AnsibleStack,
  findStack219,
  findSystemStack,
  type StackSearch,
} from "../testing/original.ts";
import { testOrSkip } from "../testing/skip.ts";
import { runCorpus } from "./run_corpus.ts";

const system = await findSystemStack();
register("the system's ansible-core", system);
register("ansible-core 2.19", await findStack219(), "stack" in system ? system.stack : undefined);

function register(title: string, search: StackSearch, first?: AnsibleStack): void {
  testOrSkip(
    `a run leaves what the original leaves on ${title}`,
    "missing" in search ? search.missing : undefined,
    async (t) => {
      if ("stack" in search) await runCorpus(t, search.stack, { first });
    },
  );
}
